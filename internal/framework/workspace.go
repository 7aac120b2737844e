// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// WorkspaceID is the name of the attribute that names a workspace.
const WorkspaceID = "workspace_id"

// WorkspaceOfData returns the attribute of a data source that names a workspace.
func WorkspaceOfData() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validators.WorkspaceID},
		MarkdownDescription: "The full id of the workspace. Default: the provider's.",
	}
}

// PlanWorkspace plans the provider's workspace if the configuration names none, and reports
// whether that moves the object. It is unknown if the provider's workspace is not known yet.
// The state is nil for a new object.
func PlanWorkspace(config, plan types.String, state *types.String, own *resourceid.Workspace) (planned types.String, moved bool) {
	switch {
	case !config.IsNull():
		return plan, false
	case state == nil && own == nil:
		return types.StringUnknown(), false
	case state == nil:
		return types.StringValue(own.String()), false
	case own == nil || strings.EqualFold(state.ValueString(), own.String()):
		return *state, false
	}
	return types.StringValue(own.String()), true
}

// ResolveWorkspace returns the workspace that a value names, or the provider's
// own. Messages call the owner of the attribute object: "resource", "data source".
// It does nothing after an error.
func ResolveWorkspace(value types.String, own *resourceid.Workspace, object string, diags *diag.Diagnostics) resourceid.Workspace {
	switch {
	case diags.HasError():
		return resourceid.Workspace{}
	case values.IsSet(value):
		workspace, err := resourceid.ParseWorkspace(value.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root(WorkspaceID), "Invalid "+WorkspaceID, err.Error()+".")
		}
		return workspace
	case own != nil:
		return *own
	}
	diags.AddAttributeError(path.Root(WorkspaceID), "The workspace is not known",
		fmt.Sprintf("Neither this %s nor the provider's configuration names a workspace. Set workspace_id here, or subscription_id, resource_group_name and workspace_name (or workspace_id) in the provider's configuration.", object))
	return resourceid.Workspace{}
}
