// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

// model is the provider block.
type model struct {
	WorkspaceID       types.String `tfsdk:"workspace_id"`
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	WorkspaceName     types.String `tfsdk:"workspace_name"`

	Environment types.String `tfsdk:"environment"`
	Endpoints   types.Object `tfsdk:"endpoints"`

	DefaultTags types.Map    `tfsdk:"default_tags"`
	IgnoreTags  types.Object `tfsdk:"ignore_tags"`

	TenantID                       types.String `tfsdk:"tenant_id"`
	AuxiliaryTenantIDs             types.List   `tfsdk:"auxiliary_tenant_ids"`
	ClientID                       types.String `tfsdk:"client_id"`
	ClientIDFilePath               types.String `tfsdk:"client_id_file_path"`
	ClientSecret                   types.String `tfsdk:"client_secret"`
	ClientSecretFilePath           types.String `tfsdk:"client_secret_file_path"`
	ClientCertificate              types.String `tfsdk:"client_certificate"`
	ClientCertificatePath          types.String `tfsdk:"client_certificate_path"`
	ClientCertificatePassword      types.String `tfsdk:"client_certificate_password"`
	OIDCToken                      types.String `tfsdk:"oidc_token"`
	OIDCTokenFilePath              types.String `tfsdk:"oidc_token_file_path"`
	OIDCRequestURL                 types.String `tfsdk:"oidc_request_url"`
	OIDCRequestToken               types.String `tfsdk:"oidc_request_token"`
	ADOPipelineServiceConnectionID types.String `tfsdk:"ado_pipeline_service_connection_id"`
	UseOIDC                        types.Bool   `tfsdk:"use_oidc"`
	UseMSI                         types.Bool   `tfsdk:"use_msi"`
	UseCLI                         types.Bool   `tfsdk:"use_cli"`
	UseAKSWorkloadIdentity         types.Bool   `tfsdk:"use_aks_workload_identity"`
	DisableInstanceDiscovery       types.Bool   `tfsdk:"disable_instance_discovery"`
}

// endpointsModel is the endpoints object.
type endpointsModel struct {
	ResourceManager   types.String `tfsdk:"resource_manager"`
	Authority         types.String `tfsdk:"authority"`
	Audience          types.String `tfsdk:"audience"`
	ModelManagement   types.String `tfsdk:"model_management"`
	CACertificateFile types.String `tfsdk:"ca_certificate_file"`
}

// settings are the credential arguments; unknown and null both become unset.
func (m *model) settings() auth.Settings {
	return auth.Settings{
		TenantID:                       m.TenantID.ValueString(),
		AuxiliaryTenantIDs:             knownStrings(m.AuxiliaryTenantIDs),
		ClientID:                       m.ClientID.ValueString(),
		ClientIDFilePath:               m.ClientIDFilePath.ValueString(),
		ClientSecret:                   m.ClientSecret.ValueString(),
		ClientSecretFilePath:           m.ClientSecretFilePath.ValueString(),
		ClientCertificate:              m.ClientCertificate.ValueString(),
		ClientCertificatePath:          m.ClientCertificatePath.ValueString(),
		ClientCertificatePassword:      m.ClientCertificatePassword.ValueString(),
		OIDCToken:                      m.OIDCToken.ValueString(),
		OIDCTokenFilePath:              m.OIDCTokenFilePath.ValueString(),
		OIDCRequestURL:                 m.OIDCRequestURL.ValueString(),
		OIDCRequestToken:               m.OIDCRequestToken.ValueString(),
		ADOPipelineServiceConnectionID: m.ADOPipelineServiceConnectionID.ValueString(),
		UseOIDC:                        m.UseOIDC.ValueBoolPointer(),
		UseMSI:                         m.UseMSI.ValueBoolPointer(),
		UseCLI:                         m.UseCLI.ValueBoolPointer(),
		UseAKSWorkloadIdentity:         m.UseAKSWorkloadIdentity.ValueBoolPointer(),
		DisableInstanceDiscovery:       m.DisableInstanceDiscovery.ValueBoolPointer(),
		SubscriptionID:                 m.SubscriptionID.ValueString(),
	}
}

func knownStrings(list types.List) []string {
	var values []string
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && text.ValueString() != "" {
			values = append(values, text.ValueString())
		}
	}
	return values
}
