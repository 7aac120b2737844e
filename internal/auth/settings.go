// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package auth turns a configuration into a credential for Azure. Its arguments
// and environment variables are those of the azurerm and azapi providers. It
// knows no Terraform, and signs in with azidentity only.
//
// # Which method is used
//
// The provider uses the first method of this table that is switched on. If that
// method lacks a value, it reports the missing value and tries no other method.
//
//	method                     switched on by                                also needs
//	client secret              client_secret or client_secret_file_path      tenant_id, client_id
//	client certificate         client_certificate or client_certificate_path tenant_id, client_id
//	OIDC token                 use_oidc and oidc_token                       tenant_id, client_id
//	OIDC token file            use_oidc and oidc_token_file_path             tenant_id, client_id
//	Azure DevOps connection    use_oidc and ado_pipeline_service_...         tenant_id, client_id, oidc_request_url, oidc_request_token
//	OIDC request (GitHub)      use_oidc                                      tenant_id, client_id, oidc_request_url, oidc_request_token
//	AKS workload identity      use_aks_workload_identity                     tenant_id, client_id, oidc_token_file_path
//	managed identity           use_msi
//	Azure CLI                  use_cli, which is on by default               az, signed in
package auth

// Settings say who signs in, and how. An empty string or a nil pointer is a
// setting that is not made. The names are those of the provider's arguments.
type Settings struct {
	// TenantID is a UUID or a domain name.
	TenantID string
	// AuxiliaryTenantIDs are further tenants that tokens may be asked of.
	AuxiliaryTenantIDs []string
	ClientID           string
	ClientIDFilePath   string

	ClientSecret         string
	ClientSecretFilePath string

	// ClientCertificate is a PKCS#12 bundle in base64, or PEM text.
	ClientCertificate         string
	ClientCertificatePath     string
	ClientCertificatePassword string

	OIDCToken                      string
	OIDCTokenFilePath              string
	OIDCRequestURL                 string
	OIDCRequestToken               string
	ADOPipelineServiceConnectionID string
	UseOIDC, UseMSI, UseCLI        *bool
	UseAKSWorkloadIdentity         *bool
	DisableInstanceDiscovery       *bool
	// EmptyVariables are environment variables of these settings that are set, but
	// to an empty text. They count as not set; errors name them.
	EmptyVariables []string
	// SubscriptionID picks the account of the Azure CLI if TenantID is not set.
	SubscriptionID string
}

func isTrue(b *bool) bool { return b != nil && *b }

// cliOn: the Azure CLI is used unless it is switched off, as in azurerm.
func (s Settings) cliOn() bool { return s.UseCLI == nil || *s.UseCLI }
