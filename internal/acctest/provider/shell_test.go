// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// The emulator's lines for a shell win over every variable that the shell has from work
// on Azure.
func TestTheShellOfTheEmulatorWins(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	e := emulator.Start(t)
	lines, err := e.Shell("terraform")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]string{
		"MLWS_WORKSPACE_ID":              "/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/rg-azure/providers/Microsoft.MachineLearningServices/workspaces/ws-azure",
		"MLWS_MODEL_MANAGEMENT_ENDPOINT": "https://azure.invalid", "MLWS_CA_CERTIFICATE_FILE": "/nowhere", "MLWS_WORKSPACE_NAME": "ws-azure",
		"ARM_ENVIRONMENT": "german", "ARM_RESOURCE_MANAGER_AUDIENCE": "https://azure.invalid", "ARM_RESOURCE_MANAGER_ENDPOINT": "https://azure.invalid",
		"ARM_USE_OIDC": "true", "ARM_USE_MSI": "true", "ARM_USE_CLI": "true", "ARM_AUXILIARY_TENANT_IDS": "a;b", "AZURE_REGIONAL_AUTHORITY_NAME": "westus",
	}
	for _, argument := range []string{
		"tenant_id", "client_id", "client_id_file_path", "client_secret", "client_secret_file_path", "client_certificate", "client_certificate_path",
		"oidc_token", "oidc_token_file_path", "oidc_request_url", "oidc_request_token", "ado_pipeline_service_connection_id", "subscription_id",
	} {
		for _, name := range auth.Variables(argument) {
			left[name] = "/left-over"
		}
	}
	command := exec.Command("sh", "-c", `eval "$1"; env`, "sh", strings.Join(lines, "\n"))
	command.Env = []string{"PATH=/usr/bin:/bin"}
	for name, value := range left {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for line := range strings.Lines(string(output)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "MLWS_") || strings.HasPrefix(name, "AZURE") || left[name] != "" {
			t.Setenv(name, value)
		}
	}
	checkReaches(t, block{})
	data, diags := acctest.Configure(t, block{})
	if diags.HasError() {
		t.Fatal(diags)
	}
	if _, err := data.Client.Workspace(*data.Workspace).GetService(t.Context(), "none"); !azureml.IsNotFound(err) {
		t.Errorf("the API of the services: %v", err)
	}
}
