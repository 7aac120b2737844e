// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const (
	workspaceIDVariable   = "MLWS_WORKSPACE_ID"
	resourceGroupVariable = "MLWS_RESOURCE_GROUP_NAME"
	workspaceNameVariable = "MLWS_WORKSPACE_NAME"
)

// workspace returns the provider's own workspace. It is nil, without an error,
// if none is named or a part is not known yet; a subscription alone names
// none. The environment's workspace id is read only if the configuration
// names neither an id nor a part of it other than the subscription.
func (m *model) workspace(lookup auth.Lookup) (*resourceid.Workspace, diag.Diagnostics) {
	var diags diag.Diagnostics
	if m.WorkspaceID.IsUnknown() || m.SubscriptionID.IsUnknown() || m.ResourceGroupName.IsUnknown() || m.WorkspaceName.IsUnknown() {
		return nil, diags
	}
	id, from := m.WorkspaceID.ValueString(), "workspace_id"
	if id == "" && isUnset(m.ResourceGroupName) && isUnset(m.WorkspaceName) {
		id, from = lookup.First(workspaceIDVariable), workspaceIDVariable
	}
	if id != "" {
		workspace, err := resourceid.ParseWorkspace(id)
		if err != nil {
			diags.AddAttributeError(path.Root("workspace_id"), "Invalid workspace id", from+": "+err.Error()+".")
			return nil, diags
		}
		if given := m.SubscriptionID.ValueString(); given != "" && !strings.EqualFold(given, workspace.SubscriptionID) {
			diags.AddAttributeError(path.Root("subscription_id"), "Contradictory workspace",
				fmt.Sprintf("subscription_id is %s, but the workspace id in %s is of subscription %s. Remove one of the two.", given, from, workspace.SubscriptionID))
			return nil, diags
		}
		if from == workspaceIDVariable {
			diags.Append(leftOver(lookup, workspace)...)
		}
		return &workspace, diags
	}
	workspace := resourceid.Workspace{
		SubscriptionID: orVariable(m.SubscriptionID, lookup, auth.Variables("subscription_id")...),
		ResourceGroup:  orVariable(m.ResourceGroupName, lookup, resourceGroupVariable),
		Name:           orVariable(m.WorkspaceName, lookup, workspaceNameVariable),
	}
	if workspace.ResourceGroup == "" && workspace.Name == "" {
		return nil, diags
	}
	for _, part := range []struct{ name, value, variable string }{
		{"subscription_id", workspace.SubscriptionID, "ARM_SUBSCRIPTION_ID"},
		{"resource_group_name", workspace.ResourceGroup, resourceGroupVariable},
		{"workspace_name", workspace.Name, workspaceNameVariable},
	} {
		if part.value == "" {
			diags.AddAttributeError(path.Root(part.name), "The workspace is incomplete",
				fmt.Sprintf("A workspace is named by subscription_id, resource_group_name and workspace_name together, and %s is missing. "+
					"Set it (or %s), or set workspace_id instead of the three.", part.name, part.variable))
		}
	}
	if diags.HasError() {
		return nil, diags
	}
	if _, err := resourceid.ParseWorkspace(workspace.String()); err != nil {
		diags.AddError("Invalid workspace", "subscription_id, resource_group_name and workspace_name (or their environment variables) do not make a workspace id: "+err.Error()+".")
		return nil, diags
	}
	return &workspace, diags
}

// leftOver refuses a workspace id of the environment that other variables of it
// contradict: one of the two was left there by another shell or job, and the
// provider must not guess which. The subscription is not compared, because other
// providers read its variable too.
func leftOver(lookup auth.Lookup, workspace resourceid.Workspace) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, part := range []struct{ variable, named string }{
		{resourceGroupVariable, workspace.ResourceGroup},
		{workspaceNameVariable, workspace.Name},
	} {
		if value := lookup.First(part.variable); value != "" && !strings.EqualFold(value, part.named) {
			diags.AddError("Contradictory workspace",
				fmt.Sprintf("The environment names two workspaces: %s is %q, and the id in %s has %q there. Unset the variable that is left over.", part.variable, value, workspaceIDVariable, part.named))
		}
	}
	return diags
}

func isUnset(value types.String) bool { return value.ValueString() == "" }

// orVariable is the value, or the first of the variables that is set.
func orVariable(value types.String, lookup auth.Lookup, names ...string) string {
	if text := value.ValueString(); text != "" {
		return text
	}
	return lookup.First(names...)
}
