// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/testrequest"
)

// commonFields are the attributes of both resources that a configuration can set.
type commonFields struct {
	WorkspaceID       types.String
	Name              types.String
	ModelIDs          types.List
	InferenceConfig   types.Object
	Tags              types.Map
	Properties        types.Map
	Description       types.String
	AuthEnabled       types.Bool
	TokenAuthEnabled  types.Bool
	EnableAppInsights types.Bool
	TestRequest       types.Object
	OnFailedUpdate    types.String
}

func commonAttributes() []attribute {
	return []attribute{
		{
			name: "workspace_id", aci: replaces, aks: replaces,
			note: "Another case of the same id is not a change. If it is not set, the provider's workspace counts, and another workspace there replaces the service too.",
			schema: func(s shape) schema.Attribute {
				return schema.StringAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: s.describe("The full id of the workspace. Default: the provider's."),
					Validators:          []validator.String{validators.WorkspaceID},
					PlanModifiers:       s.strings(framework.KeepCase()),
				}
			},
			field: field(func(d *deployment) *types.String { return &d.WorkspaceID }),
		},
		{
			name: "name", aci: replaces, aks: replaces,
			schema: func(s shape) schema.Attribute {
				return schema.StringAttribute{
					Required: true,
					MarkdownDescription: s.describe("The name of the service, unique in its workspace: 3 to 32 lowercase letters, digits and dashes, " +
						"starting with a letter and ending with a letter or digit."),
					Validators:    []validator.String{nameRule},
					PlanModifiers: s.strings(),
				}
			},
			field:  field(func(d *deployment) *types.String { return &d.Name }),
			expand: func(e *expander, plan *deployment) { e.request.Name = plan.Name.ValueString() },
			flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
				result.Name = types.StringValue(service.Name)
			},
		},
		{
			name: "model_ids", aci: inPlace, aks: inPlace,
			note: "Sent together with `inference_config`, as one image that the service builds and deploys.",
			schema: func(s shape) schema.Attribute {
				return schema.ListAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: s.describe("The registered models to deploy, each as `name:version`, such as `model_id` of `mlws_model`. " +
						"Without `inference_config` exactly one, of a framework that needs no code (`Onnx`, `ScikitLearn`, `TensorFlow`, `Multi`)."),
					Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(modelIDRule)},
				}
			},
			field: field(func(d *deployment) *types.List { return &d.ModelIDs }),
			// The image has both: see inference_config.
			data: dataschema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The deployed models, each as `name:version`."},
			read: func(service *azureml.Service) attr.Value { return values.StringList(inference.ModelsOf(service)) },
		},
		{
			name: "inference_config", aci: inPlace, aks: inPlace,
			note:   "Sent together with `model_ids`, as one image that the service builds and deploys.",
			nested: inferenceChanges,
			schema: func(s shape) schema.Attribute { return inference.Attribute(s.describe) },
			field:  field(func(d *deployment) *types.Object { return &d.InferenceConfig }),
			flatten: func(ctx context.Context, service *azureml.Service, prior, result *deployment) {
				image := inference.Flatten(ctx, service, prior.image())
				result.ModelIDs, result.InferenceConfig = image.ModelIDs, image.Object
			},
			patch: func(p *patcher, plan, state *deployment) {
				if inference.Changes(p.ctx, plan.image(), state.image()) {
					p.replace("/environmentImageRequest", p.image)
				}
			},
		},
		tagsRow(),
		{
			name: "properties", aci: inPlace, aks: inPlace,
			note: "A new name is added in place. A **changed value replaces** the service, and a removed name is only no longer tracked: the API can neither change nor remove a property.",
			schema: func(s shape) schema.Attribute {
				return schema.MapAttribute{
					Optional: true, Computed: true, ElementType: types.StringType,
					MarkdownDescription: s.describe("Properties of the service. The API can only add a property, never change or remove one: " +
						"a changed value replaces the service, a removed one is no longer tracked, and properties that others add (the service does) are left alone."),
					Validators: []validator.Map{mapvalidator.NoNullValues()},
				}
			},
			field:  field(func(d *deployment) *types.Map { return &d.Properties }),
			expand: func(e *expander, plan *deployment) { e.request.Properties = values.Strings(plan.Properties) },
			flatten: func(_ context.Context, service *azureml.Service, prior, result *deployment) {
				result.Properties = framework.FlattenProperties(service.Properties, prior.Properties)
			},
			patch: patchProperties,
			data: dataschema.MapAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "Properties of the service, those that the service itself adds included.",
			},
			read: func(service *azureml.Service) attr.Value { return values.StringMap(service.Properties) },
		},
		text(textRow{
			name: "description", aci: inPlace, aks: inPlace, path: "/description", emptied: true,
			field: func(d *deployment) *types.String { return &d.Description },
			wire:  func(s *azureml.ServiceSpec) **string { return &s.Description },
			text:  "What the service is for.",
			read:  "What the service is for.",
		}),
		{
			name: "auth_enabled", aci: inPlace, aks: inPlace,
			note: "On AKS both flags of the auth mode go into the same patch. Keys stay as they are.",
			schema: func(s shape) schema.Attribute {
				text := "Whether scoring needs one of the service's two keys. Default `false`: anyone who finds the URL can score."
				if s.compute == azureml.ComputeAKS {
					text = "Whether scoring needs one of the service's two keys. Default `true`, or `false` if `token_auth_enabled` is `true`; both together are refused."
				}
				return schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: s.describe(text)}
			},
			field: field(func(d *deployment) *types.Bool { return &d.AuthEnabled }),
			// Both flags are sent on AKS and authEnabled on ACI, always: the defaults differ
			// per compute type, and how the API answers token auth alone is not known.
			expand: func(e *expander, plan *deployment) { e.request.AuthEnabled = values.BoolPointer(plan.AuthEnabled) },
			flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
				result.AuthEnabled, _ = flagsOf(service)
			},
			patch: patchAuth,
			data:  dataschema.BoolAttribute{Computed: true, MarkdownDescription: "Whether scoring needs one of the service's keys."},
		},
		{
			name: "token_auth_enabled", aci: local, aks: inPlace,
			note: "On AKS both flags of the auth mode go into the same patch. On ACI only `false` is accepted, and nothing is sent.",
			schema: func(s shape) schema.Attribute {
				text := "Token auth is for AKS: only `false`, the default, is accepted here. It is never sent to the service."
				if s.compute == azureml.ComputeAKS {
					text = "Whether scoring needs a short-lived token. Default `false`. Cannot be combined with `auth_enabled = true`."
				}
				return schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: s.describe(text)}
			},
			field: field(func(d *deployment) *types.Bool { return &d.TokenAuthEnabled }),
			expand: func(e *expander, plan *deployment) {
				if plan.compute == azureml.ComputeAKS {
					e.request.AADAuthEnabled = values.BoolPointer(plan.TokenAuthEnabled)
				}
			},
			flatten: func(_ context.Context, service *azureml.Service, _, result *deployment) {
				_, result.TokenAuthEnabled = flagsOf(service)
			},
			data: dataschema.BoolAttribute{Computed: true, MarkdownDescription: "Whether scoring needs a short-lived token (AKS only)."},
		},
		boolean(booleanRow{
			name: "enable_app_insights", aci: inPlace, aks: inPlace, path: "/appInsightsEnabled", fallback: new(false),
			field: func(d *deployment) *types.Bool { return &d.EnableAppInsights },
			wire:  func(s *azureml.ServiceSpec) **bool { return &s.AppInsights },
			text:  "Whether the service logs to the workspace's Application Insights.",
			read:  "Whether the service logs to Application Insights.",
		}),
		{
			name: "test_request", aci: local, aks: local,
			note:   "Another request is sent to the scoring endpoint; nothing is deployed.",
			schema: func(shape) schema.Attribute { return testrequest.Attribute() },
			field:  field(func(d *deployment) *types.Object { return &d.TestRequest }),
		},
		onFailedUpdateRow(),
	}
}

