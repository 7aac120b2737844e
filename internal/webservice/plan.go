// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// ModifyPlan plans attributes that depend on others. It runs again at apply, when the values
// that were unknown are known.
func (r *serviceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // destroy
	}
	config, plan := r.load(ctx, req.Config.Raw, &resp.Diagnostics), r.load(ctx, req.Plan.Raw, &resp.Diagnostics)
	var state *deployment
	if !req.State.Raw.IsNull() {
		state = new(r.load(ctx, req.State.Raw, &resp.Diagnostics))
	}
	if resp.Diagnostics.HasError() {
		return
	}

	// From the configuration alone, so that switching to token auth and back shows both
	// flags change.
	plan.AuthEnabled, plan.TokenAuthEnabled = authmode.Plan(authmode.Compute(r.compute), config.AuthEnabled, config.TokenAuthEnabled)
	plan.AuthMode, plan.OpenToAnyone = authmode.Outputs(authmode.Compute(r.compute), plan.AuthEnabled, plan.TokenAuthEnabled)
	resp.Diagnostics.Append(r.Tags().Check(config.Tags)...)
	plan.TagsAll = r.Tags().All(config.Tags)
	if r.compute == azureml.ComputeAKS {
		planAutoscale(config, &plan)
	}
	var priorWorkspace *types.String
	var priorProperties *types.Map
	if state != nil {
		priorWorkspace, priorProperties = &state.WorkspaceID, &state.Properties
	}
	var moved bool
	if plan.WorkspaceID, moved = framework.PlanWorkspace(config.WorkspaceID, plan.WorkspaceID, priorWorkspace, r.OwnWorkspace()); moved {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("workspace_id"))
	}
	tracked := framework.TrackedProperties.Get(ctx, req.Private, &resp.Diagnostics)
	var replace bool
	plan.Properties, replace = framework.PropertyOwner("service").Plan(config.Properties, plan.Properties, priorProperties, tracked, &resp.Diagnostics)
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("properties"))
	}
	var deployed inference.Config
	if state != nil {
		deployed = state.image()
	}
	if state == nil || !deployed.Empty() {
		resp.Diagnostics.Append(inference.CheckEmpty(config.image())...)
	}
	image, diags := inference.Plan(ctx, config.image(), plan.image(), deployed)
	resp.Diagnostics.Append(diags...)
	plan.InferenceConfig = image.Object
	overwrite, sends := false, true
	if state != nil {
		existing := *state
		existing.Properties = tracked.Existing(state.Properties)
		overwrite = planOutputs(ctx, config, &plan, existing, unfinished.Get(ctx, req.Private, &resp.Diagnostics))
		sends = overwrite || inference.Changes(ctx, plan.image(), deployed)
		if testrequest.PlanPending(ctx, plan.TestRequest, req.Private, &resp.Diagnostics) {
			plan.State, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
		}
	}

	last := inference.LastDeployed.Get(ctx, req.Private, &resp.Diagnostics)
	planned := inference.Planned{Config: config.image(), Plan: plan.image(), State: deployed, Sends: sends, Last: last}
	resp.Diagnostics.Append(r.review(ctx, plan, planned)...)

	resp.Diagnostics.Append(store(ctx, plan, &resp.Plan.Raw)...)
	checkAuth(plan, authmode.Warning, &resp.Diagnostics)
	checkCertificate(ctx, config, state, overwrite, &resp.Diagnostics)
	if state != nil {
		warnReplaced(plan, *state, resp.RequiresReplace, &resp.Diagnostics)
	}
	if r.compute == azureml.ComputeAKS {
		r.warnRegion(ctx, plan, state, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(r.lookUp(ctx, plan, state)...)
}

// lookUpTime bounds the look-ups of one plan of a service: nobody waits longer for a
// hint.
const lookUpTime = 20 * time.Second

// lookUp warns about names that the apply will fail on: models and environments that
// the workspace does not have, and a name of a new service that is taken. Terraform
// plans a service that is to be replaced a second time, as a new one: its own name is
// not taken.
func (r *serviceResource) lookUp(ctx context.Context, plan deployment, state *deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	api, answers := r.workspaceOf(plan)
	if api == nil {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	references := inference.References{Plan: plan.image()}
	if state != nil {
		references.State = state.image()
		answers.Tell(state.ID.ValueString(), nil)
	} else if values.IsSet(plan.Name) {
		id := api.ID().Service(plan.Name.ValueString())
		taken, err := framework.Ask(answers, id.String(), func() (*azureml.Service, error) { return api.ReadService(ctx, id.Name) })
		if err == nil && taken != nil {
			exists := explainExists(id, r.compute, taken)
			diags.AddWarning(exists.Summary(), "Unless this apply deletes that service first, it will fail. "+exists.Detail())
		}
	}
	for _, problem := range references.Check(ctx, api, answers) {
		diags.Append(problem.Warning())
	}
	return diags
}

// warnReplaced says what clients lose if a service is replaced, and how to avoid it. more are
// the paths that are replaced without a plan modifier.
func warnReplaced(plan, state deployment, more path.Paths, diags *diag.Diagnostics) {
	causes := changedBy(plan, state, replaces)
	for _, at := range more {
		if !slices.Contains(causes, at.String()) {
			causes = append(causes, at.String())
		}
	}
	if len(causes) == 0 {
		return
	}
	lost := "its address, so clients"
	if values.IsTrue(state.AuthEnabled) {
		lost = "its keys and its address, so clients"
	}
	diags.AddWarning("The service is replaced",
		fmt.Sprintf("Service %q is deleted and deployed again, because of: %s. It loses %s are cut off until they have the new ones. To move clients first, "+
			"give the new service another name with lifecycle { create_before_destroy = true }, and then remove the old one. Keys can stay the same if they are chosen: key_value_wo of mlws_service_key.",
			state.Name.ValueString(), strings.Join(causes, ", "), lost))
}

// review adds what the plan of the image does not show.
func (r *serviceResource) review(ctx context.Context, plan deployment, planned inference.Planned) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	api, answers := r.workspaceOf(plan)
	return planned.Review(ctx, api, answers)
}

// workspaceOf returns the client of the planned workspace, and what has been looked up
// there; nil if it is not known.
func (r *serviceResource) workspaceOf(plan deployment) (*azureml.Workspace, *framework.Answers) {
	workspace, err := resourceid.ParseWorkspace(plan.WorkspaceID.ValueString())
	if err != nil || r.Data == nil {
		return nil, nil
	}
	return r.Data.Client.Workspace(workspace), &r.Data.Answers
}

// warnRegion warns if the cluster is in another region than the workspace, which issues the
// tokens. It looks them up only when token auth is turned on or the cluster changes, so that a
// refresh stays one call, and does not warn if that fails.
func (r *serviceResource) warnRegion(ctx context.Context, plan deployment, state *deployment, diags *diag.Diagnostics) {
	if !values.IsTrue(plan.TokenAuthEnabled) || !values.IsSet(plan.ComputeName) {
		return
	}
	if state != nil && values.IsTrue(state.TokenAuthEnabled) && state.ComputeName.Equal(plan.ComputeName) {
		return
	}
	api, _ := r.workspaceOf(plan)
	if api == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	info, err := api.Info(ctx)
	if err != nil {
		return
	}
	cluster, err := api.GetCompute(ctx, plan.ComputeName.ValueString())
	if err != nil {
		return
	}
	if advice := authmode.RegionAdvice(info.Location, cluster.Location); advice != nil {
		diags.AddAttributeWarning(path.Root(advice.Attribute), advice.Summary, advice.Detail())
	}
}

// planOutputs plans the computed attributes of an existing service, which stay unless the
// update may change them. It reports whether the update deploys over the service.
func planOutputs(ctx context.Context, config deployment, plan *deployment, state deployment, unfinished bool) (overwrite bool) {
	plan.take(&state, func(a attribute) bool {
		return a.chosen && a.field.get(&config).IsNull() || sameNumber(a.field.get(plan), a.field.get(&state))
	})
	overwrite = needsOverwrite(*plan, state, unfinished)
	if !overwrite && !needsWait(state, unfinished) && !differs(ctx, *plan, state) {
		plan.State, plan.UpdatedAt = state.State, state.UpdatedAt
		// The state of an earlier version has no auth mode and no tags_all. That alone is no
		// update: the next refresh fills them in.
		plan.AuthMode, plan.OpenToAnyone = state.AuthMode, state.OpenToAnyone
		if state.TagsAll.IsNull() {
			plan.TagsAll = state.TagsAll
		}
		plan.take(&state, attribute.isAddress)
		return overwrite
	}
	plan.State, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
	if !overwrite && !movesAddress(*plan, state) {
		plan.take(&state, attribute.isAddress)
		return overwrite
	}
	plan.ScoringURI, plan.SwaggerURI = types.StringUnknown(), types.StringUnknown()
	if plan.compute == azureml.ComputeACI {
		plan.FQDN, plan.IPAddress = types.StringUnknown(), types.StringUnknown()
		if overwrite && config.DNSNameLabel.IsNull() {
			// Azure made the label up, and may make up another.
			plan.DNSNameLabel = types.StringUnknown()
		}
	}
	return overwrite
}

func (a attribute) isAddress() bool { return a.address }

// movesAddress reports whether a patch may change the URLs: by TLS or by the namespace.
func movesAddress(plan, state deployment) bool {
	if plan.compute == azureml.ComputeACI {
		return !plan.SSL.Equal(state.SSL)
	}
	return !plan.Namespace.Equal(state.Namespace)
}

// changedBy returns the attributes with this kind of change that differ, without those that
// Azure chooses.
func changedBy(plan, state deployment, kind change) []string {
	var names []string
	for _, a := range attributesOf(plan.compute) {
		left := a.chosen && plan.isUnknown(a)
		if a.change(plan.compute) == kind && !left && !a.field.get(&plan).Equal(a.field.get(&state)) {
			names = append(names, a.name)
		}
	}
	return names
}

// differs reports whether the update of an existing service has something to send.
// An empty description or map of tags is the same as none.
func differs(ctx context.Context, plan, state deployment) bool {
	for _, a := range attributesOf(plan.compute) {
		if a.change(plan.compute) == computed && a.name != tagsAll {
			continue // tags_all may wait for default_tags
		}
		value, err := a.field.get(&plan).ToTerraformValue(ctx)
		if err != nil || !value.IsFullyKnown() {
			return true
		}
	}
	return len(patch(ctx, plan, state, secrets{}, nil)) > 0
}

// unfinished marks an update that was accepted and then failed. The service describes
// itself as requested, so no attribute differs, and only this makes the next apply
// continue. A create needs no mark: Terraform taints what it created.
const unfinished framework.Flag = "unfinished"

// needsOverwrite reports whether an update has to deploy over the running service: for changes
// that the API cannot patch, and to recover a deployment that failed or is unhealthy.
func needsOverwrite(plan, state deployment, unfinished bool) bool {
	switch azureml.ServiceState(state.State.ValueString()) {
	case azureml.StateFailed:
		return true
	case azureml.StateUnhealthy, azureml.StateUnschedulable:
		if unfinished {
			return true
		}
	}
	return len(changedBy(plan, state, overwrites)) > 0
}

// needsWait reports whether an unfinished update is still going on.
func needsWait(state deployment, unfinished bool) bool {
	return unfinished && state.State.ValueString() == string(azureml.StateTransitioning)
}
