// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var _ datasource.DataSourceWithConfigure = (*modelDataSource)(nil)

// modelDataSource is data.mlws_model.
type modelDataSource struct {
	framework.DataSource
}

// lookup is its configuration and result.
type lookup struct {
	version
	MimeType  types.String `tfsdk:"mime_type"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (d *modelDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	read := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: text}
	}
	readMap := func(text string) schema.MapAttribute {
		return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: text}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a registered version of a model, whoever registered it: a given one, or the latest.",
		Attributes: map[string]schema.Attribute{
			"id":                  read(idText),
			framework.WorkspaceID: framework.WorkspaceOfData(),
			"name": schema.StringAttribute{
				Required: true, MarkdownDescription: "The name of the model.", Validators: []validator.String{nameRule},
			},
			"version": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The number of the version. Without it, the latest is read: with every plan, so that a service that refers to it follows what others register.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"model_id":          read(modelIDText),
			"description":       read("What the model is for."),
			"tags":              readMap("Tags of the version, whoever set them."),
			"properties":        readMap("Properties of the version, whoever added them."),
			"framework":         read("What the model was made with."),
			"framework_version": read("The version of the framework."),
			"content_hash":      read("The hash of the content, of a version that `mlws_model` registered; null for others."),
			"mime_type":         read("The MIME type that the version was registered with; it says nothing of the files."),
			"url":               read(urlText),
			"created_at":        read(createdAtText),
			"updated_at":        read("When its description, tags or properties were last changed, as an RFC 3339 time."),
		},
	}
}

func (d *modelDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config lookup
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	workspace := framework.ResolveWorkspace(config.WorkspaceID, d.OwnWorkspace(), "data source", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	api, name := d.Data.Client.Workspace(workspace), config.Name.ValueString()
	var found *azureml.Model
	var err error
	if config.Version.IsNull() {
		found, err = api.LatestModel(ctx, name)
	} else {
		found, err = api.GetModel(ctx, workspace.Model(name, config.Version.ValueInt64()).ModelID())
	}
	switch {
	case azureml.IsNotFound(err) && config.Version.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("name"), "The model does not exist",
			fmt.Sprintf("Workspace %q has no model named %q. Correct the name; where the same configuration registers it, refer to that resource's model_id.", workspace.Name, name))
	case azureml.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(path.Root("version"), "The version of the model does not exist",
			fmt.Sprintf("Workspace %q has no version %d of a model named %q. Correct name or version, or leave version out for the latest.", workspace.Name, config.Version.ValueInt64(), name))
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the model", fmt.Sprintf("model %q", name), err))
	default:
		v := flatten(found, workspace.Model(name, found.Version), version{WorkspaceID: config.WorkspaceID})
		v.Name, v.Tags, v.Properties = config.Name, values.StringMap(found.Tags), values.StringMap(found.Properties)
		resp.Diagnostics.Append(resp.State.Set(ctx, lookup{version: v, MimeType: values.ComputedString(&found.MimeType), UpdatedAt: values.Time(found.ModifiedTime.Time)})...)
	}
}
