// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"strings"
	"testing"

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
		id, diags := importIdentity(tc.identity, tc.own)
		if diags.HasError() != (tc.want == "") || tc.want != "" && !strings.HasSuffix(id.String(), tc.want) {
			t.Errorf("%s: %s, %v", name, id, diags)
		}
	}
	if _, diags := importID("churn:3", nil); !diags.HasError() || !strings.Contains(diags[0].Detail(), "{workspace id}/models/churn:3") {
		t.Errorf("without a workspace: %v", diags)
	}
	if !sameIdentity(identityOf(own.Model("churn", 3)), resourceid.Workspace{SubscriptionID: own.SubscriptionID, ResourceGroup: "RG", Name: "WS"}.Model("churn", 3)) ||
		sameIdentity(identityOf(own.Model("churn", 3)), own.Model("churn", 4)) {
		t.Error("identities are compared wrongly")
	}
}
