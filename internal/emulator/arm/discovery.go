// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// discover maps service names to base URLs. It is asked without a credential.
// The SDK fails with a KeyError unless the first six keys are there.
func (l *Layer) discover(c *api.Call) (*api.Reply, error) {
	for _, w := range l.State().Workspaces {
		if strings.EqualFold(w.GUID, c.Param("guid")) {
			services := map[string]string{}
			for _, name := range []string{
				"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio",
				"catalog", "gallery", "labeling", "pipelines", "studiocoreservices",
			} {
				services[name] = l.PlainURL()
			}
			return api.OK(services), nil
		}
	}
	return nil, api.NotFound("Workspace %s was not found.", c.Param("guid"))
}

// cloudMetadata describes one cloud that is this emulator. Pointed to by
// ARM_CLOUD_METADATA_URL, with AZUREML_CURRENT_CLOUD=AzureCloud, it moves the
// Python SDK's Resource Manager here; the SDK knows the cloud by that name only.
// Resource Manager is given as https: the SDK's service principals and token
// sources look up the subscription first, with a client that sends no bearer
// token over plain http.
func (l *Layer) cloudMetadata(*api.Call) (*api.Reply, error) {
	return api.OK([]any{map[string]any{
		"name": "AzureCloud", "portal": l.PlainURL(), "resourceManager": l.SecureURL() + l.Prefix + "/",
		"authentication": map[string]any{
			"loginEndpoint": l.SecureURL(), "audiences": []string{"https://management.core.windows.net/", "https://management.azure.com/"},
			"tenant": "common", "identityProvider": "AAD",
		},
		"graphAudience": "https://graph.windows.net/", "graph": "https://graph.windows.net/",
		"media": "https://rest.media.azure.net", "batch": "https://batch.core.windows.net/", "gallery": "https://gallery.azure.com/",
		"sqlManagement": "https://management.core.windows.net:8443/", "activeDirectoryDataLake": "https://datalake.azure.net/", "vmImageAliasDoc": "",
		"suffixes": map[string]any{
			// The SDK builds storage hosts from this suffix: blob URLs of the emulator are {account}.blob.localhost.
			"storage": "localhost", "keyVaultDns": "vault.azure.net", "sqlServerHostname": "database.windows.net", "acrLoginServer": "azurecr.io",
			"azureDataLakeStoreFileSystem": "azuredatalakestore.net", "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
			"azureFrontDoorEndpointSuffix": "azurefd.net",
		},
	}}), nil
}
