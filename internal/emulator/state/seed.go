// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

// Objects of DefaultSeed, for tests and for the text of the binary.
const (
	DefaultTenantID       = "11111111-1111-1111-1111-111111111111"
	DefaultSubscriptionID = "22222222-2222-2222-2222-222222222222"
	DefaultResourceGroup  = "rg-demo"
	DefaultWorkspaceName  = "ws-demo"
	DefaultLocation       = "westeurope"
	DefaultWorkspaceID    = "/subscriptions/" + DefaultSubscriptionID + "/resourceGroups/" + DefaultResourceGroup +
		"/providers/Microsoft.MachineLearningServices/workspaces/" + DefaultWorkspaceName

	OwnerClientID       = "aaaaaaaa-0000-0000-0000-000000000001"
	OwnerSecret         = "owner-secret-0123456789"
	ContributorClientID = "aaaaaaaa-0000-0000-0000-000000000002"
	ContributorSecret   = "contributor-secret-0123456789"
	ReaderClientID      = "aaaaaaaa-0000-0000-0000-000000000003"
	ReaderSecret        = "reader-secret-0123456789"

	// DefaultCompute is in the workspace's region, FarCompute in another.
	DefaultCompute = "aks-demo"
	FarCompute     = "aks-far"
)

// Seed is what an emulator starts with.
type Seed struct {
	TenantID   string          `json:"tenantId" yaml:"tenantId"`
	Principals []Principal     `json:"principals" yaml:"principals"`
	Workspaces []WorkspaceSeed `json:"workspaces" yaml:"workspaces"`
	// ManagedIdentityClientID is the principal behind the managed identity
	// endpoints if a request names none.
	ManagedIdentityClientID string `json:"managedIdentityClientId" yaml:"managedIdentityClientId"`
}

// WorkspaceSeed is one workspace.
type WorkspaceSeed struct {
	SubscriptionID string            `json:"subscriptionId" yaml:"subscriptionId"`
	ResourceGroup  string            `json:"resourceGroup" yaml:"resourceGroup"`
	Name           string            `json:"name" yaml:"name"`
	Location       string            `json:"location" yaml:"location"`
	Tags           map[string]string `json:"tags" yaml:"tags"`
	Computes       []ComputeSeed     `json:"computes" yaml:"computes"`
	Models         []ModelSeed       `json:"models" yaml:"models"`
	Environments   []EnvironmentSeed `json:"environments" yaml:"environments"`
	Services       []ServiceSeed     `json:"services" yaml:"services"`
}

// ComputeSeed is one attached compute.
type ComputeSeed struct {
	Name     string `json:"name" yaml:"name"`
	Type     string `json:"type" yaml:"type"`         // AKS where empty
	Location string `json:"location" yaml:"location"` // the workspace's where empty
	State    string `json:"state" yaml:"state"`       // provisioningState, Succeeded where empty
}

// ModelSeed is one registered model version.
type ModelSeed struct {
	Name      string            `json:"name" yaml:"name"`
	Version   int               `json:"version" yaml:"version"`
	Framework string            `json:"framework" yaml:"framework"` // Custom where empty
	Tags      map[string]string `json:"tags" yaml:"tags"`
}

// EnvironmentSeed is one registered environment version.
type EnvironmentSeed struct {
	Name       string         `json:"name" yaml:"name"`
	Version    string         `json:"version" yaml:"version"`
	Definition map[string]any `json:"definition" yaml:"definition"`
}

// ServiceSeed is one deployed service.
type ServiceSeed struct {
	Name string `json:"name" yaml:"name"`
	// ComputeType is ACI or AKS, or a type that cannot be created here, such as
	// AKSENDPOINT: the emulator only shows such a service.
	ComputeType string `json:"computeType" yaml:"computeType"`
	State       string `json:"state" yaml:"state"` // Healthy where empty
	// Definition is the rest of a create request for ACI and AKS, keys included,
	// and what GET shows beside name, type, state and times for any other type.
	Definition map[string]any `json:"definition" yaml:"definition"`
}

// DefaultSeed is one workspace with two AKS clusters, three model versions, two
// environments, and one principal per built-in role.
func DefaultSeed() Seed {
	return Seed{
		TenantID: DefaultTenantID,
		Principals: []Principal{
			{ClientID: OwnerClientID, ClientSecret: OwnerSecret, DisplayName: "owner", Role: "Owner"},
			{ClientID: ContributorClientID, ClientSecret: ContributorSecret, DisplayName: "contributor", Role: "Contributor"},
			{ClientID: ReaderClientID, ClientSecret: ReaderSecret, DisplayName: "reader", Role: "Reader"},
		},
		ManagedIdentityClientID: ContributorClientID,
		Workspaces:              []WorkspaceSeed{DefaultWorkspaceSeed(DefaultWorkspaceName)},
	}
}

// DefaultWorkspaceSeed is the workspace of DefaultSeed under another name.
func DefaultWorkspaceSeed(name string) WorkspaceSeed {
	return WorkspaceSeed{
		SubscriptionID: DefaultSubscriptionID,
		ResourceGroup:  DefaultResourceGroup,
		Name:           name,
		Location:       DefaultLocation,
		Computes: []ComputeSeed{
			{Name: DefaultCompute},
			{Name: FarCompute, Location: "eastus"},
		},
		Models: []ModelSeed{
			{Name: "iris", Version: 1, Framework: "ScikitLearn"},
			{Name: "iris", Version: 2, Framework: "ScikitLearn"},
			{Name: "raw", Version: 1, Framework: "Custom"},
		},
		Environments: []EnvironmentSeed{
			{Name: "sklearn-env", Version: "1", Definition: sklearnDefinition()},
			{Name: "AzureML-sklearn-1.0", Version: "1", Definition: sklearnDefinition()},
		},
	}
}

func sklearnDefinition() map[string]any {
	return map[string]any{
		"python": map[string]any{
			"userManagedDependencies": false,
			"interpreterPath":         "python",
			"condaDependencies": map[string]any{
				"name":     "project_environment",
				"channels": []any{"conda-forge"},
				"dependencies": []any{
					"python=3.8", "scikit-learn=1.0",
					map[string]any{"pip": []any{"azureml-defaults"}},
				},
			},
		},
		"environmentVariables":    map[string]any{"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
		"docker":                  map[string]any{"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"},
		"spark":                   map[string]any{"repositories": []any{}, "packages": []any{}, "precachePackages": true},
		"inferencingStackVersion": "latest",
	}
}
