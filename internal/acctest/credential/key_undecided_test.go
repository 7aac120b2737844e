// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"slices"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// A plan may be made while a value is not known. Terraform makes it again in the
// apply, and refuses one that comes to another action, or to another value than
// what was planned.
func TestPlansWithUnknownValues(t *testing.T) {
	t.Parallel()
	key, rotation := primaryKey(), fields{"service_id": irisID}
	aged := fields{"rotate_after": "24h"}
	watched := fields{"on_external_rotation": "rotate"}
	marked := fields{"triggers": fields{"a": "1"}}
	old := func(l *fixture) { l.clock.Set(noon.Add(25 * time.Hour)) }
	taken := func(l *fixture) {
		for _, slot := range []azureml.KeyType{azureml.KeyPrimary, azureml.KeySecondary} {
			if _, err := l.workspace.RegenerateKey(l.T.Context(), "iris", slot, ""); err != nil {
				l.T.Fatal(err)
			}
		}
	}
	nothing := func(*fixture) {}
	for name, test := range map[string]struct {
		typeName               string
		before, unknown, after fields
		event                  func(l *fixture)
		replace                []string // because of these; none is a change in place
		rotates                bool
	}{
		"key: the same age, due":            {keyResource, with(key, aged), fields{"rotate_after": unknown{}}, aged, old, []string{"next_rotation_at"}, true},
		"key: the same age, not due":        {keyResource, with(key, aged), fields{"rotate_after": unknown{}}, aged, nothing, nil, false},
		"key: the same answer":              {keyResource, with(key, watched), fields{"on_external_rotation": unknown{}}, watched, taken, []string{"key_fingerprint"}, true},
		"key: nobody rotated it":            {keyResource, with(key, watched), fields{"on_external_rotation": unknown{}}, watched, nothing, nil, false},
		"key: stored or not":                {keyResource, key, fields{"store_key": unknown{}}, fields{"store_key": false}, nothing, nil, false},
		"rotation: the same age, due":       {rotationResource, with(rotation, aged), fields{"rotate_after": unknown{}}, aged, old, nil, true},
		"rotation: a longer age":            {rotationResource, with(rotation, aged), fields{"rotate_after": unknown{}}, fields{"rotate_after": "48h"}, old, nil, false},
		"rotation: no age any more":         {rotationResource, with(rotation, aged), fields{"rotate_after": unknown{}}, fields{"rotate_after": nil}, old, nil, false},
		"rotation: the same answer":         {rotationResource, with(rotation, watched), fields{"on_external_rotation": unknown{}}, watched, taken, nil, true},
		"rotation: another answer":          {rotationResource, with(rotation, watched), fields{"on_external_rotation": unknown{}}, fields{"on_external_rotation": "adopt"}, taken, nil, false},
		"rotation: the same trigger":        {rotationResource, with(rotation, marked), fields{"triggers": fields{"a": unknown{}}}, marked, nothing, nil, false},
		"rotation: another trigger":         {rotationResource, with(rotation, marked), fields{"triggers": fields{"a": unknown{}}}, fields{"triggers": fields{"a": "2"}}, nothing, nil, true},
		"rotation: the same map":            {rotationResource, with(rotation, marked), fields{"triggers": unknown{}}, marked, nothing, nil, false},
		"rotation: another map, not stored": {rotationResource, with(rotation, with(marked, fields{"store_key": false})), fields{"triggers": unknown{}}, fields{"triggers": fields{"b": "1"}}, nothing, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newFixture(t)
			l.deployIris()
			made := l.Apply(test.typeName, object{}, test.before)
			test.event(l)
			at := l.Refresh(test.typeName, made)
			l.emulator.ResetRequests()

			planned := l.Plan(test.typeName, at, with(test.before, test.unknown))
			if !slices.Equal(planned.Replace, test.replace) {
				t.Fatalf("replaced because of %v, want %v", planned.Replace, test.replace)
			}
			config := with(test.before, test.after)
			if len(test.replace) == 0 {
				again := l.Plan(test.typeName, at, config)
				if len(again.Replace) > 0 {
					t.Fatalf("an update turned into a replacement because of %v", again.Replace)
				}
				for attribute, value := range again.State {
					if !protocoltest.Agrees(planned.State[attribute], value) {
						t.Errorf("%s was planned as %v, and became %v", attribute, planned.State[attribute], value)
					}
				}
				l.Apply(test.typeName, at, config)
			} else {
				l.Destroy(test.typeName, at)
				l.Apply(test.typeName, object{}, config)
			}
			if got := l.emulator.Count("RegenerateKeys"); (got == 1) != test.rotates || got > 1 {
				t.Errorf("%d regenerate calls; rotates: %t", got, test.rotates)
			}
		})
	}
}
