// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// limits are the timeouts. A model of some gigabytes over a slow line takes long.
var limits = framework.Timeouts{
	Create: framework.Timeout{Default: time.Hour, Text: "How long the upload and the registration may take."},
	Read:   framework.Timeout{Default: 5 * time.Minute, Text: "How long a refresh may take."},
	Update: framework.Timeout{Default: 5 * time.Minute, Text: "How long a change in place may take."},
	Delete: framework.Timeout{Default: 5 * time.Minute, Text: "How long the deletion may take."},
}

// nameRule is the rule of the Python SDK azureml-core 1.51.
var nameRule = validators.Matches(`^[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}$`,
	"The name must be 1 to 255 letters, digits, dashes, dots and underscores, and start with a letter or digit.")

// The texts of both the resource and the data source.
const (
	idText        = "The full resource id of the version: `{workspace_id}/models/{name}:{version}`."
	modelIDText   = "`name:version`, as `model_ids` of a service takes it."
	urlText       = "Where the files are, in the workspace's own form: `aml://asset/{id}`."
	createdAtText = "When the version was registered, as an RFC 3339 time."
)

const replaced = " A change registers a new version."

func (*modelResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Registers a local file or folder as a **version of a model** in the workspace, for services to be made of. " +
			"The version is immutable: changed content registers the next version and deletes this one.\n\n" +
			"The API refuses to delete a version that a service is made of. With `create_before_destroy`, and a service that refers to `model_id`, a change goes through in one apply: " +
			"the new version is registered, the service is updated to it in place, and the old version is deleted last.\n\n" +
			"Neither an import nor generated configuration has a path: the version stays as it is. The first apply with a path stores it and sends nothing. A version that this provider registered keeps the hash of its content with it, " +
			"so that other content on the disk is planned as a new version; for any other version the hash is taken from the disk.",
		Attributes: map[string]schema.Attribute{
			"id": output(idText),
			"workspace_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The full id of the workspace. Default: the provider's." + replaced,
				Validators:          []validator.String{validators.WorkspaceID},
				PlanModifiers:       []planmodifier.String{framework.KeepCase(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"name": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The name of the model: up to 255 letters, digits, dashes, dots and underscores, starting with a letter or digit. " +
					"Versions of a name are numbered by the workspace." + replaced,
				Validators:    []validator.String{nameRule},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"path": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The file or folder to register, on the machine that Terraform runs on. Required for a new version. A version that was imported needs none: then its content is not compared. A folder is uploaded whole, under its own name, hidden files included; links may point inside it only. " +
					"Only the content counts, not the path. While the path does not exist, the registered version stays as it is.",
				Validators: []validator.String{validators.NotEmpty},
			},
			"description": schema.StringAttribute{
				Optional: true, MarkdownDescription: "What the model is for. Changes in place.",
			},
			"tags": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Tags of the version, beside the `default_tags` of the provider, over which they win. A tag that others add is removed, unless `ignore_tags` of the provider names it. Changes in place.",
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
			},
			"properties": schema.MapAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Properties of the version. The API can only add a property, never change or remove one: a changed value registers a new version, " +
					"a removed one is no longer tracked, and properties that others add are left alone. The provider adds `" + hashProperty + "`. Changes in place.",
				Validators: []validator.Map{mapvalidator.NoNullValues()},
			},
			"framework": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the model was made with. `Onnx`, `ScikitLearn`, `TensorFlow` and `Multi` can be deployed without code; any other value is accepted. Default `Custom`." + replaced + " So does removing it, unless an import found it.",
				Validators:          []validator.String{validators.NotEmpty},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"framework_version": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "The version of the framework, such as `1.4.0`; a deployment without code chooses its image by it. Default: none." + replaced + " So does removing it, unless an import found it.",
				Validators:          []validator.String{validators.NotEmpty},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"timeouts": limits.Attribute(ctx),
			"tags_all": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: framework.TagsAllText},
			"model_id": output(modelIDText),
			"version": schema.Int64Attribute{
				Computed: true, MarkdownDescription: "The number of the version, which the workspace assigned.",
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"content_hash": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "A hash of the relative paths and the bytes of the files. It is planned from the disk: another hash registers a new version, and files that change between plan and apply fail the apply. " +
					"After an import of a version that this provider did not register it is not known; the first plan then takes it from the disk.",
			},
			"url":        output(urlText),
			"created_at": output(createdAtText),
		},
	}
}

// output is a computed string that stays as it is for the life of a version.
func output(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, MarkdownDescription: text,
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}
