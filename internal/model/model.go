// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package model is mlws_model, the registered version of a model, as a resource,
// as a data source and as a list resource.
package model

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &modelResource{framework.NewResource("model")} }}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &modelDataSource{framework.NewDataSource("model")} }}
}

// ListResources returns the list resources of this package.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return &modelList{framework.NewListResource("model")} }}
}

// version is a version of a model as the resource and the data source have it.
type version struct {
	ID               types.String `tfsdk:"id"`
	WorkspaceID      types.String `tfsdk:"workspace_id"`
	Name             types.String `tfsdk:"name"`
	Version          types.Int64  `tfsdk:"version"`
	ModelID          types.String `tfsdk:"model_id"`
	Description      types.String `tfsdk:"description"`
	Tags             types.Map    `tfsdk:"tags"`
	Properties       types.Map    `tfsdk:"properties"`
	Framework        types.String `tfsdk:"framework"`
	FrameworkVersion types.String `tfsdk:"framework_version"`
	ContentHash      types.String `tfsdk:"content_hash"`
	URL              types.String `tfsdk:"url"`
	CreatedAt        types.String `tfsdk:"created_at"`
}

// registration is a configuration, plan or state of mlws_model.
type registration struct {
	version
	TagsAll  types.Map      `tfsdk:"tags_all"`
	Path     types.String   `tfsdk:"path"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// id parses the id of a state. It does nothing after an error.
func (v version) id(diags *diag.Diagnostics) resourceid.Model {
	id, err := resourceid.ParseModel(v.ID.ValueString())
	if err != nil && !diags.HasError() {
		diags.AddAttributeError(path.Root("id"), "The state has no valid model id",
			err.Error()+". Remove the object from the state with terraform state rm, and import it again.")
	}
	return id
}

// object names a version in the middle of a sentence.
func object(id resourceid.Model) string { return fmt.Sprintf("model %q", id.ModelID()) }

func text(value string) types.String { return types.StringValue(value) }
