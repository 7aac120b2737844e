// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

func TestIdentityComplete(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		identity Identity
		own      *resourceid.Workspace
		want     resourceid.Workspace
	}{
		"whole":                  {IdentityOf(other), &own, other},
		"whole, and no provider": {IdentityOf(other), nil, other},
		"a name only":            {Identity{WorkspaceName: types.StringValue("other")}, &own, other},
		"nothing":                {Identity{}, &own, own},
		"empty is nothing":       {Identity{SubscriptionID: types.StringValue("")}, &own, own},
		"nothing at all":         {Identity{}, nil, resourceid.Workspace{}},
		"no name, no provider":   {Identity{SubscriptionID: types.StringValue("s"), ResourceGroupName: types.StringValue("g")}, nil, resourceid.Workspace{}},
	} {
		got, err := tc.identity.Complete(tc.own)
		if complete := tc.want != (resourceid.Workspace{}); (err == nil) != complete || complete && got != tc.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

type named struct {
	Identity
	Name types.String `tfsdk:"name"`
}

// A stored value keeps its spelling for as long as it means the same.
func TestStoreIdentity(t *testing.T) {
	t.Parallel()
	schema := IdentitySchema(map[string]identityschema.Attribute{"name": identityschema.StringAttribute{RequiredForImport: true}})
	identity := &tfsdk.ResourceIdentity{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
	upper := own
	upper.ResourceGroup = strings.ToUpper(own.ResourceGroup)
	for _, step := range []struct{ store, want resourceid.Workspace }{{upper, upper}, {own, upper}, {other, other}, {own, own}} {
		same := func(stored named) bool { return stored.Names(step.store) && stored.Name.ValueString() == "iris" }
		if diags := StoreIdentity(t.Context(), identity, named{Identity: IdentityOf(step.store), Name: types.StringValue("iris")}, same); diags.HasError() {
			t.Fatal(diags)
		}
		var got named
		diags := identity.Get(t.Context(), &got)
		if workspace, err := got.Complete(nil); diags.HasError() || err != nil || workspace != step.want {
			t.Errorf("stored %+v: got %+v, %v, %v", step.store, got, diags, err)
		}
	}
	if diags := StoreIdentity(t.Context(), nil, named{}, nil); diags.HasError() {
		t.Error(diags)
	}
}
