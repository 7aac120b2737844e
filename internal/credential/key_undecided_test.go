// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
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
	old := func(l *lab) { l.clock.set(noon.Add(25 * time.Hour)) }
	taken := func(l *lab) {
		for _, slot := range []azureml.KeyType{azureml.KeyPrimary, azureml.KeySecondary} {
			if _, err := l.workspace.RegenerateKey(l.T.Context(), "iris", slot, ""); err != nil {
				l.T.Fatal(err)
			}
		}
	}
	nothing := func(*lab) {}
	for name, test := range map[string]struct {
		typeName               string
		before, unknown, after fields
		event                  func(l *lab)
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
			l := newLab(t)
			l.deployIris()
			made := l.apply(test.typeName, object{}, test.before)
			test.event(l)
			at := l.refresh(test.typeName, made)
			l.emulator.ResetRequests()

			planned := l.plan(test.typeName, at.state, with(test.before, test.unknown), at.private)
			if !slices.Equal(planned.replace, test.replace) {
				t.Fatalf("replaced because of %v, want %v", planned.replace, test.replace)
			}
			config := with(test.before, test.after)
			if len(test.replace) == 0 {
				again := l.plan(test.typeName, at.state, config, at.private)
				if len(again.replace) > 0 {
					t.Fatalf("an update turned into a replacement because of %v", again.replace)
				}
				for attribute, value := range again.state {
					if !agrees(planned.state[attribute], value) {
						t.Errorf("%s was planned as %v, and became %v", attribute, planned.state[attribute], value)
					}
				}
				l.apply(test.typeName, at, config)
			} else {
				l.destroy(test.typeName, at)
				l.apply(test.typeName, object{}, config)
			}
			if got := l.emulator.Count("RegenerateKeys"); (got == 1) != test.rotates || got > 1 {
				t.Errorf("%d regenerate calls; rotates: %t", got, test.rotates)
			}
		})
	}
}

// agrees reports whether a value may follow on a planned one.
func agrees(planned, value any) bool {
	if planned == any(unknown{}) {
		return true
	}
	inner, ok := planned.(fields)
	if !ok {
		return reflect.DeepEqual(planned, value)
	}
	for name, v := range inner {
		if known, ok := value.(fields); !ok || !agrees(v, known[name]) {
			return false
		}
	}
	return true
}
