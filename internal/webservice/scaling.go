// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// scalingFields are the number of replicas of an AKS service: fixed, or by the autoscaler.
type scalingFields struct {
	NumReplicas types.Int64
	Autoscale   types.Object
}

func scalingAttributes() []attribute {
	replicas := integer(integerRow{
		name: "num_replicas", aks: inPlace, path: "/numReplicas",
		note:  "Setting it turns the autoscaler off, leaving it out turns it on, in the same patch.",
		field: func(d *deployment) *types.Int64 { return &d.NumReplicas },
		wire:  func(s *azureml.ServiceSpec) **int64 { return &s.NumReplicas },
		text: "The fixed number of replicas, at least `1`. It turns the autoscaler off, and cannot be combined with it. " +
			"Without it, the service scales by itself; see `autoscale`.",
		read:   "The fixed number of replicas of an AKS service; null while it scales by itself.",
		number: validators.AtLeast(1, "The number of replicas"),
	})
	patchReplicas := replicas.patch
	replicas.flatten = nil // with the autoscaler
	replicas.patch = nil
	return []attribute{
		replicas,
		{
			name: "autoscale", aks: inPlace,
			note: "A change of any member also sends `enabled`; turning it off also sends `num_replicas`.",
			schema: func(s shape) schema.Attribute {
				attributes := autoscaleMembers.schemas(true)
				attributes["enabled"] = schema.BoolAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Whether the service scales by itself. Default `true`, or `false` if `num_replicas` is set, which `false` needs. The other attributes need `true`.",
				}
				return schema.SingleNestedAttribute{
					Optional: true, Computed: true, Attributes: attributes,
					MarkdownDescription: s.describe("The autoscaler. Without it, it is on with its defaults, or off if `num_replicas` is set."),
				}
			},
			field: field(func(d *deployment) *types.Object { return &d.Autoscale }),
			expand: func(e *expander, plan *deployment) {
				e.request.AutoScaler.Enabled = values.BoolPointer(autoscaleEnabled(plan.Autoscale))
				autoscaleMembers.expand(plan.Autoscale, &e.request.ServiceSpec)
			},
			flatten: flattenScaling,
			patch: func(p *patcher, plan, state *deployment) {
				patchScaling(p, plan, state, patchReplicas)
			},
			data: dataschema.SingleNestedAttribute{Computed: true, MarkdownDescription: "The autoscaler of an AKS service.", Attributes: autoscaleData()},
		},
	}
}

func autoscaleData() map[string]dataschema.Attribute {
	attributes := autoscaleMembers.data()
	attributes["enabled"] = dataschema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the service scales by itself."}
	return attributes
}

// autoscaleMembers are the settings of the autoscaler, as azureml-core 1.51 defaults them.
var autoscaleMembers = members{
	{
		name: "min_replicas", path: "/autoScaler/minReplicas", fallback: new(int64(1)),
		text: "The least number of replicas.", read: "The least number of replicas.",
		number: validators.AtLeast(1, "The least number of replicas"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.AutoScaler.MinReplicas },
	},
	{
		name: "max_replicas", path: "/autoScaler/maxReplicas", fallback: new(int64(10)),
		text: "The largest number of replicas.", read: "The largest number of replicas.",
		number: validators.AtLeast(1, "The largest number of replicas"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.AutoScaler.MaxReplicas },
	},
	{
		name: "target_utilization", path: "/autoScaler/targetUtilization", fallback: new(int64(70)),
		text: "The share of busy replicas to aim for, in percent: `1` to `100`.", read: "The share of busy replicas to aim for, in percent.",
		number: validators.Between(1, 100, "The target utilization, in percent,"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.AutoScaler.TargetUtilization },
	},
	{
		name: "refresh_seconds", path: "/autoScaler/refreshPeriodInSeconds", fallback: new(int64(1)),
		text: "How often the autoscaler looks whether to act, in seconds.", read: "How often the autoscaler looks whether to act, in seconds.",
		number: validators.AtLeast(1, "The refresh period in seconds"),
		wire:   func(s *azureml.ServiceSpec) **int64 { return &s.AutoScaler.RefreshPeriodInSec },
	},
}

var autoscaleTypes = values.Types(autoscaleData())

// autoscaleEnabled returns the switch of an autoscaler; null if there is none.
func autoscaleEnabled(autoscale types.Object) types.Bool {
	if enabled, ok := autoscale.Attributes()["enabled"].(types.Bool); ok {
		return enabled
	}
	return types.BoolNull()
}

// newAutoscale returns an autoscaler with the members that value gives.
func newAutoscale(enabled types.Bool, value func(integerRow) types.Int64) types.Object {
	all := map[string]attr.Value{"enabled": enabled}
	for _, m := range autoscaleMembers {
		all[m.name] = value(m)
	}
	return types.ObjectValueMust(autoscaleTypes, all)
}

// autoscaleOff is the autoscaler of a service with a fixed number of replicas.
func autoscaleOff() types.Object {
	return values.Object(autoscaleTypes, map[string]attr.Value{"enabled": types.BoolValue(false)})
}