// image returns the part that inference plans, sends and reads.
func (d *deployment) image() inference.Config {
	return inference.Config{ModelIDs: d.ModelIDs, Object: d.InferenceConfig}
}

// inferenceChanges are the members of inference_config that change in a way of their own.
var inferenceChanges = []nestedChange{
	{"source_directory", local, "Another path is not a change. Another name in the image (`source_directory_name`) or other content (`code_hash`) is one."},
	{"code_hash", inPlace, "Computed from the files on this machine: a changed file changes it, and the code is uploaded and deployed again."},
	{"environment.base_image_registry.password_wo", inPlace, "Write-only: sent when `password_wo_version` changes, and with every other change of the image."},
	{"environment.conda_dependencies", inPlace, "Another spelling of the same YAML is not a change."},
	{"environment.version", inPlace, "Without one the latest is taken when the service is deployed, and later plans stay with it."},
}

// patchProperties adds the new properties. A JSON Pointer escapes a slash in a name.
func patchProperties(p *patcher, plan, state *deployment) {
	before, after := values.Strings(state.Properties), values.Strings(plan.Properties)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, exists := before[name]; !exists {
			p.operations = append(p.operations, azureml.PatchOperation{
				Op: "add", Path: "/properties/" + azureml.PointerToken(name), Value: after[name],
			})
		}
	}
}

// patchAuth switches the mode. On AKS both flags go into the same patch: the API
// refuses one alone if both would be on in between.
func patchAuth(p *patcher, plan, state *deployment) {
	if plan.AuthEnabled.IsUnknown() || plan.TokenAuthEnabled.IsUnknown() {
		return
	}
	sendAuth, sendToken := authmode.Switch(authmode.Compute(plan.compute), modeOf(state), modeOf(plan))
	if sendAuth {
		p.replace("/authEnabled", plan.AuthEnabled.ValueBool())
	}
	if sendToken {
		p.replace("/aadAuthEnabled", plan.TokenAuthEnabled.ValueBool())
	}
}

func modeOf(d *deployment) authmode.Mode {
	return authmode.Mode{Auth: values.IsTrue(d.AuthEnabled), Token: values.IsTrue(d.TokenAuthEnabled)}
}

// The rules of names are those of the Python SDK azureml-core 1.51.
var (
	nameRule = validators.Matches(`^[a-z][-a-z0-9]{1,30}[a-z0-9]$`,
		"A service name has 3 to 32 lowercase letters, digits and dashes, starts with a letter and ends with a letter or digit.")
	modelIDRule = validators.Matches(`^[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}:[1-9][0-9]*$`,
		"Write name:version, such as iris:1, with the version as a number; data.mlws_model looks up the latest.")
)

// checkAuth adds the violations of the rules of the auth modes of one severity.
func checkAuth(d deployment, severity authmode.Severity, diags *diag.Diagnostics) {
	for _, v := range authmode.Check(authmode.Compute(d.compute), d.AuthEnabled, d.TokenAuthEnabled) {
		switch {
		case v.Severity != severity:
		case severity == authmode.Error:
			diags.AddAttributeError(path.Root(v.Attribute), v.Summary, v.Detail())
		default:
			diags.AddAttributeWarning(path.Root(v.Attribute), v.Summary, v.Detail())
		}
	}
}
