// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Seed puts a service into a workspace as if it had been deployed.
func Seed(s *state.State, w *state.Workspace, seed state.ServiceSeed, now time.Time) error {
	// Through JSON, so that the numbers of a YAML file become those of a request.
	raw, err := json.Marshal(seed.Definition)
	if err != nil {
		return err
	}
	definition := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&definition); err != nil {
		return err
	}
	if w.Services[seed.Name] != nil {
		return fmt.Errorf("there are two of this name")
	}
	var svc *state.Service
	if seed.ComputeType == "ACI" || seed.ComputeType == "AKS" {
		body := serviceFields.Tidy(definition)
		body["name"], body["computeType"] = seed.Name, seed.ComputeType
		if svc, err = draftService(s, w, body); err != nil {
			return err
		}
		setAddress(svc)
		svc.Live = api.Clone(svc.Doc)
	} else {
		if svc, err = foreignService(w, seed, definition); err != nil {
			return err
		}
	}
	svc.State, svc.Created, svc.Updated = cmp.Or(seed.State, state.Healthy), now, now
	w.Services[svc.Name] = svc
	return nil
}

// foreignService is a service of a type that the emulator shows and does no more with.
func foreignService(w *state.Workspace, seed state.ServiceSeed, definition map[string]any) (*state.Service, error) {
	if !slices.Contains(computeTypes, seed.ComputeType) {
		return nil, fmt.Errorf("its computeType is %q; use one of %s", seed.ComputeType, strings.Join(computeTypes, ", "))
	}
	if !ValidName(seed.Name) {
		return nil, fmt.Errorf("the name is invalid")
	}
	doc := map[string]any{"description": nil, "kvTags": map[string]any{}, "properties": map[string]any{}, "scoringUri": nil, "swaggerUri": nil}
	maps.Copy(doc, definition)
	doc["id"], doc["name"], doc["computeType"] = seed.Name, seed.Name, seed.ComputeType
	return &state.Service{Workspace: w, Name: seed.Name, Kind: seed.ComputeType, Doc: doc, Instance: uuid.NewString()}, nil
}

// isForeign tells whether the emulator only shows the service.
func isForeign(svc *state.Service) bool { return svc.Kind != "ACI" && svc.Kind != "AKS" }

func unsupported(svc *state.Service) error {
	return api.NotImplemented("The emulator does not implement services of compute type %s. It shows service %s, and can delete it.", svc.Kind, svc.Name)
}