// planAutoscale plans the whole autoscaler: on with its defaults, or off if num_replicas is set.
func planAutoscale(config deployment, plan *deployment) {
	if config.Autoscale.IsUnknown() {
		return
	}
	enabled := autoscaleEnabled(config.Autoscale)
	if enabled.IsNull() {
		// The SDK's rule: autoscaling is on if no number of replicas is given.
		switch {
		case config.NumReplicas.IsUnknown() && config.Autoscale.IsNull():
			plan.Autoscale = types.ObjectUnknown(autoscaleTypes)
			return
		case config.NumReplicas.IsUnknown():
			enabled = types.BoolUnknown()
		default:
			enabled = types.BoolValue(config.NumReplicas.IsNull())
		}
	}
	switch {
	case enabled.IsUnknown(): // it may turn out on or off
		plan.Autoscale = newAutoscale(enabled, func(m integerRow) types.Int64 {
			if value := memberOf(config.Autoscale, m); !value.IsNull() {
				return value
			}
			return types.Int64Unknown()
		})
	case enabled.ValueBool():
		plan.Autoscale = newAutoscale(enabled, func(m integerRow) types.Int64 { return memberOr(config.Autoscale, m) })
	default:
		plan.Autoscale = autoscaleOff()
	}
}

// flattenScaling reads the autoscaler and the replicas, which are null while it is on. A reply
// with a number of replicas and without autoScaler has it off.
func flattenScaling(_ context.Context, service *azureml.Service, _, result *deployment) {
	scaler := service.AutoScaler
	if !values.IsTruePointer(scaler.Enabled) && (scaler != azureml.AutoScaler{} || service.NumReplicas != nil) {
		result.Autoscale, result.NumReplicas = autoscaleOff(), types.Int64PointerValue(service.NumReplicas)
		return
	}
	found := autoscaleMembers.flatten(&service.ServiceSpec)
	found["enabled"] = types.BoolValue(true)
	result.Autoscale, result.NumReplicas = types.ObjectValueMust(autoscaleTypes, found), types.Int64Null()
}

// patchScaling patches the autoscaler and the replicas. As in the SDK, autoscaleEnabled goes
// along with every change of the autoscaler, and numReplicas with turning it off.
func patchScaling(p *patcher, plan, state *deployment, patchReplicas func(p *patcher, plan, state *deployment)) {
	enabled := autoscaleEnabled(plan.Autoscale)
	switch {
	case enabled.IsUnknown() || !values.IsSet(plan.Autoscale):
	case enabled.ValueBool():
		// The replicas are the autoscaler's own affair, and not removed.
		if values.Changed(plan.Autoscale, state.Autoscale) {
			p.replace("/autoScaler/autoscaleEnabled", true)
			autoscaleMembers.patch(p, plan.Autoscale, state.Autoscale)
		}
		return
	case !values.IsFalse(autoscaleEnabled(state.Autoscale)):
		p.replace("/autoScaler/autoscaleEnabled", false)
		without := *state
		without.NumReplicas = types.Int64Null()
		state = &without
	}
	if values.IsSet(plan.NumReplicas) {
		patchReplicas(p, plan, state)
	}
}

// checkScaling applies the SDK's rules on the autoscaler and fixed replicas.
func checkScaling(config deployment, diags *diag.Diagnostics) {
	if !values.IsSet(config.Autoscale) {
		return
	}
	enabled, at := autoscaleEnabled(config.Autoscale), path.Root("autoscale")
	var set []string
	for _, m := range autoscaleMembers {
		if values.IsSet(memberOf(config.Autoscale, m)) {
			set = append(set, m.name)
		}
	}
	// Left out, enabled follows from num_replicas: autoscaling is on without it.
	switch fixed := values.IsSet(config.NumReplicas); {
	case fixed && (values.IsTrue(enabled) || enabled.IsNull() && len(set) > 0):
		diags.AddAttributeError(path.Root("num_replicas"), "Autoscaling and a fixed number of replicas exclude each other",
			"num_replicas and autoscale exclude each other. Remove num_replicas to let the service scale by itself, or remove autoscale to keep num_replicas.")
		return
	case values.IsFalse(enabled) && len(set) > 0:
		diags.AddAttributeError(at.AtName(set[0]), "The autoscaler's settings need the autoscaler",
			fmt.Sprintf("autoscale.enabled is false, and autoscale has %s. Remove the settings; or, to let the service scale, set autoscale.enabled = true and remove num_replicas.", strings.Join(set, ", ")))
	}
	if values.IsFalse(enabled) {
		if config.NumReplicas.IsNull() {
			diags.AddAttributeError(path.Root("num_replicas"), "Without autoscaling, the number of replicas is needed",
				"autoscale.enabled is false and num_replicas is not set. Set num_replicas, or remove autoscale to let the service scale by itself.")
		}
		return
	}
	least, most := memberOr(config.Autoscale, autoscaleMembers[0]), memberOr(config.Autoscale, autoscaleMembers[1])
	if values.IsSet(least) && values.IsSet(most) && least.ValueInt64() > most.ValueInt64() {
		diags.AddAttributeError(at.AtName("min_replicas"), "The least number of replicas is above the largest",
			fmt.Sprintf("autoscale.min_replicas (%d) cannot be greater than autoscale.max_replicas (%d; default %d). Lower min_replicas or raise max_replicas.",
				least.ValueInt64(), most.ValueInt64(), *autoscaleMembers[1].fallback))
	}
}
