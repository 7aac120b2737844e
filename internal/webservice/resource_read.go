// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/deployed"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// Read implements resource.Resource, with one GET of the service.
func (r *serviceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := load(ctx, r.compute, req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := resourceid.ParseService(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("The state has no valid service id", err.Error()+". Remove the object from the state with terraform state rm, and import it again.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := framework.Within(ctx, state.Timeouts.Read, limits.Read, &resp.Diagnostics)
	defer cancel()

	api := r.Data.Client.Workspace(id.Workspace)
	service, err := api.GetService(ctx, id.Name)
	if azureml.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		// The framework asks for an identity even of what is gone.
		resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", id.Name), err))
		return
	}
	if service.ComputeType != r.compute {
		resp.Diagnostics.Append(explainOtherCompute(id, r.compute, service))
		return
	}
	if state.State.ValueString() == string(azureml.StateHealthy) && service.State == azureml.StateUnhealthy {
		resp.Diagnostics.AddWarning("The service has become unhealthy",
			fmt.Sprintf("Service %q was Healthy when Terraform last looked. %s Its container log says more; Terraform changes nothing unless the configuration does.", id.Name, deployed.DescribeState(service)))
	}
	if service.State == azureml.StateHealthy {
		// An update that timed out has succeeded since.
		resp.Diagnostics.Append(unfinished.Change(ctx, req.Private, resp.Private, false)...)
	}
	after := flatten(ctx, service, id.Workspace, state)
	image, diags := inference.Refresh(ctx, api, service, after.image(), req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	after.InferenceConfig = image.Object
	resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
}
