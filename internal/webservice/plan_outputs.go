// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

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
