// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// Schema implements provider.Provider.
func (p *mlwsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deploys registered models as Azure Machine Learning v1 web services on Azure Container Instances (ACI) " +
			"and Azure Kubernetes Service (AKS), and owns their credentials: which auth mode is on, the two keys and their rotation, " +
			"and the short-lived tokens. Credential arguments and their `ARM_*` variables are those of the azurerm and azapi " +
			"providers; an argument wins over a variable.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The workspace, as one id: `/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}`. " +
					"Instead of `subscription_id`, `resource_group_name` and `workspace_name`. An object may name another workspace." + variables(workspaceIDVariable),
				Validators: []validator.String{
					workspaceIDValidator{},
					excludes{[]string{"subscription_id", "resource_group_name", "workspace_name"}},
				},
			},
			"subscription_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The subscription of the workspace, a UUID." + variables(auth.Variables("subscription_id")...),
				Validators:          []validator.String{uuidValidator{}},
			},
			"resource_group_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The resource group of the workspace." + variables(resourceGroupVariable),
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 90)},
			},
			"workspace_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The name of the workspace." + variables(workspaceNameVariable),
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 260)},
			},
			"environment": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The Azure cloud: `public` (default), `usgovernment` or `china`." + variables(environmentVariable),
				Validators:          []validator.String{cloudValidator{}},
			},
			"endpoints": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Replaces endpoints of the cloud, for an emulator, a proxy or Azure Stack. URLs are `https`; plain `http` is accepted " +
					"for this machine (loopback) only.",
				Attributes: endpointAttributes(),
			},
			"default_tags": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Tags for every service and model of this provider, in addition to their own `tags`, which win. `tags_all` of an object shows the result. " +
					"A change is made on all of them, in place: [Tags](guides/tags.md).",
				Validators: []validator.Map{mapvalidator.NoNullValues()},
			},
			"ignore_tags": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Tags that somebody else sets on services and models, such as Azure Policy. They are no difference in a plan, are not in `tags` and `tags_all`, " +
					"and stay as they are when the provider changes the others.",
				Attributes: map[string]schema.Attribute{
					"keys":         ignoredTags("The names of these tags."),
					"key_prefixes": ignoredTags("What the names of these tags begin with, such as `policy-`."),
				},
			},
			"tenant_id": credentialArgument("tenant_id", "The tenant to sign in to: its id or one of its domain names."),
			"auxiliary_tenant_ids": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Further tenants that tokens may be requested of. In the variable they are separated by `;`." + variables(auth.Variables("auxiliary_tenant_ids")...),
			},
			"client_id":           credentialArgument("client_id", "The client id of the application, or of a user-assigned managed identity.", "client_id_file_path"),
			"client_id_file_path": credentialArgument("client_id_file_path", "A file that holds the client id."),
			"client_secret": secretArgument("client_secret", "The client secret of the application. Setting it or its file chooses sign-in with a client secret.",
				"client_secret_file_path"),
			"client_secret_file_path": credentialArgument("client_secret_file_path", "A file that holds the client secret."),
			"client_certificate": secretArgument("client_certificate", "The client certificate with its RSA key: a PKCS#12 bundle in base64, or PEM text. "+
				"Setting it or its path chooses sign-in with a certificate, unless a client secret is set.", "client_certificate_path"),
			"client_certificate_path":     credentialArgument("client_certificate_path", "A file that holds the client certificate with its RSA key, as PKCS#12 or PEM."),
			"client_certificate_password": secretArgument("client_certificate_password", "The password of the PKCS#12 bundle."),
			"use_oidc": switchArgument("use_oidc", "Sign in with an OIDC token (workload identity federation): `oidc_token`, `oidc_token_file_path`, or one that the CI "+
				"system gives at `oidc_request_url`. Default `false`."),
			"oidc_token":           secretArgument("oidc_token", "The OIDC token. Needs `use_oidc`.", "oidc_token_file_path"),
			"oidc_token_file_path": credentialArgument("oidc_token_file_path", "A file that holds the OIDC token; read again for each sign-in. Needs `use_oidc` or `use_aks_workload_identity`."),
			"oidc_request_url":     credentialArgument("oidc_request_url", "Where the CI system (GitHub Actions, Azure DevOps) gives OIDC tokens. Needs `use_oidc`."),
			"oidc_request_token":   secretArgument("oidc_request_token", "The bearer token for `oidc_request_url`."),
			"ado_pipeline_service_connection_id": credentialArgument("ado_pipeline_service_connection_id",
				"The id of the Azure DevOps service connection to sign in with. Needs `use_oidc`."),
			"use_msi": switchArgument("use_msi", "Sign in with the managed identity of this machine; with `client_id`, with that user-assigned one. Default `false`."),
			"use_cli": switchArgument("use_cli", "Sign in as the user of the Azure CLI, where no other method is configured. Default `true`."),
			"use_aks_workload_identity": switchArgument("use_aks_workload_identity", "Sign in with AKS workload identity. `tenant_id`, `client_id` and "+
				"`oidc_token_file_path` default to what the cluster injects into the pod. Default `false`."),
			"disable_instance_discovery": switchArgument("disable_instance_discovery", "Do not let Microsoft's public instance metadata confirm the authority. "+
				"Default `true` with a custom `endpoints.authority`, else `false`."),
		},
	}
}

func ignoredTags(text string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: text,
		Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(validators.NotEmpty)},
	}
}

func endpointAttributes() map[string]schema.Attribute {
	url := []validator.String{urlValidator{}}
	return map[string]schema.Attribute{
		"resource_manager": schema.StringAttribute{
			Optional: true, Validators: url,
			MarkdownDescription: "Azure Resource Manager, which knows the workspaces." + variables(resourceManagerVariable),
		},
		"authority": schema.StringAttribute{
			Optional: true, Validators: []validator.String{urlValidator{httpsOnly: true}},
			MarkdownDescription: "Microsoft Entra ID, which gives the tokens; `https` on loopback too." + variables(authorityVariable),
		},
		"audience": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The resource that tokens are requested for. Default: the cloud's Resource Manager." + variables(audienceVariable),
		},
		"model_management": schema.StringAttribute{
			Optional: true, Validators: url,
			MarkdownDescription: "The model-management API, instead of the host that the workspace's discovery names." + variables(modelManagementVariable),
		},
		"ca_certificate_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A PEM file of certificate authorities to trust in addition to those of the system." + variables(caFileVariable),
		},
	}
}

// credentialArgument is a text argument of internal/auth; conflicting is the
// other form of the same value.
func credentialArgument(name, description string, conflicting ...string) schema.StringAttribute {
	attribute := schema.StringAttribute{Optional: true, MarkdownDescription: description + variables(auth.Variables(name)...)}
	if len(conflicting) > 0 {
		attribute.Validators = []validator.String{excludes{conflicting}}
	}
	return attribute
}

func secretArgument(name, description string, conflicting ...string) schema.StringAttribute {
	attribute := credentialArgument(name, description, conflicting...)
	attribute.Sensitive = true
	return attribute
}

func switchArgument(name, description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + variables(auth.Variables(name)...)}
}

// variables is the end of a description: which environment variables stand in.
func variables(names ...string) string {
	return " Environment: `" + strings.Join(names, "`, `") + "`."
}
