// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// planOutputs plans the computed attributes of an existing service: as they
// are, unless the update may change them.
func planOutputs(ctx context.Context, config deployment, plan *deployment, state deployment, unfinished bool) {
	keepChosen(config, plan, state)
	keepFloats(plan, state)
	overwrite := needsOverwrite(*plan, state, unfinished)
	if !overwrite && !needsWait(state, unfinished) && !differs(ctx, *plan, state) {
		plan.State, plan.UpdatedAt = state.State, state.UpdatedAt
		keepAddress(plan, state)
		return
	}
	plan.State, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
	if overwrite || movesAddress(*plan, state) {
		plan.ScoringURI, plan.SwaggerURI = types.StringUnknown(), types.StringUnknown()
		if plan.compute == azureml.ComputeACI {
			plan.FQDN, plan.IPAddress = types.StringUnknown(), types.StringUnknown()
			if overwrite && config.DNSNameLabel.IsNull() {
				// Azure made the label up, and may make up another.
				plan.DNSNameLabel = types.StringUnknown()
			}
		}
		return
	}
	keepAddress(plan, state)
}

// keepChosen keeps what the service has chosen where the configuration leaves it
// the choice, null included.
func keepChosen(config deployment, plan *deployment, state deployment) {
	if plan.compute == azureml.ComputeAKS {
		if config.Namespace.IsNull() {
			plan.Namespace = state.Namespace
		}
		return
	}
	if config.Location.IsNull() {
		plan.Location = state.Location
	}
	if config.DNSNameLabel.IsNull() {
		plan.DNSNameLabel = state.DNSNameLabel
	}
}

// keepFloats keeps the state's form of the same number: 0.1 as a default has the
// precision of a float64, 0.1 as Terraform parses it has more.
func keepFloats(plan *deployment, state deployment) {
	for _, number := range []struct {
		planned *types.Float64
		before  types.Float64
	}{
		{&plan.CPUCores, state.CPUCores},
		{&plan.MemoryGB, state.MemoryGB},
		{&plan.CPUCoresLimit, state.CPUCoresLimit},
		{&plan.MemoryGBLimit, state.MemoryGBLimit},
	} {
		if sameFloat(*number.planned, number.before) {
			*number.planned = number.before
		}
	}
}

func sameFloat(a, b types.Float64) bool {
	return values.IsSet(a) && values.IsSet(b) && a.ValueFloat64() == b.ValueFloat64()
}

func keepAddress(plan *deployment, state deployment) {
	plan.ScoringURI, plan.SwaggerURI = state.ScoringURI, state.SwaggerURI
	plan.FQDN, plan.IPAddress = state.FQDN, state.IPAddress
}

// movesAddress reports whether a patch may change the URLs: TLS changes the
// scheme and host, and another namespace is another deployment.
func movesAddress(plan, state deployment) bool {
	if plan.compute == azureml.ComputeACI {
		return !plan.SSL.Equal(state.SSL)
	}
	return !plan.Namespace.Equal(state.Namespace)
}

// changedBy returns the attributes with the given kind of change that differ.
func changedBy(plan, state deployment, kind change) []string {
	var names []string
	before := attributesOf(state)
	for _, attribute := range attributesOf(plan) {
		if changeOf(plan.compute, attribute.name) != kind {
			continue
		}
		for _, prior := range before {
			if prior.name == attribute.name && !attribute.value.Equal(prior.value) {
				names = append(names, attribute.name)
			}
		}
	}
	return names
}

// differs reports whether the update of an existing service has something to
// send. An empty description or map of tags is the same as none.
func differs(ctx context.Context, plan, state deployment) bool {
	for _, attribute := range attributesOf(plan) {
		value, err := attribute.value.ToTerraformValue(ctx)
		if err != nil || !value.IsFullyKnown() {
			return true
		}
	}
	return len(patch(ctx, plan, state, secrets{}, nil)) > 0
}
