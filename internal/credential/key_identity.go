// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// keyIdentity is what identifies a key without its state.
type keyIdentity struct {
	framework.Identity
	ServiceName types.String `tfsdk:"service_name"`
	KeyType     types.String `tfsdk:"key_type"`
}

// IdentitySchema implements resource.ResourceWithIdentity. The workspace may be
// left out of an import: it is then the provider's.
func (*keyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.IdentitySchema(map[string]identityschema.Attribute{
		"service_name": identityschema.StringAttribute{RequiredForImport: true, Description: "The name of the service."},
		"key_type":     identityschema.StringAttribute{RequiredForImport: true, Description: "Primary or Secondary."},
	})
}

// storeIdentity sets the identity of a key.
func storeIdentity(ctx context.Context, service resourceid.Service, slot azureml.KeyType, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	of := keyIdentity{
		Identity:    framework.IdentityOf(service.Workspace),
		ServiceName: types.StringValue(service.Name),
		KeyType:     types.StringValue(string(slot)),
	}
	return framework.StoreIdentity(ctx, identity, of, func(stored keyIdentity) bool {
		return stored.Names(service.Workspace) && stored.ServiceName.Equal(of.ServiceName) && stored.KeyType.Equal(of.KeyType)
	})
}

// id turns the identity of an import block into an import id. Parts of the
// workspace that it leaves out are the provider's, which may be nil.
func (i keyIdentity) id(own *resourceid.Workspace) (string, error) {
	workspace := i.Complete(own)
	if workspace.SubscriptionID == "" || workspace.ResourceGroup == "" || workspace.Name == "" {
		return "", errors.New("the identity leaves out parts of the workspace, and the provider is configured without one: " +
			"give subscription_id, resource_group_name and workspace_name")
	}
	return keyID(workspace.Service(i.ServiceName.ValueString()).String(), i.KeyType.ValueString()), nil
}
