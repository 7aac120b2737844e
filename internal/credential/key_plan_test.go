// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
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
	for name, test := range map[string]struct {
		prior, config fields
		replace       []string
		changed       bool // in place
	}{
		"nothing changed":              {prior: existingKey(), config: config},
		"imported":                     {prior: with(existingKey(), fields{"rotated_at": nil}), config: config},
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
			plan := serve(t, nil).plan(keyResource, test.prior, test.config, nil)
			if !slices.Equal(plan.replace, test.replace) {
				t.Errorf("replaced because of %v, want %v", plan.replace, test.replace)
			}
			if len(test.replace) > 0 {
				return
			}
			if plan.state["key"] != test.prior["key"] || plan.state["rotated_at"] != test.prior["rotated_at"] {
				t.Errorf("a plan that does not replace must keep the key: %v", plan.state)
			}
			changed := false
			for attribute, value := range plan.state {
				if value != nil && attribute != "triggers" && attribute != "timeouts" && value != test.prior[attribute] {
					t.Errorf("%s changed to %v", attribute, value)
				}
			}
			before, after := test.prior["triggers"], plan.state["triggers"]
			changed = (before == nil) != (after == nil) || plan.state["timeouts"] != nil
			if changed != test.changed {
				t.Errorf("changed in place: %v, want %v", changed, test.changed)
			}
		})
	}
}

func TestKeyPlanOfACreate(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	plan := s.plan(keyResource, nil, fields{"service_id": irisID, "key_type": "Secondary"}, nil)
	if plan.state["id"] != irisID+"/keys/Secondary" {
		t.Errorf("the id is known before the apply: %v", plan.state["id"])
	}
	for _, attribute := range []string{"key", "rotated_at"} {
		if plan.state[attribute] != (unknown{}) {
			t.Errorf("%s is planned as %v", attribute, plan.state[attribute])
		}
	}
	plan = s.plan(keyResource, nil, fields{"service_id": unknown{}, "key_type": "Secondary"}, nil)
	if plan.state["id"] != (unknown{}) {
		t.Errorf("the id of a service that does not exist yet: %v", plan.state["id"])
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
			errors := strings.Join(s.validate(keyResource, test.config), "\n")
			if test.want == "" && errors != "" {
				t.Error(errors)
			}
			if test.want != "" && !strings.Contains(errors, test.want) {
				t.Errorf("want an error at %s, got: %s", test.want, errors)
			}
		})
	}
}
