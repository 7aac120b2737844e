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
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var (
	_ resource.ResourceWithConfigure      = (*serviceResource)(nil)
	_ resource.ResourceWithImportState    = (*serviceResource)(nil)
	_ resource.ResourceWithIdentity       = (*serviceResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*serviceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*serviceResource)(nil)
)

// limits are the default timeouts. The service itself gives up on an AKS
// deployment after 20 minutes; building an image comes on top.
var limits = framework.Timeouts{
	Create: framework.Timeout{Default: 45 * time.Minute, Text: "How long to wait until a new service is Healthy."},
	Read:   framework.Timeout{Default: 5 * time.Minute, Text: "How long a refresh may take."},
	Update: framework.Timeout{Default: 45 * time.Minute, Text: "How long to wait until a changed service is Healthy."},
	Delete: framework.Timeout{Default: 20 * time.Minute, Text: "How long to wait until the service is gone."},
}

// serviceResource is mlws_aci_service or mlws_aks_service.
type serviceResource struct {
	framework.Resource
	compute azureml.ComputeType
}

func newServiceResource(compute azureml.ComputeType) resource.Resource {
	return &serviceResource{
		Resource: framework.NewResource(resourceName(compute)),
		compute:  compute,
	}
}

// resourceName returns the type name of the resource of a compute type, without the
// provider's: "aci_service".
func resourceName(compute azureml.ComputeType) string {
	return strings.ToLower(string(compute)) + "_service"
}

// Schema implements resource.Resource.
func (r *serviceResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = layouts[r.compute]().schema
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *serviceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config := load(ctx, r.compute, req.Config.Raw, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(check(ctx, config)...)
	}
}

// serviceID returns the id of the service that a plan or state is about.
func (r *serviceResource) serviceID(d deployment, diags *diag.Diagnostics) resourceid.Service {
	return framework.ResolveWorkspace(d.WorkspaceID, r.OwnWorkspace(), "resource", diags).Service(d.Name.ValueString())
}
