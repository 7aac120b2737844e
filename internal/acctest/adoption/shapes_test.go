// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"fmt"
	"strings"
)

// code is the image of an InferenceConfig with this environment. The SDK uploads a
// driver program, and the source directory as an archive.
func code(environment string) string {
	return `"environmentImageRequest": {"modelIds": ["iris:1"], "driverProgram": "_generated_driver.py", "assets": [
		{"id": "_generated_driver.py", "url": "aml://artifact/LocalUpload/0a1b2c3d/_generated_driver.py", "mimeType": "application/x-python"},
		{"id": "src.tar.gz", "url": "aml://artifact/LocalUpload/4e5f6a7b/src.tar.gz", "mimeType": "application/octet-stream", "unpack": true}],
		"environment": ` + environment + `}`
}

// environment is the definition that the SDK spells out in each deployment, with the
// variables that it adds. The arguments replace text of it, in pairs.
func environment(replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(`{
		"name": "ours", "version": "Autosave_2023-04-05T06:07:08Z_0a1b2c3d", "assetId": null, "autoRebuild": true,
		"environmentVariables": {"MODE": "fast", "AZUREML_ENTRY_SCRIPT": "src/score.py", "AZUREML_SOURCE_DIRECTORY": "src"},
		"python": {"userManagedDependencies": false, "interpreterPath": "python", "condaDependenciesFile": null, "baseCondaEnvironment": null, "condaDependencies": {
			"channels": ["conda-forge"], "dependencies": ["python=3.8", {"pip": ["azureml-defaults", "joblib==1.0"]}], "name": "project_environment"}},
		"docker": {"enabled": false, "baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", "baseDockerfile": null, "sharedVolumes": true, "shmSize": "2g", "arguments": [],
			"platform": {"os": "Linux", "architecture": "amd64"}, "baseImageRegistry": {"address": null, "username": null, "password": null, "registryIdentity": null}},
		"spark": {"repositories": [], "packages": [], "precachePackages": true},
		"databricks": {"mavenLibraries": [], "pypiLibraries": [], "rcranLibraries": [], "jarLibraries": [], "eggLibraries": []},
		"r": null, "inferencingStackVersion": null}`)
}

// registered is the definition of sklearn-env, version 1, as the workspace has it.
const registered = `{"name": "sklearn-env", "version": "1", "environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "AZUREML_ENTRY_SCRIPT": "src/score.py", "AZUREML_SOURCE_DIRECTORY": "src"},
	"python": {"userManagedDependencies": false, "interpreterPath": "python", "condaDependencies": {
		"name": "project_environment", "channels": ["conda-forge"], "dependencies": ["python=3.8", "scikit-learn=1.0", {"pip": ["azureml-defaults"]}]}},
	"docker": {"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"},
	"spark": {"repositories": [], "packages": [], "precachePackages": true}, "inferencingStackVersion": "latest"}`

// ownersEnvironment is sklearn-env after Environment.get and the usual changes.
var ownersEnvironment = strings.NewReplacer(`["azureml-defaults"]`, `["azureml-defaults", "joblib==1.0"]`, `"EXAMPLE_VALUE"`, `"EXAMPLE_VALUE", "ADDED": "yes"`).Replace(registered)

const (
	toVariable = "environmentImageRequest.environment.environmentVariables"
	toPackage  = "environmentImageRequest.environment.python.condaDependencies.dependencies"
	toCPU      = "containerResourceRequirements.cpu"
)

