// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

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
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// identityModel is what identifies a service without its state.
type identityModel struct {
	framework.Identity
	Name types.String `tfsdk:"name"`
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *serviceResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the service."},
	})
}

func (i identityModel) id(own *resourceid.Workspace) (string, error) {
	workspace, err := i.Complete(own)
	return workspace.Service(i.Name.ValueString()).String(), err
}

func identityOf(id resourceid.Service) identityModel {
	return identityModel{Identity: framework.IdentityOf(id.Workspace), Name: types.StringValue(id.Name)}
}

func storeIdentity(ctx context.Context, id resourceid.Service, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	return framework.StoreIdentity(ctx, identity, identityOf(id), func(stored identityModel) bool {
		return stored.Names(id.Workspace) && stored.Name.ValueString() == id.Name
	})
}

// ImportState takes the full id of a service, its bare name in the provider's
// workspace, or its identity. The rest is read from the service.
func (r *serviceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	given := framework.ImportID(ctx, req, func(i identityModel) (string, error) { return i.id(r.OwnWorkspace()) }, &resp.Diagnostics)
	id := importID(given, r.OwnWorkspace(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(storeImported(ctx, id, &resp.State, resp.Identity, resp.Private)...)
}

// storeImported stores which service a new state is about. The next refresh reads the rest.
func storeImported(ctx context.Context, id resourceid.Service, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private framework.PrivateWriter) diag.Diagnostics {
	diags := state.SetAttribute(ctx, path.Root("id"), id.String())
	diags.Append(state.SetAttribute(ctx, path.Root("workspace_id"), id.Workspace.String())...)
	diags.Append(state.SetAttribute(ctx, path.Root("name"), id.Name)...)
	diags.Append(inference.Imported.Set(ctx, private, true)...)
	if identity != nil {
		diags.Append(identity.Set(ctx, identityOf(id))...)
	}
	return diags
}

// importID does nothing after an error.
func importID(text string, own *resourceid.Workspace, diags *diag.Diagnostics) (id resourceid.Service) {
	if diags.HasError() {
		return id
	}
	if strings.Contains(text, "/") {
		id, err := resourceid.ParseService(text)
		if err != nil {
			diags.AddError("The import id is not a service id", fmt.Sprintf("%s. Import by that id, or by the bare name of a service in the provider's workspace.", err))
		}
		return id
	}
	if err := nameRule.Check(text); err != nil {
		diags.AddError("The import id is not a service name", fmt.Sprintf("%q is neither a full service id nor a service name. %s", text, nameRule.Rule))
		return id
	}
	if own == nil {
		diags.AddError("The workspace of the service is not known",
			fmt.Sprintf("A bare name (%q) is looked up in the provider's workspace, and the provider's configuration names none. "+
				"Set workspace_id in the provider's configuration, or import by the full id: {workspace id}/services/%s.", text, text))
		return id
	}
	return own.Service(text)
}
