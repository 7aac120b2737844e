// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const (
	workspaceID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"
	irisID      = workspaceID + "/services/iris"
	keyResource = "mlws_service_key"
)

func existingKey() fields {
	return fields{
		"id": irisID + "/keys/Primary", "service_id": irisID, "key_type": "Primary",
		"key": "thekeythatisstored", "rotated_at": "2026-01-02T03:04:05Z",
	}
}

func with(base fields, changes fields) fields {
	result := maps.Clone(base)
	maps.Copy(result, changes)
	return result
}

func TestKeyPlan(t *testing.T) {
	t.Parallel()
	config := fields{"service_id": irisID, "key_type": "Primary"}
	one, two := fields{"a": "1"}, fields{"a": "2"}
	// The schedule of an imported key began with an apply: a plan must not move it.
	aged := fields{"rotate_after": "24h"}
	scheduled := with(existingKey(), fields{"rotated_at": nil, "rotate_after": "24h", "next_rotation_at": "2026-01-05T00:00:00Z"})
	for name, test := range map[string]struct {
		prior, config fields
		replace       []string
		changed       bool // in place
	}{
		"nothing changed":              {prior: existingKey(), config: config},
		"imported":                     {prior: with(existingKey(), fields{"rotated_at": nil}), config: config},
		"imported, scheduled":          {prior: scheduled, config: with(config, aged)},
		"rotated, scheduled":           {prior: with(scheduled, fields{"rotated_at": "2026-01-02T03:04:05Z"}), config: with(config, aged)},
		"another case of the id":       {prior: existingKey(), config: with(config, fields{"service_id": strings.ToUpper(irisID)})},
		"another service":              {prior: existingKey(), config: with(config, fields{"service_id": irisID + "2"}), replace: []string{"service_id"}, changed: true},
		"a service to be replaced":     {prior: existingKey(), config: with(config, fields{"service_id": unknown{}}), replace: []string{"service_id"}, changed: true},
		"the other slot":               {prior: existingKey(), config: with(config, fields{"key_type": "Secondary"}), replace: []string{"key_type"}, changed: true},
		"triggers added":               {prior: existingKey(), config: with(config, fields{"triggers": one}), changed: true},
		"triggers added, unknown":      {prior: existingKey(), config: with(config, fields{"triggers": unknown{}}), changed: true},
		"triggers kept":                {prior: with(existingKey(), fields{"triggers": one}), config: with(config, fields{"triggers": one})},
		"triggers removed":             {prior: with(existingKey(), fields{"triggers": one}), config: config, changed: true},
		"a trigger changed":            {prior: with(existingKey(), fields{"triggers": one}), config: with(config, fields{"triggers": two}), replace: []string{"triggers"}, changed: true},
		"a trigger that is not known":  {prior: with(existingKey(), fields{"triggers": one}), config: with(config, fields{"triggers": fields{"a": unknown{}}}), replace: []string{"triggers"}, changed: true},
		"a trigger more":               {prior: with(existingKey(), fields{"triggers": one}), config: with(config, fields{"triggers": fields{"a": "1", "b": "1"}}), replace: []string{"triggers"}, changed: true},
		"timeouts are not the service": {prior: existingKey(), config: with(config, fields{"timeouts": fields{"create": "5m"}}), changed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := serve(t, nil).Plan(keyResource, object{State: test.prior}, test.config)
			if !slices.Equal(plan.Replace, test.replace) {
				t.Errorf("replaced because of %v, want %v", plan.Replace, test.replace)
			}
			if len(test.replace) > 0 {
				return
			}
			if plan.State["key"] != test.prior["key"] || plan.State["rotated_at"] != test.prior["rotated_at"] {
				t.Errorf("a plan that does not replace must keep the key: %v", plan.State)
			}
			changed := false
			for attribute, value := range plan.State {
				if value != nil && attribute != "triggers" && attribute != "timeouts" && value != test.prior[attribute] {
					t.Errorf("%s changed to %v", attribute, value)
				}
			}
			before, after := test.prior["triggers"], plan.State["triggers"]
			changed = (before == nil) != (after == nil) || plan.State["timeouts"] != nil
			if changed != test.changed {
				t.Errorf("changed in place: %v, want %v", changed, test.changed)
			}
		})
	}
}

