// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

var (
	_ resource.ResourceWithConfigure   = (*modelResource)(nil)
	_ resource.ResourceWithImportState = (*modelResource)(nil)
	_ resource.ResourceWithIdentity    = (*modelResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*modelResource)(nil)
)

// modelResource is mlws_model.
type modelResource struct {
	framework.Resource
}

// Schema implements resource.Resource.
func (r *modelResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = modelSchema(ctx)
}

// Read implements resource.Resource, with one GET of the model.
func (r *modelResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state registration
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	id, err := resourceid.ParseModel(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("The state has no valid model id", err.Error()+". Remove the object from the state with terraform state rm, and import it again.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := r.Data.Client.Workspace(id.Workspace).GetModel(ctx, id.ModelID())
	if azureml.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		// The framework asks for an identity even of what is gone.
		resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the model", object(id), err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, flatten(found, id, state))...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
}

// object names a version in the middle of a sentence.
func object(id resourceid.Model) string { return fmt.Sprintf("model %q", id.ModelID()) }

// Update implements resource.Resource: one PATCH with all that changes. A new
// path, and a hash that was adopted, are no concern of the API's.
func (r *modelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state registration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Update(ctx, defaultUpdateTimeout)
	resp.Diagnostics.Append(diags...)
	id, err := resourceid.ParseModel(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "The state has no valid model id", err.Error()+".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	api := r.Data.Client.Workspace(id.Workspace)

	operations, err := patch(ctx, api, id, plan, state)
	if err == nil && len(operations) > 0 {
		_, err = api.PatchModel(ctx, id.ModelID(), operations)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not change the model", object(id), err))
		return
	}
	after := plan
	if len(operations) > 0 {
		found, err := api.GetModel(ctx, id.ModelID())
		if err != nil {
			resp.Diagnostics.Append(unread(id, "changed", err))
		} else {
			after = flatten(found, id, plan)
		}
	}
	resp.Diagnostics.Append(framework.TrackProperties(ctx, resp.Private, config.Properties)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, after)...)
	resp.Diagnostics.Append(framework.KeepPlanned(req.Plan, &resp.State, object(id))...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
}
