// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package fleet makes many services with keys on an emulator, and a client of each
// that scores all the time, to count what a rotation of all keys does to the clients.
package fleet

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Size is the number of services.
const Size = 30

// Seed returns the emulator's default seed with the services: half of them on ACI,
// half on AKS, all with key auth.
func Seed() emulator.Seed {
	seed := emulator.DefaultSeed()
	for i := range Size {
		service := emulator.ServiceSeed{Name: nameOf(i), ComputeType: "ACI", Definition: map[string]any{
			"environmentImageRequest": map[string]any{"modelIds": []any{"iris:1"}}, "authEnabled": true,
			"keys": map[string]any{"primaryKey": firstKey(nameOf(i)), "secondaryKey": "unused-" + nameOf(i)},
		}}
		if i%2 == 1 {
			service.ComputeType = "AKS"
			service.Definition["computeName"] = emulator.DefaultCompute
		}
		seed.Workspaces[0].Services = append(seed.Workspaces[0].Services, service)
	}
	return seed
}

func nameOf(i int) string { return fmt.Sprintf("fleet-%02d", i+1) }

// firstKey is the key that the client of a service has before any rotation: the
// Primary key.
func firstKey(name string) string { return "first-key-of-" + name }

// Regenerated returns when the key of each service was last regenerated, from the
// request log of an emulator.
func Regenerated(requests []emulator.Request) map[string]time.Time {
	at := map[string]time.Time{}
	for _, request := range requests {
		if request.Operation == "RegenerateKeys" {
			target, _, _ := strings.Cut(request.Path, "?")
			at[path.Base(path.Dir(target))] = request.Time
		}
	}
	return at
}