func TestKeyPlanOfACreate(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	plan := s.Plan(keyResource, object{}, fields{"service_id": irisID, "key_type": "Secondary"})
	if plan.State["id"] != irisID+"/keys/Secondary" {
		t.Errorf("the id is known before the apply: %v", plan.State["id"])
	}
	for _, attribute := range []string{"key", "rotated_at"} {
		if plan.State[attribute] != (unknown{}) {
			t.Errorf("%s is planned as %v", attribute, plan.State[attribute])
		}
	}
	plan = s.Plan(keyResource, object{}, fields{"service_id": unknown{}, "key_type": "Secondary"})
	if plan.State["id"] != (unknown{}) {
		t.Errorf("the id of a service that does not exist yet: %v", plan.State["id"])
	}
}

func TestKeyValidation(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for name, test := range map[string]struct {
		config fields
		want   string
	}{
		"good":              {fields{"service_id": irisID, "key_type": "Primary"}, ""},
		"unknown":           {fields{"service_id": unknown{}, "key_type": unknown{}, "triggers": unknown{}}, ""},
		"a name for an id":  {fields{"service_id": "iris", "key_type": "Primary"}, "service_id"},
		"a workspace id":    {fields{"service_id": workspaceID, "key_type": "Primary"}, "service_id"},
		"a slot in lower":   {fields{"service_id": irisID, "key_type": "primary"}, "key_type"},
		"a slot by number":  {fields{"service_id": irisID, "key_type": "0"}, "key_type"},
		"a duration in no2": {fields{"service_id": irisID, "key_type": "Primary", "timeouts": fields{"create": "5 minutes"}}, "timeouts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errors := strings.Join(validate(s, test.config), "\n")
			if test.want == "" && errors != "" {
				t.Error(errors)
			}
			if test.want != "" && !strings.Contains(errors, test.want) {
				t.Errorf("want an error at %s, got: %s", test.want, errors)
			}
		})
	}
}

// validate returns the errors of a key's configuration, each after its path.
func validate(s *protocoltest.Server, config fields) []string {
	var errors []string
	for _, d := range s.Validate(keyResource, config) {
		errors = append(errors, protocoltest.PathText(d.Attribute)+" "+d.Summary+": "+d.Detail)
	}
	return errors
}

func TestBothSlotsAreWarnedAbout(t *testing.T) {
	t.Parallel()
	primary, secondary := fields{"service_id": irisID, "key_type": "Primary"}, fields{"service_id": irisID, "key_type": "Secondary"}
	s := serve(t, planning(t))
	if first := s.Plan(keyResource, object{}, primary); len(first.Warnings) > 0 {
		t.Errorf("one slot: %v", first.Warnings)
	}
	if again := s.Plan(keyResource, object{}, primary); len(again.Warnings) > 0 {
		t.Errorf("the same slot, planned again: %v", again.Warnings)
	}
	if other := s.Plan(keyResource, object{}, with(secondary, fields{"service_id": irisID + "2"})); len(other.Warnings) > 0 {
		t.Errorf("another service: %v", other.Warnings)
	}
	if second := s.Plan(keyResource, object{}, secondary); len(second.Warnings) != 1 || !strings.Contains(second.Warnings[0], "mlws_service_key_rotation") {
		t.Errorf("both slots: %v", second.Warnings)
	}
	s = serve(t, planning(t))
	for _, config := range []fields{primary, secondary} {
		if plan := s.Plan(keyResource, object{}, with(config, fields{"service_id": unknown{}})); len(plan.Warnings) > 0 {
			t.Errorf("a new service has no users to cut off: %v", plan.Warnings)
		}
	}
}
