// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Delete implements resource.Resource. It works in every state of the service,
// a failed deployment included, and is done when the service is gone.
func (r *serviceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := load(ctx, r.compute, req.State.Raw, &resp.Diagnostics)
	id := r.serviceID(state, &resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, state.Timeouts.Delete, limits.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	ctx = framework.LogProgress(ctx, "Deleting", "service", id.Name)
	api := r.Data.Client.Workspace(id.Workspace)

	operation, err := api.DeleteService(ctx, id.Name)
	if err == nil {
		err = api.WaitDeleted(ctx, id.Name, operation)
	}
	var recreated *azureml.RecreatedError
	switch {
	case errors.As(err, &recreated):
		resp.Diagnostics.AddError("Another service of the same name exists now",
			fmt.Sprintf("Service %q was deleted, and somebody else has created another service of that name since, which was not deleted. "+
				"If it is not to be managed here, take it out of the state with terraform state rm and the resource's address. To delete it too, destroy again.", id.Name))
	case err != nil && !azureml.IsNotFound(err):
		resp.Diagnostics.Append(diagnostics.FromError("Could not delete the service", fmt.Sprintf("service %q", id.Name), err))
	}
}
