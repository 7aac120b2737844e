// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const rotationResource = "mlws_service_key_rotation"

// stored is an object of a state, with flags that a refresh has set; its salt tells it
// from others.
func stored(t *testing.T, state fields, salt string, flags ...string) object {
	t.Helper()
	encoded, err := json.Marshal([]byte(salt))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]byte{"salt": encoded}
	for _, flag := range flags {
		values[flag] = []byte("true")
	}
	private, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return object{State: state, Private: private}
}

func existingRotation() fields {
	return fields{
		"id": irisID + "/key_rotation", "service_id": irisID, "active_key_type": "Secondary",
		"active_key": "thekeythatisstored", "rotated_at": "2026-01-02T03:04:05Z",
	}
}

// step is one plan that Terraform asks for in a walk.
type step struct {
	typeName string
	prior    object
	config   fields
}

// One plan regenerates a slot once, whatever the order in which the objects are
// planned; otherwise two owners of a key are warned about.
func TestOneSlotOneRotation(t *testing.T) {
	t.Parallel()
	one, two := fields{"triggers": fields{"a": "1"}}, fields{"triggers": fields{"a": "2"}}
	primary, secondary := fields{"service_id": irisID, "key_type": "Primary"}, fields{"service_id": irisID, "key_type": "Secondary"}
	rotates, aged := fields{"service_id": irisID}, fields{"rotate_after": "24h"}
	key := stored(t, with(existingKey(), one), "key")
	otherKey := stored(t, with(existingKey(), one), "other key")
	secondaryKey := stored(t, with(existingKey(), with(one, secondary)), "secondary key")
	rotation := stored(t, with(existingRotation(), one), "rotation")
	imported := with(rotates, one)

	keyKept, keyReplaced := step{keyResource, key, with(primary, one)}, step{keyResource, key, with(primary, two)}
	keyCreated := step{keyResource, object{Private: key.Private}, with(primary, two)} // the second half of the plan of a replacement
	keyAlone := step{keyResource, object{}, primary}
	rotationKept, rotationRotates := step{rotationResource, rotation, imported}, step{rotationResource, rotation, with(rotates, two)} // to Primary
	rotationCreated := step{rotationResource, object{}, imported}

	const twice, both, owners = "One key would be regenerated twice", "Both keys of a service are regenerated", "Two objects own one key"
	for name, tc := range map[string]struct {
		steps []step
		want  string // of the last step; those before it go through
	}{
		"key, then rotation":                  {[]step{keyReplaced, keyCreated, rotationRotates}, twice},
		"rotation, then key":                  {[]step{rotationRotates, keyReplaced}, twice},
		"a new key":                           {[]step{rotationRotates, keyAlone}, twice},
		"-replace of both":                    {[]step{keyKept, keyAlone, rotationKept, rotationCreated}, twice},
		"-replace of both, the other order":   {[]step{rotationKept, rotationCreated, keyKept, keyAlone}, twice},
		"two keys":                            {[]step{keyReplaced, keyCreated, {keyResource, otherKey, with(primary, two)}}, twice},
		"one key, planned twice":              {[]step{keyReplaced, keyCreated}, ""},
		"one rotation, planned twice":         {[]step{rotationKept, rotationCreated}, ""},
		"different slots":                     {[]step{{keyResource, secondaryKey, with(secondary, two)}, rotationRotates}, both},
		"different slots, a new rotation":     {[]step{keyReplaced, keyCreated, {rotationResource, object{}, rotates}}, both},
		"different slots, a replaced key":     {[]step{{keyResource, object{}, primary}, {keyResource, secondaryKey, with(secondary, two)}}, both},
		"different slots, another service":    {[]step{{keyResource, object{}, primary}, {keyResource, stored(t, with(existingKey(), fields{"service_id": irisID + "2", "key_type": "Secondary"}), "moved"), secondary}}, both},
		"different slots, another slot":       {[]step{{keyResource, object{}, primary}, {keyResource, key, with(secondary, one)}}, both},
		"different slots, a chosen key":       {[]step{{keyResource, object{}, primary}, {keyResource, secondaryKey, with(secondary, with(one, fields{"key_value_wo": "v", "key_value_wo_version": int64(1)}))}}, both},
		"different slots, one is due":         {[]step{{keyResource, object{}, primary}, {keyResource, stored(t, with(existingKey(), with(secondary, aged)), "old", "due"), with(secondary, aged)}}, both},
		"different slots, one is kept":        {[]step{{keyResource, object{}, primary}, {keyResource, secondaryKey, with(secondary, one)}}, ""},
		"two owners":                          {[]step{keyKept, rotationKept}, owners},
		"two owners, one rotates":             {[]step{keyReplaced, keyCreated, rotationKept}, owners},
		"two owners, the other one rotates":   {[]step{keyKept, rotationRotates}, owners},
		"two owners of one type":              {[]step{keyKept, {keyResource, otherKey, with(primary, one)}}, owners},
		"both slots have an owner":            {[]step{keyKept, {keyResource, secondaryKey, with(secondary, one)}}, ""},
		"one owner":                           {[]step{rotationKept, rotationKept}, ""},
		"a service that is not known yet":     {[]step{keyReplaced, keyCreated, {rotationResource, rotation, fields{"service_id": unknown{}}}}, ""},
		"a slot that is not known yet":        {[]step{keyReplaced, keyCreated, {keyResource, object{}, with(primary, fields{"key_type": unknown{}})}}, ""},
		"a first slot that is not known yet":  {[]step{keyReplaced, keyCreated, {rotationResource, object{}, with(rotates, fields{"first_key_type": unknown{}})}}, owners},
		"a rotation that may or may not come": {[]step{keyReplaced, keyCreated, {rotationResource, rotation, with(rotates, fields{"triggers": unknown{}})}}, owners},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, planning(t))
			last := len(tc.steps) - 1
			for _, step := range tc.steps[:last] {
				s.Plan(step.typeName, step.prior, step.config)
			}
			plan := s.TryPlan(tc.steps[last].typeName, tc.steps[last].prior, tc.steps[last].config)
			said := protocoltest.Texts(plan.Diagnostics)
			if failed := plan.State == nil; failed != (tc.want == twice) {
				t.Errorf("failed: %t, %v", failed, said)
			}
			found := 0
			for _, text := range said {
				if strings.Contains(text, twice) || strings.Contains(text, both) || strings.Contains(text, owners) {
					found++
				}
			}
			if tc.want == "" && found > 0 || tc.want != "" && (found != 1 || !strings.Contains(strings.Join(said, "\n"), tc.want)) {
				t.Errorf("want %q, got %v", tc.want, said)
			}
		})
	}
}

