// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

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
