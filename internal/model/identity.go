// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// identityModel is what identifies a version without its state.
type identityModel struct {
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	WorkspaceName     types.String `tfsdk:"workspace_name"`
	Name              types.String `tfsdk:"name"`
	Version           types.Int64  `tfsdk:"version"`
}

// IdentitySchema implements resource.ResourceWithIdentity. The workspace may be
// left out of an import: it is then the provider's.
func (r *modelResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"subscription_id":     identityschema.StringAttribute{OptionalForImport: true, Description: "The UUID of the subscription. Defaults to the provider's."},
		"resource_group_name": identityschema.StringAttribute{OptionalForImport: true, Description: "The resource group of the workspace. Defaults to the provider's."},
		"workspace_name":      identityschema.StringAttribute{OptionalForImport: true, Description: "The workspace. Defaults to the provider's."},
		"name":                identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the model."},
		"version":             identityschema.Int64Attribute{RequiredForImport: true, Description: "The number of the version."},
	}}
}

func identityOf(id resourceid.Model) identityModel {
	return identityModel{
		SubscriptionID: text(id.Workspace.SubscriptionID), ResourceGroupName: text(id.Workspace.ResourceGroup), WorkspaceName: text(id.Workspace.Name),
		Name: text(id.Name), Version: types.Int64Value(id.Version),
	}
}

// storeIdentity sets the identity. An identity must never change, so one that
// is there and means the same keeps its spelling.
func storeIdentity(ctx context.Context, id resourceid.Model, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	if !identity.Raw.IsNull() && identity.Raw.IsFullyKnown() {
		var stored identityModel
		diags := identity.Get(ctx, &stored)
		if diags.HasError() || sameIdentity(stored, id) {
			return diags
		}
	}
	return identity.Set(ctx, identityOf(id))
}

func sameIdentity(stored identityModel, id resourceid.Model) bool {
	return strings.EqualFold(stored.SubscriptionID.ValueString(), id.Workspace.SubscriptionID) &&
		strings.EqualFold(stored.ResourceGroupName.ValueString(), id.Workspace.ResourceGroup) &&
		strings.EqualFold(stored.WorkspaceName.ValueString(), id.Workspace.Name) &&
		stored.Name.ValueString() == id.Name && stored.Version.ValueInt64() == id.Version
}
