// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Imported marks a service between its import and the next Refresh, which adopts it.
const Imported framework.Flag = "imported"

// Refresh completes the state of a service that Flatten has made: with what somebody
// else has changed since the last apply, and after an import as Adopt does.
func Refresh(ctx context.Context, api *azureml.Workspace, service *azureml.Service, state Config, before framework.PrivateReader, after framework.PrivateWriter) (Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	if Imported.Get(ctx, before, &diags) {
		state, registered, adoptDiags := adopt(ctx, api, service, state)
		diags.Append(adoptDiags...)
		record := newRecord(ctx, service, state, nil)
		record.Adopted = true
		if definition, err := parseDocument(registered); err == nil {
			record.Registered = record.digests(definition.members())
		}
		diags.Append(LastDeployed.Set(ctx, after, record)...)
		diags.Append(Imported.Set(ctx, after, false)...)
		return state, diags
	}
	last := LastDeployed.Get(ctx, before, &diags)
	return state.edit(ctx, func(environment *environmentModel) {
		environment.DriftedMembers = types.ListNull(types.StringType)
		if drifted := last.drift(service, *environment); len(drifted) > 0 {
			environment.DriftedMembers = values.StringList(drifted)
		}
	}), diags
}

// edit returns the configuration with a changed environment, if it has one.
func (c Config) edit(ctx context.Context, change func(*environmentModel)) Config {
	code := values.Decode[inferenceModel](ctx, c.Object)
	if code == nil {
		return c
	}
	if environment := values.Decode[environmentModel](ctx, code.Environment); environment != nil {
		change(environment)
		code.Environment = environment.object()
		c.Object = code.object()
	}
	return c
}
