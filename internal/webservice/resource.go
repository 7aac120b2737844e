// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/providerdata"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/workspaceid"
)

var (
	_ resource.ResourceWithConfigure      = (*serviceResource)(nil)
	_ resource.ResourceWithImportState    = (*serviceResource)(nil)
	_ resource.ResourceWithIdentity       = (*serviceResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*serviceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*serviceResource)(nil)
)

// The default timeouts. The service itself gives up on an AKS deployment after 20
// minutes; building an image comes on top.
const (
	defaultCreateTimeout = 45 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
	defaultUpdateTimeout = 45 * time.Minute
	defaultDeleteTimeout = 20 * time.Minute
)

// serviceResource is mlws_aci_service or mlws_aks_service.
type serviceResource struct {
	compute azureml.ComputeType
	data    *providerdata.Data // nil in the validate walk
}

// Metadata implements resource.Resource.
func (r *serviceResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + strings.ToLower(string(r.compute)) + "_service"
}

// Schema implements resource.Resource.
func (r *serviceResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = serviceSchema(ctx, r.compute)
}

// Configure implements resource.ResourceWithConfigure.
func (r *serviceResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.data = data
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *serviceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, diags := load(ctx, r.compute, req.Config)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(check(ctx, config)...)
	}
}

// ownWorkspace is the provider's workspace; nil where its configuration names none.
func (r *serviceResource) ownWorkspace() *resourceid.Workspace {
	if r.data == nil {
		return nil
	}
	return r.data.Workspace
}

// serviceID returns the id of the service that a plan or state is about.
func (r *serviceResource) serviceID(d deployment) (resourceid.Service, diag.Diagnostics) {
	workspace, diags := workspaceid.Resolve(d.WorkspaceID, r.ownWorkspace(), "resource")
	return workspace.Service(d.Name.ValueString()), diags
}