// shapes are the 30 services.
func shapes() []shape {
	describe := [2]string{`description = null`, `description = "adopted"`}
	described := map[string]any{"description": "adopted"}
	moreCPU, cpu := [2]string{`cpu_cores = 0\.1`, `cpu_cores = 0.25`}, map[string]any{toCPU: 0.25}
	return []shape{
		{"aci-open", ``, describe, described},
		{
			"aci-keys", `"authEnabled": true, "keys": {"primaryKey": "0123456789abcdef0123456789abcdef", "secondaryKey": "fedcba9876543210fedcba9876543210"}`,
			[2]string{`memory_gb = 0\.5`, `memory_gb = 1`},
			map[string]any{"containerResourceRequirements.memoryInGB": 1.0},
		},
		{
			"aci-tags", `"kvTags": {"team": "flowers", "cost center": "1"}, "properties": {"a/b~c": "1", "run": "r1"}, "description": "\"quoted\" ${text}\nof two lines"`,
			[2]string{`team = "flowers"`, `team = "trees"`},
			map[string]any{"kvTags": map[string]any{"team": "trees", "cost center": "1"}},
		},
		{
			"aci-tls", fmt.Sprintf(`"authEnabled": true, "sslEnabled": true, "sslCertificate": %q, "sslKey": %q, "cname": "iris.example.com"`, "-----BEGIN CERTIFICATE-----\nMQ==\n-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nMQ==\n-----END PRIVATE KEY-----\n"),
			describe, described,
		},
		{"aci-vnet", `"authEnabled": true, "vnetConfiguration": {"vnetName": "net", "subnetName": "default"}`, moreCPU, cpu},
		{
			"aci-cmk", `"authEnabled": true, "encryptionProperties": {"vaultBaseUrl": "https://one.vault.azure.net/", "keyName": "key", "keyVersion": "1"}`,
			[2]string{`enable_app_insights = false`, `enable_app_insights = true`},
			map[string]any{"appInsightsEnabled": true},
		},
		{"aci-label", `"authEnabled": true, "dnsNameLabel": "our-iris"`, moreCPU, cpu},
		{"aci-region", `"authEnabled": true, "location": "East US"`, moreCPU, cpu},
		{"aci-insights", `"authEnabled": true, "appInsightsEnabled": true`, [2]string{`enable_app_insights = true`, `enable_app_insights = false`}, map[string]any{"appInsightsEnabled": false}},
		{"aci-collect", `"authEnabled": true, "dataCollection": {"storageEnabled": true, "eventHubEnabled": true}`, moreCPU, cpu},
		{"aci-registered", `"authEnabled": true, ` + code(registered), moreCPU, cpu},
		{"aci-owners", `"authEnabled": true, ` + code(ownersEnvironment), [2]string{`joblib==1\.0`, `joblib==1.1`}, map[string]any{toPackage + ".2.pip.1": "joblib==1.1"}},
		{
			"aci-inline", `"authEnabled": true, ` + code(environment(`"interpreterPath": "python"`, `"interpreterPath": "/opt/python"`, `"arguments": []`, `"arguments": ["--ulimit", "nofile=1"]`, `"amd64"`, `"arm64"`, `"enabled": false`, `"enabled": true`)),
			[2]string{`MODE = "fast"`, `MODE = "slow"`},
			map[string]any{toVariable + ".MODE": "slow"},
		},
		{"aci-spark", `"authEnabled": true, ` + code(environment(`"repositories": [], "packages": [], "precachePackages": true`,
			`"repositories": ["https://repo.example.com"], "packages": [{"group": "g", "artifact": "a", "version": "1"}], "precachePackages": false`, `"jarLibraries": []`, `"jarLibraries": ["x.jar"]`)), moreCPU, cpu},
		{
			"aci-dockerfile", `"authEnabled": true, ` + code(environment(`"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04", "baseDockerfile": null`, `"baseImage": null, "baseDockerfile": "FROM example.azurecr.io/base:1\nRUN echo \"${HOME}\"\n"`)),
			[2]string{`MODE = "fast"`, `MODE = "slow"`},
			map[string]any{toVariable + ".MODE": "slow"},
		},
		{"aci-registry", `"authEnabled": true, ` + code(environment(`"address": null, "username": null, "password": null`, `"address": "example.azurecr.io", "username": "puller", "password": "a-registry-password"`)), describe, described},

		{"aks-keys", ``, describe, described},
		{"aks-tokens", `"authEnabled": false, "aadAuthEnabled": true`, [2]string{`scoring_timeout_ms = 60000`, `scoring_timeout_ms = 30000`}, map[string]any{"scoringTimeoutMs": 30000.0}},
		{"aks-open", `"authEnabled": false, "aadAuthEnabled": false, "maxQueueWaitMs": 0`, [2]string{`max_request_wait_time = 0`, `max_request_wait_time = 900`}, map[string]any{"maxQueueWaitMs": 900.0}},
		{
			"aks-fixed", `"numReplicas": 3, "autoScaler": {"autoscaleEnabled": false, "minReplicas": null, "maxReplicas": null, "targetUtilization": null, "refreshPeriodInSeconds": null}`,
			[2]string{`num_replicas = 3`, `num_replicas = 2`},
			map[string]any{"numReplicas": 2.0, "deploymentStatus.desiredReplicas": 2.0, "deploymentStatus.updatedReplicas": 2.0, "deploymentStatus.availableReplicas": 2.0},
		},
		{
			"aks-scaled", `"autoScaler": {"autoscaleEnabled": true, "minReplicas": 2, "maxReplicas": 5, "targetUtilization": 60, "refreshPeriodInSeconds": 3}`,
			[2]string{`max_replicas = 5`, `max_replicas = 6`},
			map[string]any{"autoScaler.maxReplicas": 6.0},
		},
		{
			"aks-limits", `"containerResourceRequirements": {"cpu": 0.5, "cpuLimit": 1, "memoryInGB": 1.5, "memoryInGBLimit": 2.5, "gpu": null}`,
			[2]string{`cpu_cores_limit = 1`, `cpu_cores_limit = 2`},
			map[string]any{"containerResourceRequirements.cpuLimit": 2.0},
		},
		{
			"aks-gpu", `"containerResourceRequirements": {"cpu": 1, "cpuLimit": null, "memoryInGB": 2, "memoryInGBLimit": null, "gpu": 1}`,
			[2]string{`gpu_cores = 1`, `gpu_cores = 2`},
			map[string]any{"containerResourceRequirements.gpu": 2.0},
		},
		{
			"aks-probe", `"livenessProbeRequirements": {"periodSeconds": 20, "initialDelaySeconds": 0, "timeoutSeconds": 3, "failureThreshold": 5, "successThreshold": 1}`,
			[2]string{`failure_threshold = 5`, `failure_threshold = 6`},
			map[string]any{"livenessProbeRequirements.failureThreshold": 6.0},
		},
		{
			"aks-namespace", `"namespace": "scoring", "maxConcurrentRequestsPerContainer": 2`,
			[2]string{`replica_max_concurrent_requests = 2`, `replica_max_concurrent_requests = 4`},
			map[string]any{"maxConcurrentRequestsPerContainer": 4.0},
		},
		{
			"aks-collect", `"dataCollection": {"storageEnabled": true, "eventHubEnabled": true}, "appInsightsEnabled": true`,
			[2]string{`collect_model_data = true`, `collect_model_data = false`},
			map[string]any{"dataCollection.storageEnabled": false},
		},
		{
			"aks-inline", code(environment(`"interpreterPath": "python"`, `"interpreterPath": "/opt/python"`, `"arguments": []`, `"arguments": ["--ulimit", "nofile=1"]`, `"r": null`, `"r": {"rVersion": "3.6", "userManaged": true}`)),
			[2]string{`MODE = "fast"`, `MODE = "slow"`},
			map[string]any{toVariable + ".MODE": "slow"},
		},
		{"aks-owners", code(ownersEnvironment), [2]string{`ADDED = "yes"`, `ADDED = "no"`}, map[string]any{toVariable + ".ADDED": "no"}},
		{
			"aks-models", strings.NewReplacer(`["iris:1"]`, `["iris:1", "raw:1"]`, `"id": "src.tar.gz", "url": "aml://artifact/LocalUpload/4e5f6a7b/src.tar.gz"`, `"id": "score.py", "url": "aml://artifact/LocalUpload/4e5f6a7b/score.py"`,
				`"mimeType": "application/octet-stream", "unpack": true`, `"mimeType": "application/octet-stream"`, `src/score.py", "AZUREML_SOURCE_DIRECTORY": "src"`, `score.py"`).Replace(code(environment())),
			[2]string{`"raw:1"`, `"iris:2"`},
			map[string]any{"environmentImageRequest.modelIds": []any{"iris:1", "iris:2"}},
		},
		{
			"aks-blobfuse", `"storageInitEnabled": false, "properties": {"run": "r1"}, "kvTags": {"team": "flowers"}`,
			[2]string{`run = "r1"`, "run = \"r1\"\n    added = \"yes\""},
			map[string]any{"properties.added": "yes"},
		},
	}
}
