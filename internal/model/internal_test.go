// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var own = resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg", Name: "ws"}

func TestImportIdentity(t *testing.T) {
	t.Parallel()
	other := identityOf(resourceid.Workspace{SubscriptionID: own.SubscriptionID, ResourceGroup: "other", Name: "else"}.Model("churn", 3))
	for name, tc := range map[string]struct {
		identity identityModel
		own      *resourceid.Workspace
		want     string
	}{
		"whole":        {other, nil, "/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/else/models/churn:3"},
		"own is other": {other, &own, "/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/else/models/churn:3"},
		"by provider":  {identityModel{Name: types.StringValue("churn"), Version: types.Int64Value(3)}, &own, own.Model("churn", 3).String()},
		"no workspace": {identityModel{Name: types.StringValue("churn"), Version: types.Int64Value(3)}, nil, ""},
		"no version":   {identityModel{Name: types.StringValue("churn")}, &own, ""},
		"no name":      {identityModel{Version: types.Int64Value(3)}, &own, ""},
	} {
		given, err := tc.identity.id(tc.own)
		var diags diag.Diagnostics
		id := importID(given, tc.own, &diags)
		if failed := err != nil || diags.HasError(); failed != (tc.want == "") || tc.want != "" && !strings.HasSuffix(id.String(), tc.want) {
			t.Errorf("%s: %s, %v, %v", name, id, err, diags)
		}
	}
	var diags diag.Diagnostics
	if importID("churn:3", nil, &diags); !diags.HasError() || !strings.Contains(diags[0].Detail(), "{workspace id}/models/churn:3") {
		t.Errorf("without a workspace: %v", diags)
	}
	if !sameIdentity(identityOf(own.Model("churn", 3)), resourceid.Workspace{SubscriptionID: own.SubscriptionID, ResourceGroup: "RG", Name: "WS"}.Model("churn", 3)) ||
		sameIdentity(identityOf(own.Model("churn", 3)), own.Model("churn", 4)) {
		t.Error("identities are compared wrongly")
	}
}

// The planned content follows the disk.
func TestPlanContent(t *testing.T) {
	t.Parallel()
	here, moved := folder(t, sample), folder(t, sample)
	hash, missing := hashOf(t, here), filepath.Join(here, "nowhere")
	state := func(at, hash types.String) *registration {
		return &registration{Path: at, version: version{ContentHash: hash, ModelID: text("churn:1")}}
	}
	unknown, none := types.StringUnknown(), types.StringNull()
	for name, tc := range map[string]struct {
		at         types.String
		state      *registration
		path, hash types.String
		replace    bool
		said       string
	}{
		"new":                       {text(here), nil, text(here), text(hash), false, ""},
		"new, not there yet":        {text(missing), nil, text(missing), unknown, false, "It must be there when the plan is applied"},
		"new, path not known yet":   {unknown, nil, unknown, unknown, false, ""},
		"the same":                  {text(here), state(text(here), text(hash)), text(here), text(hash), false, ""},
		"another checkout":          {text(moved), state(text(here), text(hash)), text(here), text(hash), false, ""},
		"changed":                   {text(here), state(text(here), text("old")), text(here), text(hash), true, ""},
		"not on this machine":       {text(missing), state(text(here), text("old")), text(here), text("old"), false, "cannot be seen. Model \"churn:1\" stays registered"},
		"path not known yet":        {unknown, state(text(here), text(hash)), unknown, unknown, true, ""},
		"imported":                  {text(here), state(none, none), text(here), text(hash), false, ""},
		"imported, the hash known":  {text(here), state(none, text(hash)), text(here), text(hash), false, ""},
		"imported, other content":   {text(here), state(none, text("old")), text(here), text(hash), true, ""},
		"imported, not here either": {text(missing), state(none, none), text(missing), none, false, "stays registered"},
		"unusable":                  {text(t.TempDir()), state(text(here), text(hash)), none, none, false, "has no file in it"},
	} {
		plan := registration{Path: tc.at, version: version{Name: text("churn")}}
		var diags diag.Diagnostics
		replace := planContent(t.Context(), &plan, tc.state, &diags)
		said := ""
		for _, d := range diags {
			said += d.Detail()
		}
		if replace != tc.replace || (tc.said == "") != (said == "") || !strings.Contains(said, tc.said) {
			t.Errorf("%s: replaced: %t, %q", name, replace, said)
		}
		if !diags.HasError() && (!plan.Path.Equal(tc.path) || !plan.ContentHash.Equal(tc.hash)) {
			t.Errorf("%s: path %s, hash %s", name, plan.Path, plan.ContentHash)
		}
	}
}
