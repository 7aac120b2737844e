// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// keyIdentity is what identifies a key without its state.
type keyIdentity struct {
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	WorkspaceName     types.String `tfsdk:"workspace_name"`
	ServiceName       types.String `tfsdk:"service_name"`
	KeyType           types.String `tfsdk:"key_type"`
}

// IdentitySchema implements resource.ResourceWithIdentity. The workspace may be
// left out of an import: it is then the provider's.
func (*keyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"subscription_id":     identityschema.StringAttribute{OptionalForImport: true, Description: "The UUID of the subscription. Defaults to the provider's."},
		"resource_group_name": identityschema.StringAttribute{OptionalForImport: true, Description: "The resource group of the workspace. Defaults to the provider's."},
		"workspace_name":      identityschema.StringAttribute{OptionalForImport: true, Description: "The workspace. Defaults to the provider's."},
		"service_name":        identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the service."},
		"key_type":            identityschema.StringAttribute{RequiredForImport: true, Description: "Primary or Secondary."},
	}}
}

func identityOf(service resourceid.Service, slot azureml.KeyType) keyIdentity {
	return keyIdentity{
		SubscriptionID:    types.StringValue(service.Workspace.SubscriptionID),
		ResourceGroupName: types.StringValue(service.Workspace.ResourceGroup),
		WorkspaceName:     types.StringValue(service.Workspace.Name),
		ServiceName:       types.StringValue(service.Name),
		KeyType:           types.StringValue(string(slot)),
	}
}

// id turns the identity of an import block into an import id. Parts of the
// workspace that it leaves out are the provider's, which may be nil.
func (i keyIdentity) id(workspace *resourceid.Workspace) (string, error) {
	parts := resourceid.Workspace{}
	if workspace != nil {
		parts = *workspace
	}
	for _, part := range []struct {
		given types.String
		into  *string
	}{
		{i.SubscriptionID, &parts.SubscriptionID},
		{i.ResourceGroupName, &parts.ResourceGroup},
		{i.WorkspaceName, &parts.Name},
	} {
		if part.given.ValueString() != "" {
			*part.into = part.given.ValueString()
		}
		if *part.into == "" {
			return "", errors.New("the identity leaves out parts of the workspace, and the provider is configured without one: " +
				"give subscription_id, resource_group_name and workspace_name")
		}
	}
	return keyID(parts.Service(i.ServiceName.ValueString()).String(), i.KeyType.ValueString()), nil
}
