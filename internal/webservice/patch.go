// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// patcher collects the operations of one JSON Patch. Unknown values are left
// out: they belong to a plan, not to an apply.
type patcher struct {
	operations []azureml.PatchOperation
}

func (p *patcher) replace(path string, value any) {
	p.operations = append(p.operations, azureml.PatchOperation{Op: "replace", Path: path, Value: value})
}

func (p *patcher) bool(path string, plan, state types.Bool) {
	if values.IsSet(plan) && !plan.Equal(state) {
		p.replace(path, plan.ValueBool())
	}
}

func (p *patcher) int(path string, plan, state types.Int64) {
	if values.IsSet(plan) && !plan.Equal(state) {
		p.replace(path, plan.ValueInt64())
	}
}

// float replaces a value that differs; null removes a limit. The API has no
// "remove" for it, and treats null as absent.
func (p *patcher) float(path string, plan, state types.Float64) {
	switch {
	case plan.IsUnknown() || plan.Equal(state) || sameFloat(plan, state):
	case plan.IsNull():
		p.replace(path, nil)
	default:
		p.replace(path, plan.ValueFloat64())
	}
}

// patch returns the one JSON Patch that turns the service from state to plan;
// nothing where there is nothing to send. What the API cannot patch is not in
// it. The image is what a changed deployment of models and code is sent as.
func patch(ctx context.Context, plan, state deployment, s secrets, image *azureml.EnvironmentImage) []azureml.PatchOperation {
	var p patcher
	if inference.Changes(ctx, plan.image(), state.image()) {
		p.replace("/environmentImageRequest", image)
	}
	// The whole map: the API has no paths for single tags.
	if before, after := values.Strings(state.Tags), values.Strings(plan.Tags); values.Changed(plan.Tags, state.Tags) && !maps.Equal(before, after) {
		p.replace("/kvTags", after)
	}
	p.properties(plan.Properties, state.Properties)
	if values.Changed(plan.Description, state.Description) && plan.Description.ValueString() != state.Description.ValueString() {
		p.replace("/description", plan.Description.ValueString())
	}
	p.auth(plan, state)
	p.bool("/appInsightsEnabled", plan.EnableAppInsights, state.EnableAppInsights)
	if plan.compute == azureml.ComputeACI {
		p.ssl(ctx, plan, state, s)
		return p.operations
	}
	p.aks(ctx, plan, state)
	return p.operations
}

// properties adds the new ones. A key may hold a slash, which a JSON Pointer escapes.
func (p *patcher) properties(plan, state types.Map) {
	before, after := values.Strings(state), values.Strings(plan)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, exists := before[name]; !exists {
			p.operations = append(p.operations, azureml.PatchOperation{
				Op: "add", Path: "/properties/" + azureml.PointerToken(name), Value: after[name],
			})
		}
	}
}

// auth switches the mode. On AKS both flags go into the same patch: the API
// refuses one alone where both would be on in between.
func (p *patcher) auth(plan, state deployment) {
	if plan.AuthEnabled.IsUnknown() || plan.TokenAuthEnabled.IsUnknown() {
		return
	}
	sendAuth, sendToken := authmode.Switch(authCompute(plan.compute), modeOf(state), modeOf(plan))
	if sendAuth {
		p.replace("/authEnabled", plan.AuthEnabled.ValueBool())
	}
	if sendToken {
		p.replace("/aadAuthEnabled", plan.TokenAuthEnabled.ValueBool())
	}
}

func modeOf(d deployment) authmode.Mode {
	return authmode.Mode{Auth: values.IsTrue(d.AuthEnabled), Token: values.IsTrue(d.TokenAuthEnabled)}
}

// ssl patches TLS. A certificate and its key are sent together, so that they
// fit each other at every moment.
func (p *patcher) ssl(ctx context.Context, plan, state deployment, s secrets) {
	if !values.Changed(plan.SSL, state.SSL) {
		return
	}
	var before, after sslModel
	if ssl := values.Decode[sslModel](ctx, state.SSL); ssl != nil {
		before = *ssl
	}
	if ssl := values.Decode[sslModel](ctx, plan.SSL); ssl != nil {
		after = *ssl
	}
	if !values.IsTrue(after.Enabled) {
		if values.IsTrue(before.Enabled) {
			p.replace("/sslEnabled", false)
		}
		return
	}
	turnedOn := !values.IsTrue(before.Enabled)
	if turnedOn {
		p.replace("/sslEnabled", true)
	}
	if turnedOn || values.Changed(after.CertPEM, before.CertPEM) || values.Changed(after.KeyPEM, before.KeyPEM) || values.Changed(after.KeyPEMWOVersion, before.KeyPEMWOVersion) {
		p.replace("/sslCertificate", after.CertPEM.ValueString())
		p.replace("/sslKey", s.tlsKey)
	}
	if turnedOn || values.Changed(after.CName, before.CName) {
		p.replace("/cname", after.CName.ValueString())
	}
}

