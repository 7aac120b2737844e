// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var _ list.ListResourceWithConfigure = (*modelList)(nil)

// modelList lists the versions that can be imported as mlws_model, for terraform query.
type modelList struct {
	framework.ListResource
}

// filter says which versions are listed: those that fit every attribute that is set.
type filter struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Name        types.String `tfsdk:"name"`
	NamePrefix  types.String `tfsdk:"name_prefix"`
	Framework   types.String `tfsdk:"framework"`
	Tags        types.Map    `tfsdk:"tags"`
	LatestOnly  types.Bool   `tfsdk:"latest_only"`
}

func (l *modelList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	text := func(text string, rules ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: rules}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the registered versions of models of a workspace, whoever registered them, newest first, for `terraform query` (Terraform 1.14 or later). " +
			"All filters are optional, and a version has to fit all of them.\n\n" +
			"Generated configuration has no `path`, which Azure does not know. It plans no change; a new version needs a path.",
		Attributes: map[string]schema.Attribute{
			framework.WorkspaceID: text("The full id of the workspace. Default: the provider's.", validators.WorkspaceID),
			"name":                text("Only versions of the model of this name.", nameRule),
			"name_prefix":         text("Only versions of models with a name that begins with this.", validators.NotEmpty),
			"framework":           text("Only versions that were made with this, such as `ScikitLearn`.", validators.NotEmpty),
			"tags": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, Validators: []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: framework.TagsFilter,
			},
			"latest_only": schema.BoolAttribute{Optional: true, MarkdownDescription: "Only the latest version of each model, if it fits the other filters. Default `false`."},
		},
	}
}

func (l *modelList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var wanted filter
	diags := req.Config.Get(ctx, &wanted)
	workspace := framework.ResolveWorkspace(wanted.WorkspaceID, l.OwnWorkspace(), "list block", &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = framework.Listing[*azureml.Model]{
		Objects: l.Data.Client.Workspace(workspace).ListModels(ctx, wanted.Name.ValueString()),
		Wanted:  wanted.lets(),
		Fill: func(ctx context.Context, found *azureml.Model, result *list.ListResult) {
			id := workspace.Model(found.Name, found.Version)
			result.DisplayName = displayName(found)
			result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(id))...)
			if !req.IncludeResource {
				return
			}
			// From an object with null members, as an import begins with.
			var imported registration
			result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), id.String())...)
			result.Diagnostics.Append(result.Resource.Get(ctx, &imported)...)
			imported.take(found, id, l.Tags())
			result.Diagnostics.Append(result.Resource.Set(ctx, imported)...)
		},
		Failed: func(err error) diag.Diagnostic {
			return diagnostics.FromError("Could not list the models", fmt.Sprintf("workspace %q", workspace.Name), err)
		},
	}.Results(ctx, req)
}

// lets reports whether the filters let a version through. It is called once for each version,
// newest first, and remembers the names for latest_only.
func (f *filter) lets() func(*azureml.Model) bool {
	listed := map[string]bool{}
	return func(found *azureml.Model) bool {
		if values.IsTrue(f.LatestOnly) && listed[found.Name] {
			return false
		}
		listed[found.Name] = true
		return framework.HasTags(f.Tags, found.Tags) && strings.HasPrefix(found.Name, f.NamePrefix.ValueString()) &&
			(f.Framework.IsNull() || strings.EqualFold(found.Framework, f.Framework.ValueString()))
	}
}

// displayName returns a name such as "iris:2 (ScikitLearn, 2026-01-02)".
func displayName(found *azureml.Model) string {
	about := found.Framework
	if about == "" {
		about = defaultFramework
	}
	if !found.CreatedTime.IsZero() {
		about += ", " + found.CreatedTime.UTC().Format("2006-01-02")
	}
	return fmt.Sprintf("%s:%d (%s)", found.Name, found.Version, about)
}
