// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
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

// Read implements resource.Resource, with one GET of the model.
func (r *modelResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state registration
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.id(&resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, state.Timeouts.Read, limits.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	// The framework asks for an identity even of what is gone.
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
	found, err := r.Data.Client.Workspace(id.Workspace).GetModel(ctx, id.ModelID())
	switch {
	case azureml.IsNotFound(err) && state.Version.IsNull(): // every other state has it
		resp.Diagnostics.Append(framework.NothingToImport("model "+id.ModelID(), id.Workspace))
	case azureml.IsNotFound(err):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the model", object(id), err))
	default:
		state.take(found, id, r.Tags())
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Update sends one PATCH. A new path and an adopted hash are not sent.
func (r *modelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state registration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.id(&resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, plan.Timeouts.Update, limits.Update, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	api := r.Data.Client.Workspace(id.Workspace)
	tracked := framework.TrackedProperties.Get(ctx, req.Private, &resp.Diagnostics)
	before := state.sent(r.Tags())
	before.Properties = tracked.Existing(state.Properties)
	operations, err := patch(ctx, api, id, plan.sent(r.Tags()), before, r.Tags())
	if err == nil && len(operations) > 0 {
		_, err = api.PatchModel(ctx, id.ModelID(), operations)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not change the model", object(id), err))
		return
	}
	if len(operations) > 0 {
		resp.Diagnostics.Append(plan.readBack(ctx, api, id, r.Tags(), "changed")...)
	}
	resp.Diagnostics.Append(framework.TrackedProperties.Set(ctx, resp.Private, tracked.Next(config.Properties, state.Properties))...)
	resp.Diagnostics.Append(trackDefaults(ctx, resp.Private, &config.version)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(framework.KeepPlanned(req.Plan, &resp.State, object(id))...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
}

// readBack reads the version after a change, or warns that it cannot.
func (r *registration) readBack(ctx context.Context, api *azureml.Workspace, id resourceid.Model, provider framework.Tags, what string) diag.Diagnostics {
	found, err := api.GetModel(ctx, id.ModelID())
	if err != nil {
		return diag.Diagnostics{diag.NewWarningDiagnostic("The model could not be read back",
			fmt.Sprintf("Model %q was %s. %s The next refresh reads it.", id.ModelID(), what, diagnostics.Explain("", err)))}
	}
	r.take(found, id, provider)
	return nil
}

func (r *modelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state registration
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.id(&resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, state.Timeouts.Delete, limits.Delete, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	api := r.Data.Client.Workspace(id.Workspace)
	switch err := api.DeleteModel(ctx, id.ModelID()); {
	case azureml.IsModelInUse(err):
		resp.Diagnostics.Append(explainInUse(id, users(ctx, api, id.ModelID())))
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not delete the model", object(id), err))
	}
}

// users returns the services that are made of a version, as far as they can be looked up.
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

// Create uploads the files, and registers them by its last call. From then on the version is in
// the state.
func (r *modelResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, plan registration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	workspace := framework.ResolveWorkspace(plan.WorkspaceID, r.OwnWorkspace(), "resource", &resp.Diagnostics)
	ctx, cancel := framework.Within(ctx, plan.Timeouts.Create, limits.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	files := plannedContent(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	api := r.Data.Client.Workspace(workspace)
	plan.ContentHash = text(files.hash)
	progress := framework.LogProgress(ctx, "Registering", "model", plan.Name.ValueString())
	made, failed := register(progress, api, expand(plan.sent(r.Tags())), files, azureml.NewArtifactContainer(r.Data.Clock.Now()))
	if failed != nil {
		resp.Diagnostics.Append(failed)
		return
	}
	id := workspace.Model(plan.Name.ValueString(), made.Version)
	registered := plan
	registered.take(made, id, r.Tags())
	resp.Diagnostics.Append(resp.State.Set(ctx, registered)...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
	resp.Diagnostics.Append(framework.TrackedProperties.Set(ctx, resp.Private, framework.Tracked{}.Next(config.Properties, types.MapNull(types.StringType)))...)
	resp.Diagnostics.Append(trackDefaults(ctx, resp.Private, &config.version)...)
	found := plan
	if diags := found.readBack(ctx, api, id, r.Tags(), "registered"); len(diags) > 0 {
		resp.Diagnostics.Append(diags...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, found)...)
	resp.Diagnostics.Append(framework.KeepPlanned(req.Plan, &resp.State, object(id))...)
}

// plannedContent reads the files, and refuses others than those of the plan.
func plannedContent(ctx context.Context, plan registration, diags *diag.Diagnostics) *content {
	files, err := readContent(ctx, plan.Path.ValueString())
	switch {
	case err != nil && ctx.Err() != nil:
		diags.Append(diagnostics.FromError("Could not register the model", fmt.Sprintf("model %q", plan.Name.ValueString()), err))
	case err != nil:
		diags.Append(unusable(plan, err))
	case values.IsSet(plan.ContentHash) && plan.ContentHash.ValueString() != files.hash:
		diags.AddAttributeError(path.Root("path"), "The model's files have changed since the plan",
			fmt.Sprintf("What is at %s is not what was planned, so nothing was registered. Apply again, which plans what is there now.", plan.Path.ValueString()))
	}
	return files
}

// register uploads the files and registers a version of them.
func register(ctx context.Context, api *azureml.Workspace, request azureml.RegisterModelRequest, files *content, container string) (*azureml.Model, diag.Diagnostic) {
	name := fmt.Sprintf("model %q", request.Name)
	if _, err := api.UploadArtifacts(ctx, container, files.uploads()); err != nil {
		if errors.Is(err, errChanged) {
			return nil, diag.NewAttributeErrorDiagnostic(path.Root("path"), "The model's files were changed while they were uploaded",
				diagnostics.Explain(name, err)+" Nothing was registered.")
		}
		return nil, diagnostics.FromError("Could not upload the model", name, err)
	}
	asset, err := api.CreateAsset(ctx, request.Name, azureml.ArtifactPrefix(container, files.root()))
	if err != nil {
		return nil, diagnostics.FromError("Could not register the model", name, err)
	}
	request.URL = asset.URL()
	made, err := api.RegisterModel(ctx, request)
	if err == nil {
		return made, nil
	}
	var unknown *azureml.UnknownOutcomeError
	if !errors.As(err, &unknown) {
		// No version is made of the asset; what cannot be cleaned up does no harm.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), framework.Cleanup)
		defer cancel()
		_ = api.DeleteAsset(grace, asset.ID)
	}
	return nil, diagnostics.FromError("Could not register the model", name, err)
}
