// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// The defaults of what one replica requests (azureml-core 1.51).
const (
	defaultCPUCores = 0.1
	defaultMemoryGB = 0.5
)

// serviceSchema returns the schema of the resource of one compute type.
func serviceSchema(ctx context.Context, compute azureml.ComputeType) schema.Schema {
	attributes := commonAttributes(ctx, compute)
	own := aciAttributes()
	text := "Deploys registered models as a web service on **Azure Container Instances** (ACI): one replica, for tests and small loads."
	if compute == azureml.ComputeAKS {
		own = aksAttributes()
		text = "Deploys registered models as a web service on an **Azure Kubernetes Service** (AKS) cluster that is attached to the workspace: several replicas, for production."
	}
	for name, attribute := range own {
		attributes[name] = attribute
	}
	text += " Which change is made in place, and which replaces the service: [What a change does](../guides/changes.md)."
	return schema.Schema{MarkdownDescription: text, Attributes: attributes}
}

// output is a computed string.
func output(text string, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text, PlanModifiers: modifiers}
}

func commonAttributes(ctx context.Context, compute azureml.ComputeType) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": output("The full resource id of the service: `{workspace_id}/services/{name}`. Everything that refers to the service does so by this id.",
			stringplanmodifier.UseStateForUnknown()),
		"workspace_id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(compute, "workspace_id", "The full resource id of the workspace. Default: the provider's workspace."),
			Validators:          []validator.String{validators.WorkspaceID},
			PlanModifiers:       stringModifiers(compute, "workspace_id", framework.KeepCase()),
		},
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: describe(compute, "name", "The name of the service, unique in its workspace: 3 to 32 lowercase letters, digits and dashes, "+
				"starting with a letter and ending with a letter or digit."),
			Validators:    []validator.String{nameRule},
			PlanModifiers: stringModifiers(compute, "name"),
		},
		"description": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: describe(compute, "description", "What the service is for."),
		},
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: describe(compute, "tags", "Tags of the service: the whole map; a tag that others add is removed."),
			Validators:          []validator.Map{mapvalidator.NoNullValues()},
		},
		"properties": schema.MapAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: describe(compute, "properties", "Properties of the service. The API can only add a property, never change or remove one: "+
				"a changed value replaces the service, a removed one is no longer tracked, and properties that others add (the service does) are left alone."),
			Validators: []validator.Map{mapvalidator.NoNullValues()},
		},
		"model_ids": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: describe(compute, "model_ids", "The registered models to deploy, each as `name:version`, such as `model_id` of `mlws_model`. "+
				"Without `inference_config` exactly one, of a framework that needs no code (`Onnx`, `ScikitLearn`, `TensorFlow`, `Multi`)."),
			Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(modelIDRule)},
		},
		"inference_config": inference.Attribute(func(text string) string { return describe(compute, "inference_config", text) }),
		"auth_enabled": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(compute, "auth_enabled", authText(compute)),
		},
		"token_auth_enabled": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: describe(compute, "token_auth_enabled", tokenText(compute)),
		},
		"cpu_cores": schema.Float64Attribute{
			Optional: true, Computed: true, Default: float64default.StaticFloat64(defaultCPUCores),
			MarkdownDescription: describe(compute, "cpu_cores", "CPU cores that each replica requests, more than `0`; may be a fraction. Default `0.1`."),
			Validators:          []validator.Float64{validators.Positive("The number of CPU cores")},
		},
		"memory_gb": schema.Float64Attribute{
			Optional: true, Computed: true, Default: float64default.StaticFloat64(defaultMemoryGB),
			MarkdownDescription: describe(compute, "memory_gb", "Memory that each replica requests, in gigabytes, more than `0`; may be a fraction. Default `0.5`."),
			Validators:          []validator.Float64{validators.Positive("The memory in gigabytes")},
		},
		"enable_app_insights": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: describe(compute, "enable_app_insights", "Whether the service logs to the workspace's Application Insights. Default `false`."),
		},
		"collect_model_data": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: describe(compute, "collect_model_data", "Whether the inputs and outputs of the models are stored in the workspace's storage account. Default `false`."),
		},
		"test_request": testrequest.Attribute(),
		"timeouts":     limits.Attribute(ctx),
		"state":        output("The state of the service: `Healthy`, `Unhealthy`, `Transitioning`, `Failed` or `Unschedulable`. A service found `Failed` is deployed again by the next apply."),
		"scoring_uri":  output("The URL to send scoring requests to."),
		"swagger_uri":  output("The URL of the OpenAPI description of the service."),
		"created_at":   output("When the service was created, as an RFC 3339 time.", stringplanmodifier.UseStateForUnknown()),
		"updated_at":   output("When the service was last changed, as an RFC 3339 time."),
	}
}

func authText(compute azureml.ComputeType) string {
	if compute == azureml.ComputeACI {
		return "Whether scoring needs one of the service's two keys. Default `false`: anyone who finds the URL can score."
	}
	return "Whether scoring needs one of the service's two keys. Default `true`, or `false` where `token_auth_enabled` is `true`; both together are refused."
}

func tokenText(compute azureml.ComputeType) string {
	if compute == azureml.ComputeACI {
		return "Token auth is for AKS: only `false`, the default, is accepted here. It is never sent to the service."
	}
	return "Whether scoring needs a short-lived token. Default `false`. Cannot be combined with `auth_enabled = true`."
}
