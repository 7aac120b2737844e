// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var (
	own     = resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg", Name: "ws"}
	other   = resourceid.Workspace{SubscriptionID: own.SubscriptionID, ResourceGroup: "rg", Name: "other"}
	ownID   = types.StringValue(own.String())
	otherID = types.StringValue(other.String())
	none    = types.StringNull()
	unknown = types.StringUnknown()
)

func TestPlanWorkspace(t *testing.T) {
	t.Parallel()
	upper := types.StringValue(strings.ToUpper(own.String()))
	for name, tc := range map[string]struct {
		config, plan types.String
		state        *types.String
		own          *resourceid.Workspace
		want         types.String
		moved        bool
	}{
		"configured":                {otherID, otherID, &ownID, &own, otherID, false}, // the attribute's own modifiers replace
		"configured, not known yet": {unknown, unknown, &ownID, &own, unknown, false},
		"new":                       {none, unknown, nil, &own, ownID, false},
		"new, provider unknown":     {none, unknown, nil, nil, unknown, false},
		"the same":                  {none, unknown, &ownID, &own, ownID, false},
		"another case":              {none, unknown, &upper, &own, upper, false},
		"provider unknown":          {none, unknown, &otherID, nil, otherID, false},
		"the provider moved":        {none, unknown, &otherID, &own, ownID, true},
	} {
		if got, moved := PlanWorkspace(tc.config, tc.plan, tc.state, tc.own); !got.Equal(tc.want) || moved != tc.moved {
			t.Errorf("%s: %s, %t", name, got, moved)
		}
	}
}

func TestResolveWorkspace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value types.String
		own   *resourceid.Workspace
		want  resourceid.Workspace
		text  string
	}{
		"its own":        {otherID, &own, other, ""},
		"the provider's": {none, &own, own, ""},
		"not known yet":  {unknown, &own, own, ""},
		"nobody's":       {none, nil, resourceid.Workspace{}, "Neither this resource nor the provider's configuration names a workspace"},
		"not an id":      {types.StringValue("ws"), &own, resourceid.Workspace{}, "is not a workspace id"},
	} {
		var diags diag.Diagnostics
		got := ResolveWorkspace(tc.value, tc.own, "resource", &diags)
		text := ""
		if diags.HasError() {
			text = diags[0].Detail()
		}
		if got != tc.want || (tc.text == "") != (text == "") || !strings.Contains(text, tc.text) {
			t.Errorf("%s: %s, %q", name, got, text)
		}
	}
}

func TestKeepCase(t *testing.T) {
	t.Parallel()
	upper := types.StringValue(strings.ToUpper(own.String()))
	for name, tc := range map[string]struct{ state, config, want types.String }{
		"another case": {ownID, upper, ownID}, "another id": {ownID, otherID, otherID}, "new": {none, upper, upper}, "left out": {ownID, none, none},
	} {
		resp := planmodifier.StringResponse{PlanValue: tc.config}
		KeepCase().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: tc.state, ConfigValue: tc.config}, &resp)
		if !resp.PlanValue.Equal(tc.want) {
			t.Errorf("%s: %s", name, resp.PlanValue)
		}
	}
}
