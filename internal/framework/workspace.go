// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// WorkspaceID is the name of the attribute that names a workspace.
const WorkspaceID = "workspace_id"

// PlanWorkspace plans the provider's workspace if the configuration names none,
// and reports whether that moves the object. The provider's workspace may not be
// known yet: then the plan leaves it open, and apply asks again. The state is nil
// for an object that is to be created.
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
func ResolveWorkspace(value types.String, own *resourceid.Workspace, object string) (resourceid.Workspace, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !value.IsNull() && !value.IsUnknown() {
		workspace, err := resourceid.ParseWorkspace(value.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root(WorkspaceID), "Invalid "+WorkspaceID, err.Error()+".")
		}
		return workspace, diags
	}
	if own != nil {
		return *own, diags
	}
	diags.AddAttributeError(path.Root(WorkspaceID), "The workspace is not known",
		fmt.Sprintf("Neither this %s nor the provider's configuration names a workspace. Set workspace_id here, or subscription_id, resource_group_name and workspace_name (or workspace_id) in the provider's configuration.", object))
	return resourceid.Workspace{}, diags
}
