// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// identityModel is what identifies a version without its state.
type identityModel struct {
	framework.Identity
	Name    types.String `tfsdk:"name"`
	Version types.Int64  `tfsdk:"version"`
}

// IdentitySchema implements resource.ResourceWithIdentity. The workspace may be
// left out of an import: it is then the provider's.
func (r *modelResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"name":    identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the model."},
		"version": identityschema.Int64Attribute{RequiredForImport: true, Description: "The number of the version."},
	})
}

func identityOf(id resourceid.Model) identityModel {
	return identityModel{Identity: framework.IdentityOf(id.Workspace), Name: text(id.Name), Version: types.Int64Value(id.Version)}
}

func storeIdentity(ctx context.Context, id resourceid.Model, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	return framework.StoreIdentity(ctx, identity, identityOf(id), func(stored identityModel) bool { return sameIdentity(stored, id) })
}

func sameIdentity(stored identityModel, id resourceid.Model) bool {
	return stored.Names(id.Workspace) && stored.Name.ValueString() == id.Name && stored.Version.ValueInt64() == id.Version
}
