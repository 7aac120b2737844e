// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

func review(t *testing.T, api *workspace, config fields, state fields, sends bool, last Record) diag.Diagnostics {
	t.Helper()
	p := Planned{Config: configOf(t, config), Plan: configOf(t, config), Sends: sends, Last: last}
	if state != nil {
		p.State = configOf(t, state)
	}
	if api == nil {
		return p.Review(t.Context(), nil, nil)
	}
	return p.Review(t.Context(), api.api, new(framework.Answers))
}

// Azure does not return the credentials of a registry, and an image without them
// cannot be built again.
func TestCredentialsAreNeeded(t *testing.T) {
	t.Parallel()
	with := func(registry any) fields { return adopted(fields{"base_image_registry": registry}, nil) }
	foreign := fields{"address": "r.example"}
	for name, test := range map[string]struct {
		config  fields
		create  bool
		stays   bool // nothing is sent
		adopted bool
		want    string
	}{
		"adopted":            {config: with(foreign), adopted: true, want: `set username = ""`},
		"nothing is sent":    {config: with(foreign), adopted: true, stays: true},
		"deployed by us":     {config: with(foreign)},
		"created":            {config: with(foreign), create: true},
		"with credentials":   {config: with(merged(foreign, fields{"username": "u", "password_wo": "p"})), adopted: true},
		"not known yet":      {config: with(merged(foreign, fields{"username": unknown{}})), adopted: true},
		"password not known": {config: with(merged(foreign, fields{"username": "u", "password_wo": unknown{}})), adopted: true},
		"asks for none":      {config: with(merged(foreign, fields{"username": ""})), adopted: true},
		"public":             {config: with(fields{"address": "MCR.microsoft.com"}), adopted: true},
		"no registry":        {config: with(nil), adopted: true},
		"no password":        {config: with(merged(foreign, fields{"username": "u"})), adopted: true, want: "Set base_image_registry.password_wo."},
		"password taken out": {config: with(merged(foreign, fields{"username": "u", "password_wo_version": 1})), want: "Set base_image_registry.password_wo."},
		"never had one":      {config: with(merged(foreign, fields{"username": "u"}))},
		"created without":    {config: with(merged(foreign, fields{"username": "u", "password_wo_version": 1})), create: true, want: "Set base_image_registry.password_wo."},
		"by name":            {config: named, adopted: true},
	} {
		state := adopted(nil, nil)
		if test.create {
			state = nil
		}
		diags := review(t, nil, test.config, state, !test.stays, Record{Adopted: test.adopted})
		if test.want == "" {
			if len(diags) > 0 {
				t.Errorf("%s: %v", name, diags)
			}
			continue
		}
		at, _ := diags[0].(diag.DiagnosticWithPath)
		if len(diags) != 1 || !diags.HasError() || !strings.Contains(diags[0].Detail(), test.want) || at.Path().String() != "inference_config.environment.base_image_registry.password_wo" {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// A change that drops what no attribute shows says so.
func TestDroppedMembersAreNamed(t *testing.T) {
	t.Parallel()
	last := newRecord(t.Context(), serviceOf(t, whole), configOf(t, adopted(nil, nil)), nil)
	for name, test := range map[string]struct {
		config, state fields
		want          bool
	}{
		"by name":             {named, adopted(nil, nil), true},
		"no code":             {fields{"model_ids": list{"iris:1"}}, adopted(nil, nil), true},
		"another image":       {adopted(fields{"base_image": "j"}, nil), adopted(nil, nil), false},
		"by name from a name": {named, named, false},
	} {
		diags := review(t, nil, test.config, test.state, true, last)
		if (len(diags) == 1 && strings.Contains(diags[0].Detail(), "docker.platform, docker.shmSize, later.deep")) != test.want || !test.want && len(diags) > 0 || diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// A drift that cannot be taken back is announced.
func TestKeptDriftIsNamed(t *testing.T) {
	t.Parallel()
	last := newRecord(t.Context(), serviceOf(t, strings.Replace(whole, `"r":null`, `"r":{"gitHubPackages":[{"authToken":"x"}]}`, 1)), configOf(t, adopted(nil, nil)), nil)
	drifted := adopted(fields{"drifted_members": list{"docker.new", "docker.shmSize", "r.gitHubPackages"}}, nil)
	diags := review(t, nil, adopted(nil, nil), drifted, true, last)
	if len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Detail(), "has changed r.gitHubPackages of") {
		t.Error(diags)
	}
}

// A registered definition that has changed since is a warning, and no difference.
func TestRegisteredAnew(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.register("e", "3", registeredWhole)
	state, p, diags := adoptImage(t, w, whole)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	last := recordOf(t, p)
	if diags := review(t, w, named, named, false, last); len(diags) > 0 {
		t.Error(diags)
	}
	w.register("e", "3", strings.Replace(registeredWhole, `"MODE":"on"`, `"MODE":"off"`, 1))
	if after, diags := refresh(t, w.api, whole, state, p); !after.Object.Equal(state.Object) || len(diags) > 0 {
		t.Error(after, diags)
	}
	w.register("e", "4", `{"name":"e","version":"4"}`)
	drifted := merged(named, fields{"inference_config": merged(named["inference_config"].(fields), fields{"environment": fields{"name": "e", "version": "3", "resolved_version": "3", "drifted_members": list{"x"}}})})
	other := merged(named, fields{"inference_config": merged(named["inference_config"].(fields), fields{"environment": fields{"name": "e", "version": "4"}})})
	latest := merged(named, fields{"inference_config": merged(named["inference_config"].(fields), fields{"environment": fields{"name": "e", "resolved_version": "3"}})})
	for name, test := range map[string]struct {
		config, state fields
		last          Record
		want          string
	}{
		"warned about":    {named, named, last, "in: environmentVariables. The service keeps"},
		"drifted as well": {named, drifted, last, "in: environmentVariables. This apply deploys"},
		"no record":       {named, named, Record{}, ""},
		"another version": {other, named, last, ""},
		"latest":          {latest, named, last, ""},
		"was inline":      {named, adopted(nil, nil), Record{Registered: last.Registered, Salt: last.Salt}, ""},
	} {
		diags := review(t, w, test.config, test.state, false, test.last)
		if test.want == "" && len(diags) > 0 || test.want != "" && (len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Detail(), test.want)) {
			t.Errorf("%s: %v", name, diags)
		}
	}
	w.register("e", "3", "") // not allowed
	if diags := review(t, w, named, named, false, last); len(diags) > 0 {
		t.Error(diags)
	}
}
