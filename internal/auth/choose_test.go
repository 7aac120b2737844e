// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
)

func on(value bool) *bool { return &value }

func TestChoose(t *testing.T) {
	application := auth.Settings{TenantID: "t", ClientID: "c"}
	with := func(change func(*auth.Settings)) auth.Settings {
		s := application
		change(&s)
		return s
	}
	for name, test := range map[string]struct {
		settings auth.Settings
		want     auth.Method
		// says are parts of the error's detail; none: no error.
		says []string
	}{
		"nothing":                   {auth.Settings{}, auth.AzureCLI, nil},
		"ids only":                  {application, auth.AzureCLI, nil},
		"secret":                    {with(func(s *auth.Settings) { s.ClientSecret = "x" }), auth.ClientSecret, nil},
		"secret file, id file":      {auth.Settings{TenantID: "t", ClientIDFilePath: "f", ClientSecretFilePath: "f"}, auth.ClientSecret, nil},
		"secret before certificate": {with(func(s *auth.Settings) { s.ClientSecret, s.ClientCertificate = "x", "y" }), auth.ClientSecret, nil},
		"secret before OIDC":        {with(func(s *auth.Settings) { s.ClientSecret, s.UseOIDC = "x", on(true) }), auth.ClientSecret, nil},
		"certificate":               {with(func(s *auth.Settings) { s.ClientCertificatePath = "x" }), auth.ClientCertificate, nil},
		"token":                     {with(func(s *auth.Settings) { s.UseOIDC, s.OIDCToken = on(true), "x" }), auth.OIDCToken, nil},
		"token without use_oidc":    {with(func(s *auth.Settings) { s.OIDCToken = "x" }), auth.AzureCLI, nil},
		"token before token file":   {with(func(s *auth.Settings) { s.UseOIDC, s.OIDCToken, s.OIDCTokenFilePath = on(true), "x", "y" }), auth.OIDCToken, nil},
		"token file":                {with(func(s *auth.Settings) { s.UseOIDC, s.OIDCTokenFilePath = on(true), "x" }), auth.OIDCTokenFile, nil},
		"token request": {with(func(s *auth.Settings) {
			s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken = on(true), "x", "y"
		}), auth.OIDCRequest, nil},
		"service connection before token request": {with(func(s *auth.Settings) {
			s.UseOIDC, s.OIDCRequestURL, s.OIDCRequestToken, s.ADOPipelineServiceConnectionID = on(true), "x", "y", "z"
		}), auth.AzureDevOps, nil},
		"workload identity":               {with(func(s *auth.Settings) { s.UseAKSWorkloadIdentity, s.OIDCTokenFilePath = on(true), "x" }), auth.WorkloadIdentity, nil},
		"managed identity":                {auth.Settings{UseMSI: on(true)}, auth.ManagedIdentity, nil},
		"managed identity before the CLI": {auth.Settings{UseMSI: on(true), UseCLI: on(true)}, auth.ManagedIdentity, nil},

		"secret without application": {
			auth.Settings{ClientSecret: "x", UseMSI: on(true)},
			"",
			[]string{"client secret is switched on", "tenant_id (ARM_TENANT_ID) and client_id (ARM_CLIENT_ID)"},
		},
		"secret without tenant": {auth.Settings{ClientID: "c", ClientSecret: "x"}, "", []string{"also needs tenant_id (ARM_TENANT_ID)."}},
		"certificate without client id": {
			auth.Settings{TenantID: "t", ClientCertificate: "x"},
			"",
			[]string{"also needs client_id (ARM_CLIENT_ID).", "Considered before it: client secret (client_secret is not set)."},
		},
		"OIDC with nothing": {
			with(func(s *auth.Settings) { s.UseOIDC = on(true) }), "",
			[]string{"oidc_request_url (ARM_OIDC_REQUEST_URL) and oidc_request_token (ARM_OIDC_REQUEST_TOKEN)", "oidc_token_file_path", "id-token: write"},
		},
		"OIDC that needs more says what was considered": {
			with(func(s *auth.Settings) { s.UseOIDC = on(true) }), "",
			[]string{"OIDC token (oidc_token is not set); OIDC token file (oidc_token_file_path is not set); Azure DevOps service connection ("},
		},
		"service connection outside a pipeline": {
			with(func(s *auth.Settings) { s.UseOIDC, s.ADOPipelineServiceConnectionID = on(true), "x" }), "",
			[]string{"Azure DevOps service connection", "oidc_request_url"},
		},
		"workload identity outside a pod": {
			auth.Settings{UseAKSWorkloadIdentity: on(true)},
			"",
			[]string{"tenant_id (ARM_TENANT_ID), client_id (ARM_CLIENT_ID) and oidc_token_file_path"},
		},
		"all off": {
			auth.Settings{UseCLI: on(false)},
			"",
			[]string{
				"client secret (", "client certificate (", "OIDC (use_oidc is not true)",
				"AKS workload identity (use_aks_workload_identity is not true)", "managed identity (use_msi is not true)", "Azure CLI (use_cli is false)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := auth.Choose(test.settings)
			if got != test.want {
				t.Errorf("got %q, want %q (%v)", got, test.want, err)
			}
			if len(test.says) == 0 {
				if err != nil {
					t.Errorf("unexpected error: %v", err)
				}
				return
			}
			authtest.CheckError(t, err, test.says...)
		})
	}
}

