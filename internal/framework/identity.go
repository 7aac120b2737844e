// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Identity is the workspace in an identity. Embed it in the model of the identity.
type Identity struct {
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	WorkspaceName     types.String `tfsdk:"workspace_name"`
}

// IdentitySchema returns the schema of an identity that embeds Identity and has these other
// attributes. An import may omit the workspace.
func IdentitySchema(own map[string]identityschema.Attribute) identityschema.Schema {
	attributes := map[string]identityschema.Attribute{
		"subscription_id":     identityschema.StringAttribute{OptionalForImport: true, Description: "The UUID of the subscription. Default: the provider's."},
		"resource_group_name": identityschema.StringAttribute{OptionalForImport: true, Description: "The resource group of the workspace. Default: the provider's."},
		"workspace_name":      identityschema.StringAttribute{OptionalForImport: true, Description: "The workspace. Default: the provider's."},
	}
	maps.Copy(attributes, own)
	return identityschema.Schema{Attributes: attributes}
}

// IdentityOf returns the identity's part for a workspace.
func IdentityOf(workspace resourceid.Workspace) Identity {
	return Identity{
		SubscriptionID:    types.StringValue(workspace.SubscriptionID),
		ResourceGroupName: types.StringValue(workspace.ResourceGroup),
		WorkspaceName:     types.StringValue(workspace.Name),
	}
}

// Complete returns the workspace of an identity. Missing parts are those of the provider's own
// workspace, which may be nil.
func (i Identity) Complete(own *resourceid.Workspace) (resourceid.Workspace, error) {
	var workspace resourceid.Workspace
	if own != nil {
		workspace = *own
	}
	for _, part := range []struct {
		given types.String
		to    *string
	}{
		{i.SubscriptionID, &workspace.SubscriptionID},
		{i.ResourceGroupName, &workspace.ResourceGroup},
		{i.WorkspaceName, &workspace.Name},
	} {
		if part.given.ValueString() != "" {
			*part.to = part.given.ValueString()
		}
		if *part.to == "" {
			return workspace, errors.New("the identity leaves out parts of the workspace, and the provider's configuration names none: " +
				"give subscription_id, resource_group_name and workspace_name")
		}
	}
	return workspace, nil
}

// ImportID returns the id to import: as given, or from the identity of an import block.
func ImportID[T any](ctx context.Context, req resource.ImportStateRequest, id func(T) (string, error), diags *diag.Diagnostics) string {
	if req.ID != "" || req.Identity == nil {
		return req.ID
	}
	var identity T
	diags.Append(req.Identity.Get(ctx, &identity)...)
	if diags.HasError() {
		return ""
	}
	text, err := id(identity)
	if err != nil {
		diags.AddError("The identity of the import is not complete", fmt.Sprintf("Nothing can be imported: %s.", err))
	}
	return text
}

// NothingToImport is the error of the read after an import that finds nothing.
func NothingToImport(object string, workspace resourceid.Workspace) diag.Diagnostic {
	return diag.NewErrorDiagnostic("There is nothing to import",
		fmt.Sprintf("Workspace %q has no %s. Correct the id of the import, or remove the import block to create it.", workspace.Name, object))
}

// Names reports whether the identity is that of the workspace, ignoring case.
func (i Identity) Names(workspace resourceid.Workspace) bool {
	return strings.EqualFold(i.SubscriptionID.ValueString(), workspace.SubscriptionID) &&
		strings.EqualFold(i.ResourceGroupName.ValueString(), workspace.ResourceGroup) &&
		strings.EqualFold(i.WorkspaceName.ValueString(), workspace.Name)
}

// StoreIdentity sets the identity of a resource; to is nil before Terraform 1.12. An identity
// must never change, so one that means the same keeps its spelling.
func StoreIdentity[T any](ctx context.Context, to *tfsdk.ResourceIdentity, identity T, same func(stored T) bool) diag.Diagnostics {
	if to == nil {
		return nil
	}
	if !to.Raw.IsNull() && to.Raw.IsFullyKnown() {
		var stored T
		diags := to.Get(ctx, &stored)
		if diags.HasError() || same(stored) {
			return diags
		}
	}
	return to.Set(ctx, identity)
}
