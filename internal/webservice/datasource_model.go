// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

type dataSourceModel struct {
	ID                           types.String  `tfsdk:"id"`
	ServiceID                    types.String  `tfsdk:"service_id"`
	Name                         types.String  `tfsdk:"name"`
	WorkspaceID                  types.String  `tfsdk:"workspace_id"`
	ComputeType                  types.String  `tfsdk:"compute_type"`
	State                        types.String  `tfsdk:"state"`
	Error                        types.String  `tfsdk:"error"`
	Description                  types.String  `tfsdk:"description"`
	Tags                         types.Map     `tfsdk:"tags"`
	Properties                   types.Map     `tfsdk:"properties"`
	ModelIDs                     types.List    `tfsdk:"model_ids"`
	EnvironmentName              types.String  `tfsdk:"environment_name"`
	EnvironmentVersion           types.String  `tfsdk:"environment_version"`
	AuthEnabled                  types.Bool    `tfsdk:"auth_enabled"`
	TokenAuthEnabled             types.Bool    `tfsdk:"token_auth_enabled"`
	CPUCores                     types.Float64 `tfsdk:"cpu_cores"`
	MemoryGB                     types.Float64 `tfsdk:"memory_gb"`
	EnableAppInsights            types.Bool    `tfsdk:"enable_app_insights"`
	CollectModelData             types.Bool    `tfsdk:"collect_model_data"`
	ScoringURI                   types.String  `tfsdk:"scoring_uri"`
	SwaggerURI                   types.String  `tfsdk:"swagger_uri"`
	CreatedAt                    types.String  `tfsdk:"created_at"`
	UpdatedAt                    types.String  `tfsdk:"updated_at"`
	Location                     types.String  `tfsdk:"location"`
	DNSNameLabel                 types.String  `tfsdk:"dns_name_label"`
	FQDN                         types.String  `tfsdk:"fqdn"`
	IPAddress                    types.String  `tfsdk:"ip_address"`
	SSLEnabled                   types.Bool    `tfsdk:"ssl_enabled"`
	CName                        types.String  `tfsdk:"cname"`
	VNet                         types.Object  `tfsdk:"vnet"`
	CMK                          types.Object  `tfsdk:"cmk"`
	ComputeName                  types.String  `tfsdk:"compute_name"`
	Namespace                    types.String  `tfsdk:"namespace"`
	NumReplicas                  types.Int64   `tfsdk:"num_replicas"`
	DesiredReplicas              types.Int64   `tfsdk:"desired_replicas"`
	AvailableReplicas            types.Int64   `tfsdk:"available_replicas"`
	Autoscale                    types.Object  `tfsdk:"autoscale"`
	CPUCoresLimit                types.Float64 `tfsdk:"cpu_cores_limit"`
	MemoryGBLimit                types.Float64 `tfsdk:"memory_gb_limit"`
	GPUCores                     types.Int64   `tfsdk:"gpu_cores"`
	ScoringTimeoutMS             types.Int64   `tfsdk:"scoring_timeout_ms"`
	ReplicaMaxConcurrentRequests types.Int64   `tfsdk:"replica_max_concurrent_requests"`
	MaxRequestWaitTime           types.Int64   `tfsdk:"max_request_wait_time"`
	LivenessProbe                types.Object  `tfsdk:"liveness_probe"`
}

// flattenDataSource returns everything that the API says of a service. It reads
// it as the resources do, so that both agree; attributes of the other compute
// type are null.
func flattenDataSource(ctx context.Context, service *azureml.Service, id resourceid.Service, config dataSourceModel) dataSourceModel {
	d := flatten(ctx, service, id.Workspace, deployment{compute: service.ComputeType})
	model := dataSourceModel{
		ID:                types.StringValue(id.String()),
		ServiceID:         config.ServiceID,
		Name:              d.Name,
		WorkspaceID:       types.StringValue(id.Workspace.String()),
		ComputeType:       types.StringValue(string(service.ComputeType)),
		State:             d.State,
		Description:       d.Description,
		Tags:              values.StringMap(service.Tags),
		Properties:        values.StringMap(service.Properties),
		ModelIDs:          d.ModelIDs,
		AuthEnabled:       d.AuthEnabled,
		TokenAuthEnabled:  d.TokenAuthEnabled,
		CPUCores:          d.CPUCores,
		MemoryGB:          d.MemoryGB,
		EnableAppInsights: d.EnableAppInsights,
		CollectModelData:  d.CollectModelData,
		ScoringURI:        d.ScoringURI,
		SwaggerURI:        d.SwaggerURI,
		CreatedAt:         d.CreatedAt,
		UpdatedAt:         d.UpdatedAt,
		VNet:              types.ObjectNull(vnetTypes),
		CMK:               types.ObjectNull(cmkTypes),
		Autoscale:         types.ObjectNull(autoscaleTypes),
		LivenessProbe:     types.ObjectNull(livenessProbeTypes),
	}
	if values.IsSet(config.WorkspaceID) {
		model.WorkspaceID = config.WorkspaceID // as it was spelled
	}
	if d.ModelIDs.IsNull() {
		model.ModelIDs = types.ListValueMust(types.StringType, []attr.Value{})
	}
	if cause := service.Error; cause != nil {
		model.Error = values.OptionalString(&cause.Message, types.StringNull())
	}
	name, version := inference.EnvironmentOf(service)
	model.EnvironmentName, model.EnvironmentVersion = values.ComputedString(&name), values.ComputedString(&version)
	switch service.ComputeType {
	case azureml.ComputeACI:
		model.Location, model.DNSNameLabel, model.FQDN, model.IPAddress = d.Location, d.DNSNameLabel, d.FQDN, d.IPAddress
		model.SSLEnabled, model.CName = values.BoolOr(service.SSLEnabled, false), values.ComputedString(service.CName)
		model.VNet, model.CMK = d.VNet, d.CMK
	case azureml.ComputeAKS:
		model.ComputeName, model.Namespace = d.ComputeName, d.Namespace
		model.NumReplicas, model.Autoscale = d.NumReplicas, d.Autoscale
		model.CPUCoresLimit, model.MemoryGBLimit, model.GPUCores = d.CPUCoresLimit, d.MemoryGBLimit, d.GPUCores
		model.ScoringTimeoutMS, model.ReplicaMaxConcurrentRequests = d.ScoringTimeoutMS, d.ReplicaMaxConcurrentRequests
		model.MaxRequestWaitTime, model.LivenessProbe = d.MaxRequestWaitTime, d.LivenessProbe
		if status := service.DeploymentStatus; status != nil {
			model.DesiredReplicas = types.Int64PointerValue(status.DesiredReplicas)
			model.AvailableReplicas = types.Int64PointerValue(status.AvailableReplicas)
			if model.Error.IsNull() && status.Error != nil {
				model.Error = values.OptionalString(&status.Error.Message, types.StringNull())
			}
		}
	}
	return model
}
