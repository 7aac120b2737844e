// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// aksFields are the attributes of mlws_aks_service alone.
type aksFields struct {
	ComputeName                  types.String
	ScoringTimeoutMS             types.Int64
	ReplicaMaxConcurrentRequests types.Int64
	MaxRequestWaitTime           types.Int64
	LivenessProbe                types.Object
	Namespace                    types.String
}

// The defaults are those of azureml-core 1.51.
func aksAttributes() []attribute {
	return []attribute{
		text(textRow{
			name: "compute_name", aks: replaces, required: true, same: strings.EqualFold,
			field: func(d *deployment) *types.String { return &d.ComputeName },
			wire:  func(s *azureml.ServiceSpec) **string { return &s.ComputeName },
			text:  "The name of the AKS compute target that is attached to the workspace.",
			read:  "The AKS compute target.",
			rules: rules(validators.NotEmpty, computeNameRule),
		}),
		integer(integerRow{
			name: "scoring_timeout_ms", aks: inPlace, path: "/scoringTimeoutMs", fallback: new(int64(60000)),
			field:  func(d *deployment) *types.Int64 { return &d.ScoringTimeoutMS },
			wire:   func(s *azureml.ServiceSpec) **int64 { return &s.ScoringTimeoutMS },
			text:   "How long one scoring request may take before it is answered with 504, in milliseconds.",
			read:   "How long one scoring request to an AKS service may take, in milliseconds.",
			number: validators.AtLeast(1, "The timeout in milliseconds"),
		}),
		integer(integerRow{
			name: "replica_max_concurrent_requests", aks: inPlace, path: "/maxConcurrentRequestsPerContainer", fallback: new(int64(1)),
			field:  func(d *deployment) *types.Int64 { return &d.ReplicaMaxConcurrentRequests },
			wire:   func(s *azureml.ServiceSpec) **int64 { return &s.MaxConcurrent },
			text:   "How many requests one replica handles at a time.",
			read:   "How many requests one replica of an AKS service handles at a time.",
			number: validators.AtLeast(1, "The number of requests"),
		}),
		integer(integerRow{
			name: "max_request_wait_time", aks: inPlace, path: "/maxQueueWaitMs", fallback: new(int64(500)),
			field:  func(d *deployment) *types.Int64 { return &d.MaxRequestWaitTime },
			wire:   func(s *azureml.ServiceSpec) **int64 { return &s.MaxQueueWaitMS },
			text:   "How long a request may wait in the queue before it is answered with 503, in milliseconds.",
			read:   "How long a request to an AKS service may wait in the queue, in milliseconds.",
			number: validators.AtLeast(0, "The time in milliseconds"),
		}),
		{
			name: "liveness_probe", aks: inPlace,
			schema: func(s shape) schema.Attribute {
				return schema.SingleNestedAttribute{
					Optional: true, Computed: true, Default: objectdefault.StaticValue(probeOf(&azureml.ServiceSpec{})),
					MarkdownDescription: s.describe("The probe with which Kubernetes finds out whether a replica lives. A member that is left out has its default."),
					Attributes:          probeMembers.schemas(false),
				}
			},
			field:  field(func(d *deployment) *types.Object { return &d.LivenessProbe }),
			expand: func(e *expander, plan *deployment) { probeMembers.expand(plan.LivenessProbe, &e.request.ServiceSpec) },
			flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
				result.LivenessProbe = probeOf(&service.ServiceSpec)
			},
			patch: func(p *patcher, plan, state *deployment) {
				probeMembers.patch(p, plan.LivenessProbe, state.LivenessProbe)
			},
			data: dataschema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "The liveness probe of an AKS service.", Attributes: probeMembers.data(),
			},
		},
		text(textRow{
			name: "namespace", aks: inPlace, path: "/namespace", chosen: true,
			note:      "Only if it is configured. The address may change.",
			field:     func(d *deployment) *types.String { return &d.Namespace },
			wire:      func(s *azureml.ServiceSpec) **string { return &s.Namespace },
			text:      "The Kubernetes namespace to run in: 1 to 63 lowercase letters, digits and dashes. Without it, Azure chooses one for the workspace. The address may change with it.",
			read:      "The Kubernetes namespace of an AKS service.",
			rules:     rules(namespaceRule),
			modifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}),
	}
}

// probeMembers are the settings of the liveness probe. The SDK's deployment sends a timeout
// of 2, as the service documents; its class documentation says 1.
var probeMembers = members{
	{
		name: "period_seconds", path: "/livenessProbeRequirements/periodSeconds", fallback: new(int64(10)),
		text: "How often to probe, in seconds.", read: "How often Kubernetes probes, in seconds.",
		number: validators.AtLeast(1, "The period in seconds"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.LivenessProbe.PeriodSeconds },
	},
	{
		name: "initial_delay_seconds", path: "/livenessProbeRequirements/initialDelaySeconds", fallback: new(int64(310)),
		text: "How long to wait before the first probe, in seconds.", read: "How long it waits before the first probe, in seconds.",
		number: validators.AtLeast(0, "The delay in seconds"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.LivenessProbe.InitialDelaySeconds },
	},
	{
		name: "timeout_seconds", path: "/livenessProbeRequirements/timeoutSeconds", fallback: new(int64(2)),
		text: "How long a probe may take, in seconds.", read: "How long a probe may take, in seconds.",
		number: validators.AtLeast(1, "The timeout in seconds"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.LivenessProbe.TimeoutSeconds },
	},
	{
		name: "success_threshold", path: "/livenessProbeRequirements/successThreshold", fallback: new(int64(1)),
		text: "Successes in a row that make a failed replica count as alive.", read: "Successes in a row that make a failed replica count as alive.",
		number: validators.AtLeast(1, "The threshold"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.LivenessProbe.SuccessThreshold },
	},
	{
		name: "failure_threshold", path: "/livenessProbeRequirements/failureThreshold", fallback: new(int64(3)),
		text: "Failures in a row after which a replica is restarted.", read: "Failures in a row after which a replica is restarted.",
		number: validators.AtLeast(1, "The threshold"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.LivenessProbe.FailureThreshold },
	},
}

// probeOf returns the probe of a reply; what it leaves out has its default.
func probeOf(spec *azureml.ServiceSpec) types.Object {
	return values.Object(values.Types(probeMembers.data()), probeMembers.flatten(spec))
}

// The rules of names are those of the Python SDK azureml-core 1.51.
var (
	namespaceRule = validators.Matches(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`,
		"A Kubernetes namespace has 1 to 63 lowercase letters, digits and dashes, and starts and ends with a letter or digit.")
	computeNameRule = validators.Matches(`^[^/]*$`,
		"A compute target is named by its own name, the last part of its resource id, such as aks-demo.")
)