func (p *patcher) aks(ctx context.Context, plan, state deployment) {
	p.scaling(ctx, plan, state)
	p.bool("/dataCollection/storageEnabled", plan.CollectModelData, state.CollectModelData)
	p.float("/containerResourceRequirements/cpu", plan.CPUCores, state.CPUCores)
	p.float("/containerResourceRequirements/cpuLimit", plan.CPUCoresLimit, state.CPUCoresLimit)
	p.float("/containerResourceRequirements/memoryInGB", plan.MemoryGB, state.MemoryGB)
	p.float("/containerResourceRequirements/memoryInGBLimit", plan.MemoryGBLimit, state.MemoryGBLimit)
	p.int("/containerResourceRequirements/gpu", plan.GPUCores, state.GPUCores)
	p.int("/scoringTimeoutMs", plan.ScoringTimeoutMS, state.ScoringTimeoutMS)
	p.int("/maxConcurrentRequestsPerContainer", plan.ReplicaMaxConcurrentRequests, state.ReplicaMaxConcurrentRequests)
	p.int("/maxQueueWaitMs", plan.MaxRequestWaitTime, state.MaxRequestWaitTime)
	p.probe(ctx, plan.LivenessProbe, state.LivenessProbe)
	if values.IsSet(plan.Namespace) && !plan.Namespace.Equal(state.Namespace) {
		p.replace("/namespace", plan.Namespace.ValueString())
	}
}

// scaling patches the autoscaler and the replicas, which exclude each other.
// The SDK's rule: autoscaleEnabled goes along whenever a member of the
// autoscaler changes, and turning it off needs numReplicas in the same patch.
func (p *patcher) scaling(ctx context.Context, plan, state deployment) {
	after := values.Decode[autoscaleModel](ctx, plan.Autoscale)
	if after == nil || after.Enabled.IsUnknown() {
		p.int("/numReplicas", plan.NumReplicas, state.NumReplicas)
		return
	}
	var before autoscaleModel
	if autoscale := values.Decode[autoscaleModel](ctx, state.Autoscale); autoscale != nil {
		before = *autoscale
	}
	if !values.IsTrue(after.Enabled) {
		if !values.IsFalse(before.Enabled) {
			p.replace("/autoScaler/autoscaleEnabled", false)
			state.NumReplicas = types.Int64Null()
		}
		p.int("/numReplicas", plan.NumReplicas, state.NumReplicas)
		return
	}
	if !values.Changed(plan.Autoscale, state.Autoscale) {
		return
	}
	p.replace("/autoScaler/autoscaleEnabled", true)
	p.int("/autoScaler/minReplicas", after.MinReplicas, before.MinReplicas)
	p.int("/autoScaler/maxReplicas", after.MaxReplicas, before.MaxReplicas)
	p.int("/autoScaler/targetUtilization", after.TargetUtilization, before.TargetUtilization)
	p.int("/autoScaler/refreshPeriodInSeconds", after.RefreshSeconds, before.RefreshSeconds)
}

func (p *patcher) probe(ctx context.Context, plan, state types.Object) {
	after := values.Decode[livenessProbeModel](ctx, plan)
	if after == nil {
		return
	}
	var before livenessProbeModel
	if probe := values.Decode[livenessProbeModel](ctx, state); probe != nil {
		before = *probe
	}
	const at = "/livenessProbeRequirements/"
	p.int(at+"periodSeconds", after.PeriodSeconds, before.PeriodSeconds)
	p.int(at+"initialDelaySeconds", after.InitialDelaySeconds, before.InitialDelaySeconds)
	p.int(at+"timeoutSeconds", after.TimeoutSeconds, before.TimeoutSeconds)
	p.int(at+"successThreshold", after.SuccessThreshold, before.SuccessThreshold)
	p.int(at+"failureThreshold", after.FailureThreshold, before.FailureThreshold)
}
