// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Configure implements provider.Provider. It sends nothing: what is wrong with
// a credential shows when the first object needs Azure.
func (p *mlwsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	lookup := auth.Lookup(os.LookupEnv)
	workspace, diags := m.workspace(lookup)
	resp.Diagnostics.Append(diags...)
	tags, diags := m.tags(ctx)
	resp.Diagnostics.Append(diags...)
	ends, diags := m.endpoints(ctx, lookup)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := httpClient(ends.caFile)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("endpoints").AtName("ca_certificate_file"), "Cannot trust the certificate authority", err.Error()+".")
		return
	}
	var credential azcore.TokenCredential
	if unknown := m.unknown(ctx); len(unknown) > 0 {
		credential = auth.NotYetKnown(unknown...)
	} else if credential, err = m.credential(lookup, ends, auth.Options{Authority: ends.authority, HTTP: client}); err != nil {
		resp.Diagnostics.Append(credentialDiagnostic(err))
		return
	}
	now := &clock.API{}
	api, err := azureml.NewClient(azureml.Config{
		Credential:              credential,
		ResourceManagerEndpoint: ends.resourceManager,
		TokenScope:              ends.audience + "/.default",
		ModelManagementEndpoint: ends.modelManagement,
		APISuffix:               ends.apiSuffix,
		UserAgent:               fmt.Sprintf("terraform-provider-mlws/%s terraform/%s", p.version, req.TerraformVersion),
		Transport:               client,
		Date:                    now.Observe,
	})
	if err != nil {
		resp.Diagnostics.AddError("The provider's configuration cannot be used", err.Error())
		return
	}
	data := &framework.Data{Client: api, Workspace: workspace, Clock: now, Tags: tags}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
}

func (m *model) credential(lookup auth.Lookup, ends endpoints, options auth.Options) (azcore.TokenCredential, error) {
	settings, err := m.settings().WithEnvironment(lookup)
	if err != nil {
		return nil, err
	}
	if settings.DisableInstanceDiscovery == nil && ends.customAuthority {
		// Microsoft's metadata does not know an authority that is not its own.
		disable := true
		settings.DisableInstanceDiscovery = &disable
	}
	return auth.New(settings, options)
}

func credentialDiagnostic(err error) diag.Diagnostic {
	var failed *auth.Error
	if !errors.As(err, &failed) {
		return diag.NewErrorDiagnostic("The credential for Azure cannot be used", err.Error())
	}
	if failed.Argument != "" {
		return diag.NewAttributeErrorDiagnostic(path.Root(failed.Argument), failed.Summary, failed.Detail)
	}
	return diag.NewErrorDiagnostic(failed.Summary, failed.Detail)
}

// unknown lists the arguments without which no token can be asked for, and that
// are not known yet.
func (m *model) unknown(ctx context.Context) []string {
	var names []string
	for _, argument := range []struct {
		name    string
		unknown bool
	}{
		{"tenant_id", m.TenantID.IsUnknown()},
		{"auxiliary_tenant_ids", m.AuxiliaryTenantIDs.IsUnknown() || slices.ContainsFunc(m.AuxiliaryTenantIDs.Elements(), attr.Value.IsUnknown)},
		{"client_id", m.ClientID.IsUnknown()},
		{"client_id_file_path", m.ClientIDFilePath.IsUnknown()},
		{"client_secret", m.ClientSecret.IsUnknown()},
		{"client_secret_file_path", m.ClientSecretFilePath.IsUnknown()},
		{"client_certificate", m.ClientCertificate.IsUnknown()},
		{"client_certificate_path", m.ClientCertificatePath.IsUnknown()},
		{"client_certificate_password", m.ClientCertificatePassword.IsUnknown()},
		{"oidc_token", m.OIDCToken.IsUnknown()},
		{"oidc_token_file_path", m.OIDCTokenFilePath.IsUnknown()},
		{"oidc_request_url", m.OIDCRequestURL.IsUnknown()},
		{"oidc_request_token", m.OIDCRequestToken.IsUnknown()},
		{"ado_pipeline_service_connection_id", m.ADOPipelineServiceConnectionID.IsUnknown()},
		{"use_oidc", m.UseOIDC.IsUnknown()},
		{"use_msi", m.UseMSI.IsUnknown()},
		{"use_cli", m.UseCLI.IsUnknown()},
		{"use_aks_workload_identity", m.UseAKSWorkloadIdentity.IsUnknown()},
		{"disable_instance_discovery", m.DisableInstanceDiscovery.IsUnknown()},
		{"environment", m.Environment.IsUnknown()},
	} {
		if argument.unknown {
			names = append(names, argument.name)
		}
	}
	return append(names, m.unknownEndpoints(ctx)...)
}
