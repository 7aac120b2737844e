// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"strings"
)

// Cloud is an Azure cloud: where to sign in, and what for.
type Cloud struct {
	// Name is public, usgovernment or china.
	Name string
	// Authority is the base URL of Microsoft Entra ID.
	Authority string
	// ResourceManager is the base URL of Azure Resource Manager.
	ResourceManager string
	// Audience is the resource that tokens are asked for. Azure Machine Learning
	// accepts the tokens of Resource Manager.
	Audience string
	// MachineLearning is the suffix of the addresses of the Azure Machine
	// Learning API, https://{location}.{suffix}, for a workspace that has no
	// discovery to follow.
	MachineLearning string
}

var clouds = []Cloud{
	{"public", "https://login.microsoftonline.com", "https://management.azure.com", "https://management.azure.com", "api.azureml.ms"},
	{"usgovernment", "https://login.microsoftonline.us", "https://management.usgovcloudapi.net", "https://management.usgovcloudapi.net", "api.ml.azure.us"},
	{"china", "https://login.chinacloudapi.cn", "https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn", "api.ml.azure.cn"},
}

// Other spellings that azurerm, azapi and the Azure CLI accept or print.
var cloudAliases = map[string]string{
	"azurecloud": "public", "azurepubliccloud": "public", "azurepublic": "public", "global": "public",
	"azureusgovernment": "usgovernment", "azureusgovernmentcloud": "usgovernment", "usgov": "usgovernment",
	"usgovernmentl4": "usgovernment", "usgovernmentl5": "usgovernment", "dod": "usgovernment",
	"azurechina": "china", "azurechinacloud": "china",
}

// ParseCloud finds a cloud by its name, in any case, or by another spelling that
// azurerm users may have set. An empty name is the public cloud.
func ParseCloud(name string) (Cloud, error) {
	key := strings.ToLower(strings.TrimSpace(name))
	if key == "" {
		key = "public"
	}
	if alias, ok := cloudAliases[key]; ok {
		key = alias
	}
	for _, cloud := range clouds {
		if cloud.Name == key {
			return cloud, nil
		}
	}
	return Cloud{}, fmt.Errorf("%q is not a cloud this provider knows: use public, usgovernment or china", name)
}
