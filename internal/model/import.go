// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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

func (r *modelResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"name":    identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the model."},
		"version": identityschema.Int64Attribute{RequiredForImport: true, Description: "The number of the version."},
	})
}

func (i identityModel) id(own *resourceid.Workspace) (string, error) {
	workspace, err := i.Complete(own)
	return workspace.Model(i.Name.ValueString(), i.Version.ValueInt64()).String(), err
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

// ImportState takes the full id of a version, its name:version in the provider's workspace, or
// its identity. Only the configuration knows the path.
func (r *modelResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := framework.ImportID(ctx, req, func(i identityModel) (string, error) { return i.id(r.OwnWorkspace()) }, &resp.Diagnostics)
	id := importID(given, r.OwnWorkspace(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), id.Workspace.String())...)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
	}
}

// importID does nothing after an error.
func importID(given string, own *resourceid.Workspace, diags *diag.Diagnostics) (id resourceid.Model) {
	if diags.HasError() {
		return id
	}
	if strings.Contains(given, "/") {
		id, err := resourceid.ParseModel(given)
		if err != nil {
			diags.AddError("The import id is not a model id", fmt.Sprintf("%s. Import by that id, or by name:version in the provider's workspace.", err))
		}
		return id
	}
	id, err := resourceid.ParseModelID(given)
	if err != nil {
		diags.AddError("The import id is not a model id", fmt.Sprintf("%s. Import by that, or by the full id: {workspace id}/models/{name}:{version}.", err))
		return id
	}
	if own == nil {
		diags.AddError("The workspace of the model is not known",
			fmt.Sprintf("%q is looked up in the provider's workspace, and the provider's configuration names none. "+
				"Set workspace_id in the provider's configuration, or import by the full id: {workspace id}/models/%s.", given, given))
		return id
	}
	return own.Model(id.Name, id.Version)
}
