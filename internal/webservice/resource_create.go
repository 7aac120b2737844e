// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

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
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// Create stores the service in the state once the API has accepted it, so that a failed or
// interrupted deployment is tainted and not orphaned.
func (r *serviceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	config, plan := r.load(ctx, req.Config.Raw, &resp.Diagnostics), r.load(ctx, req.Plan.Raw, &resp.Diagnostics)
	resp.Diagnostics.Append(check(ctx, config)...)
	id := r.serviceID(plan, &resp.Diagnostics)
	outer := ctx
	ctx, cancel := framework.Within(ctx, plan.Timeouts.Create, limits.Create, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	ctx = framework.LogProgress(ctx, "Creating", "service", id.Name)
	api := r.Data.Client.Workspace(id.Workspace)
	hidden := secretsOf(ctx, config)

	if r.compute == azureml.ComputeAKS {
		checkCluster(ctx, api, plan.ComputeName.ValueString(), &resp.Diagnostics)
	}
	resp.Diagnostics.Append(checkNew(ctx, api, r.compute, plan)...)
	if !resp.Diagnostics.HasError() {
		published, diags := inference.Publish(ctx, api, config.image(), plan.image(), inference.Config{})
		resp.Diagnostics.Append(diags...)
		plan.InferenceConfig = published.Object
	}
	if resp.Diagnostics.HasError() {
		return
	}
	image, diags := inference.Source{API: api, Plan: plan.image(), RegistryPassword: hidden.registryPassword}.Image(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	operation, err := api.CreateService(ctx, expand(ctx, plan, hidden, image.Request, false))
	var exists *azureml.ExistsError
	if errors.As(err, &exists) {
		resp.Diagnostics.Append(explainExists(id, r.compute, exists.Existing))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("Could not create the service", fmt.Sprintf("service %q", id.Name), err))
		return
	}
	r.Data.Rotations.ServiceCreated(id.String())
	resp.Diagnostics.Append(store(ctx, accepted(plan, id), &resp.State.Raw)...)
	resp.Diagnostics.Append(storeIdentity(ctx, id, resp.Identity)...)
	resp.Diagnostics.Append(framework.TrackedProperties.Set(ctx, resp.Private, framework.Tracked{}.Next(config.Properties, types.MapNull(types.StringType)))...)

	service, warning, err := api.WaitCreated(ctx, id.Name, operation)
	resp.Diagnostics.Append(warnOperation(warning)...)
	if err != nil {
		found, failure := r.failed(outer, api, id, err, hidden, failedCreate)
		if found != nil {
			after := flatten(ctx, found, id.Workspace, accepted(plan, id))
			resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
			resp.Diagnostics.Append(image.Remember(ctx, found, after.image(), resp.Private)...)
		}
		if failure != nil {
			// It may become Healthy yet, and be untainted.
			resp.Diagnostics.Append(testrequest.Pending.Set(ctx, resp.Private, values.IsSet(plan.TestRequest))...)
			resp.Diagnostics.Append(failure)
			return
		}
		service = found
	}
	after := flatten(ctx, service, id.Workspace, plan)
	resp.Diagnostics.Append(store(ctx, after, &resp.State.Raw)...)
	resp.Diagnostics.Append(image.Remember(ctx, service, after.image(), resp.Private)...)
	resp.Diagnostics.Append(framework.KeepPlanned(req.Plan, &resp.State, fmt.Sprintf("service %q", id.Name))...)
	target := testrequest.Target{API: api, ID: id, Secrets: hidden.redactor()}
	resp.Diagnostics.Append(target.AfterCreate(ctx, outer, service, plan.TestRequest, resp.Private)...)
}

// checkNew refuses what the API would refuse after the upload, or 10 to 30 minutes
// later: a name that is taken, and models and environments that do not exist. What
// cannot be looked up is left to the API to judge.
func checkNew(ctx context.Context, api *azureml.Workspace, compute azureml.ComputeType, plan deployment) diag.Diagnostics {
	name := plan.Name.ValueString()
	if existing, err := api.GetService(ctx, name); err == nil {
		return diag.Diagnostics{explainExists(api.ID().Service(name), compute, existing)}
	}
	return checkReferences(ctx, api, plan.image(), inference.Config{})
}

// checkReferences refuses what the plan names and the workspace does not have.
func checkReferences(ctx context.Context, api *azureml.Workspace, plan, state inference.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	// A model that the plan did not find may exist by now.
	for _, problem := range (inference.References{Plan: plan, State: state}).Check(ctx, api, new(framework.Answers)) {
		diags.Append(problem.Error())
	}
	return diags
}

// accepted is the state of a service that was just accepted: the plan, with null for unknowns.
func accepted(plan deployment, id resourceid.Service) deployment {
	d := plan.closed()
	d.ID = types.StringValue(id.String())
	if !values.IsSet(plan.WorkspaceID) {
		d.WorkspaceID = types.StringValue(id.Workspace.String())
	}
	d.State = types.StringValue(string(azureml.StateTransitioning))
	return d
}

// checkCluster refuses a cluster that the API would refuse, with a clearer message. It accepts
// one that it cannot look up.
func checkCluster(ctx context.Context, api *azureml.Workspace, name string, diags *diag.Diagnostics) {
	cluster, err := api.GetCompute(ctx, name)
	switch {
	case azureml.IsNotFound(err):
		diags.AddAttributeError(path.Root("compute_name"), "The compute target does not exist",
			fmt.Sprintf("The workspace has no compute target named %q. Attach the AKS cluster to the workspace, or correct compute_name.", name))
	case err != nil:
	case cluster.ComputeType != "" && cluster.ComputeType != string(azureml.ComputeAKS):
		diags.AddAttributeError(path.Root("compute_name"), "The compute target is not an AKS cluster",
			fmt.Sprintf("Compute target %q is of type %s. Name one of type AKS in compute_name.", name, cluster.ComputeType))
	case cluster.ProvisioningState != "" && cluster.ProvisioningState != "Succeeded":
		diags.AddAttributeError(path.Root("compute_name"), "The compute target is not ready",
			fmt.Sprintf("Compute target %q is in provisioning state %s; the API deploys to one that is Succeeded. Wait for it or repair it, and apply again.", name, cluster.ProvisioningState))
	}
}
