// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Delete implements resource.Resource.
func (r *modelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state registration
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	id, err := resourceid.ParseModel(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("The state has no valid model id", err.Error()+". Remove the object from the state with terraform state rm.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	api := r.Data.Client.Workspace(id.Workspace)
	switch err := api.DeleteModel(ctx, id.ModelID()); {
	case azureml.IsModelInUse(err):
		resp.Diagnostics.Append(explainInUse(id, users(ctx, api, id.ModelID())))
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not delete the model", object(id), err))
	}
}

// users names the services that are made of a version, as far as they can be
// looked up.
func users(ctx context.Context, api *azureml.Workspace, modelID string) []string {
	var names []string
	for service, err := range api.ListServices(ctx, azureml.ListServicesOptions{ModelID: modelID}) {
		if err != nil {
			return nil
		}
		isIt := func(m azureml.ServiceModel) bool { return m.ID == modelID }
		if service.Image != nil && slices.Contains(service.Image.ModelIDs, modelID) || slices.ContainsFunc(service.Models, isIt) {
			names = append(names, service.Name)
		}
	}
	slices.Sort(names)
	return names
}

func explainInUse(id resourceid.Model, users []string) diag.Diagnostic {
	by := "a service is"
	if len(users) > 0 {
		by = "these services are"
	}
	text := fmt.Sprintf("Model %q was not deleted: %s made of it, and the API keeps a model that is in use (412).", id.ModelID(), by)
	if len(users) > 0 {
		text += " Made of it: " + strings.Join(users, ", ") + "."
	}
	return diag.NewErrorDiagnostic("The model is in use", text+
		" Point model_ids of what uses it to another version first, or delete it, and apply again."+
		" Where Terraform replaces the model, set lifecycle { create_before_destroy = true } on it and refer to its model_id:"+
		" then the new version is registered first, the services are updated to it in place, and this one is deleted last.")
}
