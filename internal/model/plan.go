// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// ModifyPlan plans the content from the disk, the workspace and the properties.
func (r *modelResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // destroy
	}
	var config, plan registration
	var state *registration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &registration{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	var priorWorkspace *types.String
	var priorProperties *types.Map
	if state != nil {
		priorWorkspace, priorProperties = &state.WorkspaceID, &state.Properties
	}
	replace := func(attribute string, is bool) {
		if is {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(attribute))
		}
	}
	var changed bool
	plan.WorkspaceID, changed = framework.PlanWorkspace(config.WorkspaceID, plan.WorkspaceID, priorWorkspace, r.OwnWorkspace())
	replace("workspace_id", changed)

	tracked := framework.TrackedProperties.Get(ctx, req.Private, &resp.Diagnostics)
	plan.Properties, changed = framework.PropertyOwner("model").Plan(config.Properties, plan.Properties, priorProperties, tracked, &resp.Diagnostics)
	replace("properties", changed)

	if state != nil {
		for _, d := range defaults {
			replace(d.name, d.plan(ctx, req.Private, d.of(&config.version), d.of(&plan.version), d.of(&state.version), &resp.Diagnostics))
		}
	}

	replace("content_hash", planContent(ctx, &plan, state, &resp.Diagnostics))
	resp.Diagnostics.Append(r.Tags().Check(config.Tags)...)
	if state != nil && state.TagsAll.IsNull() && !state.ID.IsNull() {
		// A state of an earlier version has none. That alone is no update: the next refresh
		// fills it in.
		plan.TagsAll = state.TagsAll
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		if resp.Plan.Raw.Equal(req.State.Raw) && maps.Equal(r.Tags().Managed(config.Tags, r.Tags().All(config.Tags)), values.Strings(state.Tags)) {
			return
		}
	}
	plan.TagsAll = r.Tags().All(config.Tags)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// defaults are the attributes that get their default back if the configuration removes them, as
// a flag in private state tells. A value that an import found stays.
var defaults = []defaulted{
	{"framework", types.StringValue(defaultFramework), func(v *version) *types.String { return &v.Framework }},
	{"framework_version", types.StringNull(), func(v *version) *types.String { return &v.FrameworkVersion }},
}

type defaulted struct {
	name  string
	value types.String
	of    func(*version) *types.String
}

// plan plans the default if the attribute was removed. That needs a new version.
func (d defaulted) plan(ctx context.Context, from framework.PrivateReader, config, plan, state *types.String, diags *diag.Diagnostics) (replace bool) {
	if !framework.Flag(d.name).Get(ctx, from, diags) || !config.IsNull() || state.Equal(d.value) {
		return false
	}
	*plan = d.value
	return true
}

// trackDefaults records which of these attributes the configuration sets.
func trackDefaults(ctx context.Context, to framework.PrivateWriter, config *version) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, d := range defaults {
		diags.Append(framework.Flag(d.name).Set(ctx, to, !d.of(config).IsNull())...)
	}
	return diags
}

// planContent plans the hash of the files, and reports whether it needs a new version. The same
// content at another path is no difference. Without a path, a registered version stays.
func planContent(ctx context.Context, plan, state *registration, diags *diag.Diagnostics) (replace bool) {
	if plan.Path.IsUnknown() {
		plan.ContentHash = types.StringUnknown()
		return state != nil
	}
	if plan.Path.IsNull() && state != nil {
		plan.ContentHash = state.ContentHash
		return false
	}
	if plan.Path.IsNull() {
		diags.AddAttributeError(path.Root("path"), "The files of the new version are not named",
			fmt.Sprintf("This plan registers a new version of model %q, and path is not set. Only a version that is registered already, such as one that was imported, needs none. "+
				"Set path to the file or folder to register. If the plan replaces a version, it also says which attribute asks for that.", plan.Name.ValueString()))
		return false
	}
	files, err := readContent(ctx, plan.Path.ValueString())
	switch {
	case errors.Is(err, fs.ErrNotExist) && state == nil:
		plan.ContentHash = types.StringUnknown()
		diags.AddAttributeWarning(path.Root("path"), "The model's files do not exist yet",
			fmt.Sprintf("There is nothing at %s. It must be there when the plan is applied, for example because another resource writes it; otherwise the apply fails.", plan.Path.ValueString()))
	case errors.Is(err, fs.ErrNotExist):
		// The registered version does not need the files. An error would block every other change from
		// a machine without them.
		plan.ContentHash = state.ContentHash
		if values.IsSet(state.Path) {
			plan.Path = state.Path
		}
		diags.AddAttributeWarning(path.Root("path"), "The model's files are not on this machine",
			fmt.Sprintf("There is nothing at %s, so a change of the content cannot be seen. Model %q stays registered as it is.", plan.Path.ValueString(), state.ModelID.ValueString()))
	case err != nil:
		diags.Append(unusable(*plan, err))
	default:
		plan.ContentHash = text(files.hash)
		if state == nil || !values.IsSet(state.ContentHash) {
			return false
		}
		if state.ContentHash.ValueString() != files.hash {
			return true
		}
		if values.IsSet(state.Path) {
			plan.Path = state.Path
		}
	}
	return false
}

// unusable is the error of a path with files that cannot be registered.
func unusable(plan registration, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "The model's files cannot be used",
		diagnostics.Explain(fmt.Sprintf("model %q", plan.Name.ValueString()), errors.New(describeError(err))))
}
