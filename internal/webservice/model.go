// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// commonFields are the attributes of both resources.
type commonFields struct {
	ID                types.String   `tfsdk:"id"`
	WorkspaceID       types.String   `tfsdk:"workspace_id"`
	Name              types.String   `tfsdk:"name"`
	Description       types.String   `tfsdk:"description"`
	Tags              types.Map      `tfsdk:"tags"`
	Properties        types.Map      `tfsdk:"properties"`
	ModelIDs          types.List     `tfsdk:"model_ids"`
	InferenceConfig   types.Object   `tfsdk:"inference_config"`
	AuthEnabled       types.Bool     `tfsdk:"auth_enabled"`
	TokenAuthEnabled  types.Bool     `tfsdk:"token_auth_enabled"`
	CPUCores          types.Float64  `tfsdk:"cpu_cores"`
	MemoryGB          types.Float64  `tfsdk:"memory_gb"`
	EnableAppInsights types.Bool     `tfsdk:"enable_app_insights"`
	CollectModelData  types.Bool     `tfsdk:"collect_model_data"`
	TestRequest       types.Object   `tfsdk:"test_request"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
	State             types.String   `tfsdk:"state"`
	ScoringURI        types.String   `tfsdk:"scoring_uri"`
	SwaggerURI        types.String   `tfsdk:"swagger_uri"`
	CreatedAt         types.String   `tfsdk:"created_at"`
	UpdatedAt         types.String   `tfsdk:"updated_at"`
}

// aciFields are the attributes of mlws_aci_service alone.
type aciFields struct {
	Location     types.String `tfsdk:"location"`
	DNSNameLabel types.String `tfsdk:"dns_name_label"`
	SSL          types.Object `tfsdk:"ssl"`
	VNet         types.Object `tfsdk:"vnet"`
	CMK          types.Object `tfsdk:"cmk"`
	FQDN         types.String `tfsdk:"fqdn"`
	IPAddress    types.String `tfsdk:"ip_address"`
}

// aksFields are the attributes of mlws_aks_service alone.
type aksFields struct {
	ComputeName                  types.String  `tfsdk:"compute_name"`
	Namespace                    types.String  `tfsdk:"namespace"`
	NumReplicas                  types.Int64   `tfsdk:"num_replicas"`
	Autoscale                    types.Object  `tfsdk:"autoscale"`
	CPUCoresLimit                types.Float64 `tfsdk:"cpu_cores_limit"`
	MemoryGBLimit                types.Float64 `tfsdk:"memory_gb_limit"`
	GPUCores                     types.Int64   `tfsdk:"gpu_cores"`
	ScoringTimeoutMS             types.Int64   `tfsdk:"scoring_timeout_ms"`
	ReplicaMaxConcurrentRequests types.Int64   `tfsdk:"replica_max_concurrent_requests"`
	MaxRequestWaitTime           types.Int64   `tfsdk:"max_request_wait_time"`
	LivenessProbe                types.Object  `tfsdk:"liveness_probe"`
}

type aciModel struct {
	commonFields
	aciFields
}

type aksModel struct {
	commonFields
	aksFields
}

// deployment is a configuration, plan or state of either resource. The fields
// of the other compute type are never looked at.
type deployment struct {
	commonFields
	aciFields
	aksFields
	compute azureml.ComputeType
}

// image returns the part that inference plans, sends and reads.
func (d deployment) image() inference.Config {
	return inference.Config{ModelIDs: d.ModelIDs, Object: d.InferenceConfig}
}

// source is a configuration, plan or state that can be read.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// target is a plan or state that can be set.
type target interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// load reads a deployment.
func load(ctx context.Context, compute azureml.ComputeType, from source) (deployment, diag.Diagnostics) {
	if compute == azureml.ComputeACI {
		var m aciModel
		diags := from.Get(ctx, &m)
		return deployment{commonFields: m.commonFields, aciFields: m.aciFields, compute: compute}, diags
	}
	var m aksModel
	diags := from.Get(ctx, &m)
	return deployment{commonFields: m.commonFields, aksFields: m.aksFields, compute: compute}, diags
}

// store writes a deployment.
func store(ctx context.Context, d deployment, to target) diag.Diagnostics {
	if d.compute == azureml.ComputeACI {
		return to.Set(ctx, aciModel{commonFields: d.commonFields, aciFields: d.aciFields})
	}
	return to.Set(ctx, aksModel{commonFields: d.commonFields, aksFields: d.aksFields})
}
