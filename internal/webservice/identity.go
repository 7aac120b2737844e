// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// identityModel is what identifies a service without its state.
type identityModel struct {
	framework.Identity
	Name types.String `tfsdk:"name"`
}

// IdentitySchema implements resource.ResourceWithIdentity. The workspace may be
// left out of an import: it is then the provider's.
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
