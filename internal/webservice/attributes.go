// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

type namedValue struct {
	name  string
	value attr.Value
}

// attributesOf returns the attributes that a configuration can set, by name, so
// that the table of changes can be applied to them.
func attributesOf(d deployment) []namedValue {
	values := []namedValue{
		{"workspace_id", d.WorkspaceID},
		{"name", d.Name},
		{"description", d.Description},
		{"tags", d.Tags},
		{"properties", d.Properties},
		{"model_ids", d.ModelIDs},
		{"inference_config", d.InferenceConfig},
		{"auth_enabled", d.AuthEnabled},
		{"token_auth_enabled", d.TokenAuthEnabled},
		{"cpu_cores", d.CPUCores},
		{"memory_gb", d.MemoryGB},
		{"enable_app_insights", d.EnableAppInsights},
		{"collect_model_data", d.CollectModelData},
		{"test_request", d.TestRequest},
		{"timeouts", d.Timeouts},
	}
	if d.compute == azureml.ComputeACI {
		return append(values,
			namedValue{"location", d.Location},
			namedValue{"dns_name_label", d.DNSNameLabel},
			namedValue{"ssl", d.SSL},
			namedValue{"vnet", d.VNet},
			namedValue{"cmk", d.CMK},
		)
	}
	return append(values,
		namedValue{"compute_name", d.ComputeName},
		namedValue{"namespace", d.Namespace},
		namedValue{"num_replicas", d.NumReplicas},
		namedValue{"autoscale", d.Autoscale},
		namedValue{"cpu_cores_limit", d.CPUCoresLimit},
		namedValue{"memory_gb_limit", d.MemoryGBLimit},
		namedValue{"gpu_cores", d.GPUCores},
		namedValue{"scoring_timeout_ms", d.ScoringTimeoutMS},
		namedValue{"replica_max_concurrent_requests", d.ReplicaMaxConcurrentRequests},
		namedValue{"max_request_wait_time", d.MaxRequestWaitTime},
		namedValue{"liveness_probe", d.LivenessProbe},
	)
}
