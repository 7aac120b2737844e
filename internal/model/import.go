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

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// ImportState takes the full id of a version, its name:version in the provider's
// workspace, or its identity. The rest is read from the workspace, but for the
// path, which only the configuration knows.
func (r *modelResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id resourceid.Model
	var diags diag.Diagnostics
	if req.ID != "" {
		id, diags = importID(req.ID, r.OwnWorkspace())
	} else {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
		id, diags = importIdentity(identity, r.OwnWorkspace())
	}
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("workspace_id"), id.Workspace.String())...)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
	}
}

func importID(given string, own *resourceid.Workspace) (resourceid.Model, diag.Diagnostics) {
	var diags diag.Diagnostics
	if strings.Contains(given, "/") {
		id, err := resourceid.ParseModel(given)
		if err != nil {
			diags.AddError("The import id is not a model id", fmt.Sprintf("%s. Import by that id, or by name:version in the provider's workspace.", err))
		}
		return id, diags
	}
	id, err := resourceid.ParseModelID(given)
	if err != nil {
		diags.AddError("The import id is not a model id", fmt.Sprintf("%s. Import by that, or by the full id: {workspace id}/models/{name}:{version}.", err))
		return id, diags
	}
	if own == nil {
		diags.AddError("The workspace of the model is not known",
			fmt.Sprintf("%q is looked up in the provider's workspace, and the provider's configuration names none. "+
				"Set workspace_id in the provider's configuration, or import by the full id: {workspace id}/models/%s.", given, given))
		return id, diags
	}
	return own.Model(id.Name, id.Version), diags
}

func importIdentity(identity identityModel, own *resourceid.Workspace) (resourceid.Model, diag.Diagnostics) {
	var diags diag.Diagnostics
	id, err := resourceid.ParseModel(identity.Complete(own).Model(identity.Name.ValueString(), identity.Version.ValueInt64()).String())
	if err != nil {
		diags.AddError("The identity does not name a version of a model",
			"subscription_id, resource_group_name, workspace_name, name and version are all needed, unless the provider's configuration names the workspace. Complete the identity in the import block.")
	}
	return id, diags
}
