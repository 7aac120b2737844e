// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

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

// ModifyPlan plans what depends on more than one attribute: the auth mode, the
// autoscaler, the workspace, the properties, and which outputs stay as they are.
// It runs again at apply, when the values that were unknown are known.
func (r *serviceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // destroy
	}
	config, diags := load(ctx, r.compute, req.Config)
	resp.Diagnostics.Append(diags...)
	plan, diags := load(ctx, r.compute, req.Plan)
	resp.Diagnostics.Append(diags...)
	var state *deployment
	if !req.State.Raw.IsNull() {
		prior, diags := load(ctx, r.compute, req.State)
		resp.Diagnostics.Append(diags...)
		state = &prior
	}
	if resp.Diagnostics.HasError() {
		return
	}

	planAuth(config, &plan)
	if r.compute == azureml.ComputeAKS {
		planAutoscale(ctx, config, &plan)
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
	tracked, diags := framework.TrackedProperties(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	var replace bool
	plan.Properties, replace, diags = framework.PropertyOwner("service").Plan(config.Properties, plan.Properties, priorProperties, tracked)
	resp.Diagnostics.Append(diags...)
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("properties"))
	}
	var deployed *inference.Config
	if state != nil {
		before := state.image()
		deployed = &before
	}
	image, diags := inference.Plan(ctx, config.image(), plan.image(), deployed)
	resp.Diagnostics.Append(diags...)
	plan.InferenceConfig = image.Object
	if state != nil {
		unfinished, diags := isUnfinished(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		planOutputs(ctx, config, &plan, *state, unfinished)
		pending, diags := testrequest.PlanPending(ctx, plan.TestRequest, req.Private)
		resp.Diagnostics.Append(diags...)
		if pending {
			plan.State, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
		}
	}

	resp.Diagnostics.Append(store(ctx, plan, &resp.Plan)...)
	resp.Diagnostics.Append(warnOpen(plan)...)
	if r.compute == azureml.ComputeAKS {
		resp.Diagnostics.Append(r.warnRegion(ctx, plan, state)...)
	}
}

// planAuth plans both flags from the configuration alone, so that switching to
// token auth and back shows both flags change.
func planAuth(config deployment, plan *deployment) {
	auth, token := authmode.Plan(authCompute(config.compute), flagOf(config.AuthEnabled), flagOf(config.TokenAuthEnabled))
	plan.AuthEnabled, plan.TokenAuthEnabled = boolOf(auth), boolOf(token)
}

func boolOf(flag authmode.Flag) types.Bool {
	switch flag {
	case authmode.True:
		return types.BoolValue(true)
	case authmode.False:
		return types.BoolValue(false)
	case authmode.Unknown:
		return types.BoolUnknown()
	default:
		return types.BoolNull()
	}
}

// warnOpen warns about a service that anyone can score with.
func warnOpen(plan deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, violation := range authmode.Check(authCompute(plan.compute), flagOf(plan.AuthEnabled), flagOf(plan.TokenAuthEnabled)) {
		if violation.Severity == authmode.Warning {
			diags.AddAttributeWarning(path.Root(violation.Attribute), violation.Summary, violation.Detail())
		}
	}
	return diags
}

// planAutoscale plans the whole autoscaler from the configuration: on with the
// service's defaults, or off where a number of replicas is configured.
func planAutoscale(ctx context.Context, config deployment, plan *deployment) {
	if config.Autoscale.IsUnknown() {
		return
	}
	var wanted autoscaleModel
	if configured := values.Decode[autoscaleModel](ctx, config.Autoscale); configured != nil {
		wanted = *configured
	}
	if wanted.Enabled.IsNull() {
		// The SDK's rule: autoscaling is on where no number of replicas is given.
		switch {
		case config.NumReplicas.IsUnknown():
			plan.Autoscale = types.ObjectUnknown(autoscaleTypes)
			if !config.Autoscale.IsNull() {
				plan.Autoscale = unknownMembers(wanted, types.BoolUnknown()).object()
			}
			return
		case config.NumReplicas.IsNull():
			wanted.Enabled = types.BoolValue(true)
		default:
			wanted.Enabled = types.BoolValue(false)
		}
	}
	switch {
	case wanted.Enabled.IsUnknown():
		plan.Autoscale = unknownMembers(wanted, wanted.Enabled).object()
	case wanted.Enabled.ValueBool():
		plan.Autoscale = autoscaleModel{
			Enabled:           wanted.Enabled,
			MinReplicas:       orInt(wanted.MinReplicas, defaultMinReplicas),
			MaxReplicas:       orInt(wanted.MaxReplicas, defaultMaxReplicas),
			TargetUtilization: orInt(wanted.TargetUtilization, defaultTargetUtilization),
			RefreshSeconds:    orInt(wanted.RefreshSeconds, defaultRefreshSeconds),
		}.object()
	default:
		plan.Autoscale = autoscaleOff()
	}
}

func orInt(value types.Int64, fallback int64) types.Int64 {
	if value.IsNull() {
		return types.Int64Value(fallback)
	}
	return value
}

// unknownMembers is an autoscaler that may turn out on or off.
func unknownMembers(wanted autoscaleModel, enabled types.Bool) autoscaleModel {
	or := func(value types.Int64) types.Int64 {
		if value.IsNull() {
			return types.Int64Unknown()
		}
		return value
	}
	return autoscaleModel{
		Enabled:           enabled,
		MinReplicas:       or(wanted.MinReplicas),
		MaxReplicas:       or(wanted.MaxReplicas),
		TargetUtilization: or(wanted.TargetUtilization),
		RefreshSeconds:    or(wanted.RefreshSeconds),
	}
}

// warnRegion warns where token auth would depend on another region than the
// cluster's: tokens are issued in the workspace's region. It looks things up only
// when token auth is turned on or the cluster changes, so that a refresh stays
// one call; and what it cannot look up, it does not warn about.
func (r *serviceResource) warnRegion(ctx context.Context, plan deployment, state *deployment) diag.Diagnostics {
	var diags diag.Diagnostics
	if !values.IsTrue(plan.TokenAuthEnabled) || !values.IsSet(plan.ComputeName) || !values.IsSet(plan.WorkspaceID) || r.Data == nil {
		return diags
	}
	if state != nil && values.IsTrue(state.TokenAuthEnabled) && state.ComputeName.Equal(plan.ComputeName) {
		return diags
	}
	workspace, err := resourceid.ParseWorkspace(plan.WorkspaceID.ValueString())
	if err != nil {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	api := r.Data.Client.Workspace(workspace)
	info, err := api.Info(ctx)
	if err != nil {
		return diags
	}
	cluster, err := api.GetCompute(ctx, plan.ComputeName.ValueString())
	if err != nil {
		return diags
	}
	if advice := authmode.RegionAdvice(info.Location, cluster.Location); advice != nil {
		diags.AddAttributeWarning(path.Root(advice.Attribute), advice.Summary, advice.Detail())
	}
	return diags
}
