// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Plan plans the attributes of the code on this machine, and the version of the environment.
// The state is empty for a new service. Terraform refuses another code_hash at apply.
func Plan(ctx context.Context, config, plan, state Config) (Config, diag.Diagnostics) {
	configured, planned := values.Decode[inferenceModel](ctx, config.Object), values.Decode[inferenceModel](ctx, plan.Object)
	if configured == nil || planned == nil {
		return plan, nil
	}
	prior := values.Decode[inferenceModel](ctx, state.Object)
	diags := planCode(ctx, *configured, planned, prior)
	if environment := values.Decode[environmentModel](ctx, planned.Environment); environment != nil {
		before := environmentOf(ctx, state)
		environment.ResolvedVersion = planResolved(*environment, before)
		environment.DriftedMembers = types.ListNull(types.StringType)
		planned.Environment = environment.object()
		if before == nil || !environment.CondaDependencies.Equal(before.CondaDependencies) || !environment.InferencingStackVersion.Equal(before.InferencingStackVersion) {
			diags.Append(warnServing(*environment)...)
		}
	}
	plan.Object = planned.object()
	return plan, diags
}

// planCode reads the code, if it is known what to read and if it is there.
func planCode(ctx context.Context, configured inferenceModel, planned, prior *inferenceModel) diag.Diagnostics {
	planned.SourceURL, planned.SourceDirectoryName, planned.DriverURL = configured.SourceURL, configured.SourceDirectoryName, configured.DriverURL
	planned.CodeHash = types.StringNull()
	form := configured.codeForm()
	if form == codeAtURL {
		return nil
	}
	planned.SourceURL, planned.CodeHash = types.StringUnknown(), types.StringUnknown()
	planned.DriverURL = values.OrUnknown(configured.DriverURL)
	switch {
	case form == codeInFile:
	case form == codeInFolder && configured.SourceDirectoryName.IsNull() && values.IsSet(configured.SourceDirectory):
		planned.SourceDirectoryName = types.StringValue(topFolder(configured.SourceDirectory.ValueString()))
	default:
		planned.SourceDirectoryName = values.OrUnknown(configured.SourceDirectoryName)
	}
	if form == codeOpen || configured.SourceDirectory.IsUnknown() || form == codeInFile && configured.EntryScript.IsUnknown() {
		return nil
	}
	tree, diags, err := scanCode(ctx, configured)
	if err != nil {
		// Another resource of this apply may write it. For an existing service, apply finds out
		// whether it has changed.
		summary, detail := noCode(configured)
		diags.AddAttributeWarning(codePath(configured), summary,
			detail+" If this apply writes it, that is fine: what is in it is seen only then. If not, the apply will fail before it sends anything.")
		return diags
	}
	if diags.HasError() {
		return diags
	}
	sum, err := tree.Hash(ctx)
	if err != nil {
		diags.Append(codeFailure(ctx, configured, "The code cannot be read", err.Error()+"."))
		return diags
	}
	planned.CodeHash = types.StringValue(sum)
	if prior != nil {
		keepCode(configured, planned, *prior)
	}
	if planned.SourceURL.IsUnknown() {
		warnLeftOut(configured, tree.LeftOut(ctx), &diags)
	}
	return diags
}

// keepCode plans the state's values if the same code is deployed, wherever it lies now.
func keepCode(configured inferenceModel, planned *inferenceModel, prior inferenceModel) {
	if !prior.CodeHash.Equal(planned.CodeHash) || prior.SourceDirectory.IsNull() != configured.SourceDirectory.IsNull() {
		return
	}
	sameScript := configured.EntryScript.Equal(prior.EntryScript)
	if configured.SourceDirectory.IsNull() {
		// The base name is in the hash.
		planned.EntryScript, sameScript = prior.EntryScript, true
	} else {
		if !configured.SourceDirectoryName.IsNull() && !configured.SourceDirectoryName.Equal(prior.SourceDirectoryName) {
			return
		}
		planned.SourceDirectory, planned.SourceDirectoryName = prior.SourceDirectory, prior.SourceDirectoryName
	}
	planned.SourceURL = prior.SourceURL
	if sameScript && configured.DriverURL.IsNull() {
		planned.DriverURL = prior.DriverURL
	}
}

// planResolved plans the version of a registered environment: the latest is looked up once.
func planResolved(configured environmentModel, prior *environmentModel) types.String {
	form := configured.form()
	kept := prior != nil && prior.registered() && prior.Name.Equal(configured.Name)
	switch {
	case form == formInline:
		return types.StringNull()
	case form == formVersion && kept && prior.ResolvedVersion.IsNull() && prior.Version.Equal(configured.Version):
		return types.StringNull() // written before there was a resolved_version
	case form == formVersion:
		return configured.Version
	case form == formLatest && kept && prior.form() == formLatest:
		return prior.ResolvedVersion
	case form == formLatest && kept:
		return types.StringValue(prior.deployedVersion())
	default:
		return types.StringUnknown()
	}
}
