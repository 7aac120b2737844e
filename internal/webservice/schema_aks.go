// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// The defaults of an AKS service (azureml-core 1.51).
const (
	defaultGPUCores         = 0
	defaultScoringTimeoutMS = 60000
	defaultMaxConcurrent    = 1
	defaultMaxQueueWaitMS   = 500
)

// withDefault is an optional integer with a static default.
func withDefault(text string, value int64, rule validators.Number) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Computed: true, Default: int64default.StaticInt64(value),
		MarkdownDescription: text,
		Validators:          []validator.Int64{rule},
	}
}

func aksAttributes() map[string]schema.Attribute {
	const aks = azureml.ComputeAKS
	return map[string]schema.Attribute{
		"compute_name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: describe(aks, "compute_name", "The name of the AKS compute target that is attached to the workspace."),
			Validators:          []validator.String{validators.NotEmpty},
			PlanModifiers:       stringModifiers(aks, "compute_name"),
		},
		"namespace": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(aks, "namespace", "The Kubernetes namespace to run in: 1 to 63 lowercase letters, digits and dashes. Without it, Azure chooses one for the workspace. The address may change with it."),
			Validators:          []validator.String{namespaceRule},
			PlanModifiers:       stringModifiers(aks, "namespace", stringplanmodifier.UseStateForUnknown()),
		},
		"num_replicas": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: describe(aks, "num_replicas", "The fixed number of replicas, at least `1`. It turns the autoscaler off, and cannot be combined with it. "+
				"Without it, the service scales by itself; see `autoscale`."),
			Validators: []validator.Int64{validators.AtLeast(1, "The number of replicas")},
		},
		"autoscale": schema.SingleNestedAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(aks, "autoscale", "The autoscaler. Without it, it is on with its defaults, or off where `num_replicas` is set."),
			Attributes: map[string]schema.Attribute{
				"enabled": schema.BoolAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Whether the service scales by itself. Default `true`, or `false` where `num_replicas` is set, which `false` needs. The other attributes need `true`.",
				},
				"min_replicas":       autoscaleMember("The least number of replicas. Default `1`.", validators.AtLeast(1, "The least number of replicas")),
				"max_replicas":       autoscaleMember("The largest number of replicas. Default `10`.", validators.AtLeast(1, "The largest number of replicas")),
				"target_utilization": autoscaleMember("The share of busy replicas to aim for, in percent: `1` to `100`. Default `70`.", validators.Between(1, 100, "The target utilization, in percent,")),
				"refresh_seconds":    autoscaleMember("How often the autoscaler looks whether to act, in seconds. Default `1`.", validators.AtLeast(1, "The refresh period in seconds")),
			},
		},
		"cpu_cores_limit": schema.Float64Attribute{
			Optional:            true,
			MarkdownDescription: describe(aks, "cpu_cores_limit", "The most CPU cores a replica may use; at least `cpu_cores`. Without it there is no limit."),
			Validators:          []validator.Float64{validators.Positive("The limit of CPU cores")},
		},
		"memory_gb_limit": schema.Float64Attribute{
			Optional:            true,
			MarkdownDescription: describe(aks, "memory_gb_limit", "The most memory a replica may use, in gigabytes; at least `memory_gb`. Without it there is no limit."),
			Validators:          []validator.Float64{validators.Positive("The limit of memory")},
		},
		"gpu_cores": withDefault(describe(aks, "gpu_cores", "GPUs that each replica requests, a whole number. Default `0`."),
			defaultGPUCores, validators.AtLeast(0, "The number of GPUs")),
		"scoring_timeout_ms": withDefault(describe(aks, "scoring_timeout_ms", "How long one scoring request may take before it is answered with 504, in milliseconds. Default `60000`."),
			defaultScoringTimeoutMS, validators.AtLeast(1, "The timeout in milliseconds")),
		"replica_max_concurrent_requests": withDefault(describe(aks, "replica_max_concurrent_requests", "How many requests one replica handles at a time. Default `1`."),
			defaultMaxConcurrent, validators.AtLeast(1, "The number of requests")),
		"max_request_wait_time": withDefault(describe(aks, "max_request_wait_time", "How long a request may wait in the queue before it is answered with 503, in milliseconds. Default `500`."),
			defaultMaxQueueWaitMS, validators.AtLeast(1, "The time in milliseconds")),
		"liveness_probe": schema.SingleNestedAttribute{
			Optional: true, Computed: true, Default: objectdefault.StaticValue(defaultLivenessProbe()),
			MarkdownDescription: describe(aks, "liveness_probe", "The probe with which Kubernetes finds out whether a replica lives. What is left out has its default."),
			Attributes: map[string]schema.Attribute{
				"period_seconds":        withDefault("How often to probe, in seconds. Default `10`.", defaultProbePeriod, validators.AtLeast(1, "The period in seconds")),
				"initial_delay_seconds": withDefault("How long to wait before the first probe, in seconds. Default `310`.", defaultProbeInitialDelay, validators.AtLeast(1, "The delay in seconds")),
				"timeout_seconds":       withDefault("How long a probe may take, in seconds. Default `2`.", defaultProbeTimeout, validators.AtLeast(1, "The timeout in seconds")),
				"success_threshold":     withDefault("Successes in a row that make a failed replica count as alive. Default `1`.", defaultProbeSuccessThreshold, validators.AtLeast(1, "The threshold")),
				"failure_threshold":     withDefault("Failures in a row after which a replica is restarted. Default `3`.", defaultProbeFailureThreshold, validators.AtLeast(1, "The threshold")),
			},
		},
	}
}

func autoscaleMember(text string, rule validators.Number) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Computed: true, MarkdownDescription: text, Validators: []validator.Int64{rule},
	}
}