// A rotation that is created for an existing service regenerates a key that may be in
// use: its state may be lost. The plan says which key, and how to import instead.
func TestNewRotationIsWarnedAbout(t *testing.T) {
	t.Parallel()
	config := fields{"service_id": irisID}
	for name, tc := range map[string]struct {
		seen   object
		config fields
		want   string // the slot; "" for no warning
	}{
		"a new rotation":                  {object{}, config, "Secondary"},
		"with a slot to begin with":       {object{}, with(config, fields{"first_key_type": "Primary"}), "Primary"},
		"a new service":                   {object{}, with(config, fields{"service_id": unknown{}}), ""},
		"a slot that is not known yet":    {object{}, with(config, fields{"first_key_type": unknown{}}), ""},
		"a replacement, which is no loss": {stored(t, existingRotation(), "rotation"), config, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, planning(t))
			if tc.seen.State != nil {
				s.Plan(rotationResource, tc.seen, tc.config)
			}
			warnings := s.Plan(rotationResource, object{}, tc.config).Warnings
			if tc.want == "" {
				if len(warnings) > 0 {
					t.Errorf("%v", warnings)
				}
				return
			}
			command := "terraform import 'mlws_service_key_rotation.<name>' '" + irisID + "/keys/" + tc.want + "'"
			if len(warnings) != 1 || !strings.Contains(warnings[0], "regenerates the "+tc.want+" key") || !strings.Contains(warnings[0], command) {
				t.Errorf("want the %s key and %s, got %v", tc.want, command, warnings)
			}
		})
	}
}

// Terraform plans a tainted rotation as a new one. The refresh before has said which
// slot is in use: nothing is lost, and the other slot is the one to be regenerated.
func TestTaintedRotationIsNoLoss(t *testing.T) {
	t.Parallel()
	inMemory(t, "after a refresh", func(t *testing.T, l *live) {
		config := fields{"service_id": irisID}
		made := l.Apply(rotationResource, object{}, config)
		l.restart(t)
		l.Refresh(rotationResource, made)
		if plan := l.Plan(rotationResource, object{}, config); len(plan.Warnings) > 0 {
			t.Errorf("%v", plan.Warnings)
		}
		primary := fields{"service_id": irisID, "key_type": "Primary"}
		if plan := l.TryPlan(keyResource, object{}, primary); plan.State != nil {
			t.Errorf("the Primary key would be regenerated twice: %v", plan.Warnings)
		}
	})
}