func environment(variables map[string]string) auth.Lookup {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

func TestWithEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		settings  auth.Settings
		variables map[string]string
		want      auth.Settings
	}{
		"all": {auth.Settings{}, map[string]string{
			"ARM_TENANT_ID": "1", "ARM_CLIENT_ID": "2", "ARM_CLIENT_ID_FILE_PATH": "3", "ARM_CLIENT_SECRET": "4", "ARM_CLIENT_SECRET_FILE_PATH": "5",
			"ARM_CLIENT_CERTIFICATE": "6", "ARM_CLIENT_CERTIFICATE_PATH": "7", "ARM_CLIENT_CERTIFICATE_PASSWORD": "8", "ARM_OIDC_TOKEN": "9",
			"ARM_OIDC_TOKEN_FILE_PATH": "10", "ARM_OIDC_REQUEST_URL": "11", "ARM_OIDC_REQUEST_TOKEN": "12", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": "13",
			"ARM_SUBSCRIPTION_ID": "14", "ARM_AUXILIARY_TENANT_IDS": "15; 16", "ARM_USE_OIDC": "true", "ARM_USE_MSI": "false", "ARM_USE_CLI": "0",
			"ARM_USE_AKS_WORKLOAD_IDENTITY": "false", "ARM_DISABLE_INSTANCE_DISCOVERY": "1",
		}, auth.Settings{
			TenantID: "1", ClientID: "2", ClientIDFilePath: "3", ClientSecret: "4", ClientSecretFilePath: "5", ClientCertificate: "6",
			ClientCertificatePath: "7", ClientCertificatePassword: "8", OIDCToken: "9", OIDCTokenFilePath: "10", OIDCRequestURL: "11",
			OIDCRequestToken: "12", ADOPipelineServiceConnectionID: "13", SubscriptionID: "14", AuxiliaryTenantIDs: []string{"15", "16"},
			UseOIDC: on(true), UseMSI: on(false), UseCLI: on(false), UseAKSWorkloadIdentity: on(false), DisableInstanceDiscovery: on(true),
		}},
		"arguments win": {
			auth.Settings{TenantID: "a", UseOIDC: on(false), AuxiliaryTenantIDs: []string{"b"}},
			map[string]string{"ARM_TENANT_ID": "1", "ARM_USE_OIDC": "true", "ARM_AUXILIARY_TENANT_IDS": "2"},
			auth.Settings{TenantID: "a", UseOIDC: on(false), AuxiliaryTenantIDs: []string{"b"}},
		},
		"the other form of an argument wins too": {
			auth.Settings{ClientSecretFilePath: "file"},
			map[string]string{"ARM_CLIENT_SECRET": "1"},
			auth.Settings{ClientSecretFilePath: "file"},
		},
		"GitHub Actions": {
			auth.Settings{},
			map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": "1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "2"},
			auth.Settings{OIDCRequestURL: "1", OIDCRequestToken: "2"},
		},
		"a variable that is empty is not set": {
			auth.Settings{},
			map[string]string{"ARM_OIDC_REQUEST_TOKEN": "", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "2"},
			auth.Settings{OIDCRequestToken: "2"},
		},
		"Azure DevOps": {
			auth.Settings{},
			map[string]string{"SYSTEM_OIDCREQUESTURI": "1", "SYSTEM_ACCESSTOKEN": "2", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "3"},
			auth.Settings{OIDCRequestURL: "1", OIDCRequestToken: "2", ADOPipelineServiceConnectionID: "3"},
		},
		"a pod without workload identity switched on": {
			auth.Settings{},
			map[string]string{"AZURE_TENANT_ID": "1", "AZURE_CLIENT_ID": "2", "AZURE_FEDERATED_TOKEN_FILE": "3"},
			auth.Settings{},
		},
		"a pod with workload identity, and a file for the id": {
			auth.Settings{ClientIDFilePath: "file"},
			map[string]string{"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_CLIENT_ID": "2"},
			auth.Settings{ClientIDFilePath: "file", UseAKSWorkloadIdentity: on(true)},
		},
		"a pod with workload identity": {
			auth.Settings{ClientID: "mine"},
			map[string]string{"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_TENANT_ID": "1", "AZURE_CLIENT_ID": "2", "AZURE_FEDERATED_TOKEN_FILE": "3"},
			auth.Settings{TenantID: "1", ClientID: "mine", OIDCTokenFilePath: "3", UseAKSWorkloadIdentity: on(true)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.settings.WithEnvironment(environment(test.variables))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWithEnvironmentRefusesWhatIsNoBoolean(t *testing.T) {
	_, err := auth.Settings{}.WithEnvironment(environment(map[string]string{"ARM_USE_MSI": "yes"}))
	if failed := authtest.Refusal(t, err, "ARM_USE_MSI", `"yes"`, "true or false"); failed.Argument != "use_msi" {
		t.Errorf("blames %q", failed.Argument)
	}
}
