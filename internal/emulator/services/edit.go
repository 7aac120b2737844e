// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"bytes"
	"encoding/json"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Edit changes a service as another person would, at once and without an operation. The
// function gets its document.
func (l *Layer) Edit(svc *state.Service, edit func(map[string]any)) error {
	doc := api.Clone(svc.Doc)
	edit(doc)
	// Through JSON, so that an int of the test becomes what a request would have brought.
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	doc = nil
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		return err
	}
	svc.Doc, svc.Updated = serviceFields.Numbers(doc), l.Now()
	ensureKeys(svc)
	if svc.Live != nil {
		svc.Live = api.Clone(doc)
	}
	return nil
}

// Remove deletes a service at once, whatever runs on it.
func (l *Layer) Remove(svc *state.Service) {
	l.vanish(svc)
	l.Engine.Drop(func(pending operations.Operation) bool {
		op, ours := pending.(Operation)
		if !ours || op.Service != svc {
			return false
		}
		op.State, op.Ended = state.Cancelled, l.Now()
		scoring.LaunchOf(op.Operation).Abandon()
		return true
	})
}
