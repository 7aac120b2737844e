// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// deploymentMark is the property that every create adds.
const deploymentMark = "mlws.deploymentId"

const (
	tlsKey           = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----`
	registryPassword = "registry-password-0123456789"
)

// creation is a service, and what is sent for it.
type creation struct {
	label, typeName string
	arguments       attrs
	body            string
}

// Services that name little, which every workspace can run.
var creations = []creation{
	{"aci-minimal", aciType, attrs{"auth_enabled": ""}, `{
		"name": "aci-minimal", "computeType": "ACI", "authEnabled": false,
		"environmentImageRequest": {"modelIds": ["iris:1"]},
		"containerResourceRequirements": {"cpu": 0.1, "memoryInGB": 0.5},
		"appInsightsEnabled": false, "sslEnabled": false, "dataCollection": {"storageEnabled": false}
	}`},
	{"aks-minimal", aksType, nil, `{
		"name": "aks-minimal", "computeType": "AKS", "authEnabled": true, "aadAuthEnabled": false, "computeName": "aks-demo",
		"environmentImageRequest": {"modelIds": ["iris:1"]},
		"containerResourceRequirements": {"cpu": 0.1, "memoryInGB": 0.5, "gpu": 0},
		"appInsightsEnabled": false, "dataCollection": {"storageEnabled": false},
		"autoScaler": {"autoscaleEnabled": true, "minReplicas": 1, "maxReplicas": 10, "targetUtilization": 70, "refreshPeriodInSeconds": 1},
		"scoringTimeoutMs": 60000, "maxConcurrentRequestsPerContainer": 1, "maxQueueWaitMs": 500,
		"livenessProbeRequirements": {"periodSeconds": 10, "initialDelaySeconds": 310, "timeoutSeconds": 2, "successThreshold": 1, "failureThreshold": 3}
	}`},
	{"aks-fixed-token", aksType, attrs{"num_replicas": "3", "token_auth_enabled": "true"}, `{
		"name": "aks-fixed-token", "computeType": "AKS", "authEnabled": false, "aadAuthEnabled": true, "computeName": "aks-demo",
		"environmentImageRequest": {"modelIds": ["iris:1"]},
		"containerResourceRequirements": {"cpu": 0.1, "memoryInGB": 0.5, "gpu": 0},
		"appInsightsEnabled": false, "dataCollection": {"storageEnabled": false},
		"autoScaler": {"autoscaleEnabled": false}, "numReplicas": 3,
		"scoringTimeoutMs": 60000, "maxConcurrentRequestsPerContainer": 1, "maxQueueWaitMs": 500,
		"livenessProbeRequirements": {"periodSeconds": 10, "initialDelaySeconds": 310, "timeoutSeconds": 2, "successThreshold": 1, "failureThreshold": 3}
	}`},
}

// Services that name everything there is.
var fullCreations = []creation{
	{"aci-full", aciType, attrs{
		"description":  `"everything"`,
		"tags":         `{ team = "a" }`,
		"properties":   `{ "a/b" = "1" }`,
		"model_ids":    `["iris:1", "raw:1"]`,
		"auth_enabled": "true", "token_auth_enabled": "false",
		"cpu_cores": "0.5", "memory_gb": "1.5", "enable_app_insights": "true", "collect_model_data": "true",
		"location": `"West Europe"`, "dns_name_label": `"my-label"`,
		"ssl":  `{ cert_pem = ` + certOne + `, key_pem_wo = "` + tlsKey + `", key_pem_wo_version = 1, cname = "iris.example.com" }`,
		"vnet": `{ vnet_name = "net", subnet_name = "default" }`,
		"cmk":  `{ vault_base_url = "https://one.vault.azure.net/", key_name = "key", key_version = "1" }`,
		"inference_config": `{
			entry_script          = "src/score.py"
			source_url            = "https://example.blob.core.windows.net/code/code.tar.gz"
			source_directory_name = "code"
			driver_url            = "aml://artifact/code/driver/_generated.py"
			environment = {
				name                      = "inline"
				base_image                = "example.azurecr.io/base:1"
				base_image_registry       = { address = "example.azurecr.io", username = "puller", password_wo = "` + registryPassword + `", password_wo_version = 1 }
				conda_dependencies        = yamlencode({ dependencies = ["python=3.8", { pip = ["azureml-defaults"] }] })
				environment_variables     = { LEVEL = "debug" }
				inferencing_stack_version = "latest"
			}
		}`,
		"timeouts": `{ create = "10m", update = "10m", delete = "10m", read = "1m" }`,
	}, `{
		"name": "aci-full", "computeType": "ACI", "description": "everything", "kvTags": {"team": "a"}, "properties": {"a/b": "1"},
		"authEnabled": true, "location": "westeurope", "dnsNameLabel": "my-label",
		"environmentImageRequest": {
			"modelIds": ["iris:1", "raw:1"], "driverProgram": "_generated.py",
			"assets": [
				{"id": "_generated.py", "url": "aml://artifact/code/driver/_generated.py", "mimeType": "application/x-python"},
				{"id": "code.tar.gz", "url": "https://example.blob.core.windows.net/code/code.tar.gz", "mimeType": "application/octet-stream", "unpack": true}
			],
			"environment": {
				"name": "inline", "inferencingStackVersion": "latest",
				"docker": {"baseImage": "example.azurecr.io/base:1", "baseImageRegistry": {"address": "example.azurecr.io", "username": "puller", "password": "` + registryPassword + `"}},
				"python": {"userManagedDependencies": false, "condaDependencies": {"dependencies": ["python=3.8", {"pip": ["azureml-defaults"]}]}},
				"environmentVariables": {"LEVEL": "debug", "AZUREML_ENTRY_SCRIPT": "code/src/score.py", "AZUREML_SOURCE_DIRECTORY": "code"}
			}
		},
		"containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 1.5},
		"appInsightsEnabled": true, "dataCollection": {"storageEnabled": true},
		"sslEnabled": true, "sslCertificate": ` + certOne + `, "sslKey": "` + tlsKey + `", "cname": "iris.example.com",
		"vnetConfiguration": {"vnetName": "net", "subnetName": "default"},
		"encryptionProperties": {"vaultBaseUrl": "https://one.vault.azure.net/", "keyName": "key", "keyVersion": "1"}
	}`},
	{"aks-full", aksType, attrs{
		"description":  `"everything"`,
		"tags":         `{ team = "a" }`,
		"properties":   `{ a = "1" }`,
		"auth_enabled": "false", "token_auth_enabled": "false",
		"cpu_cores": "0.5", "memory_gb": "1.5", "cpu_cores_limit": "1", "memory_gb_limit": "2", "gpu_cores": "1",
		"enable_app_insights": "true", "collect_model_data": "true", "namespace": `"scoring"`,
		"autoscale":          `{ enabled = true, min_replicas = 2, max_replicas = 4, target_utilization = 50, refresh_seconds = 5 }`,
		"scoring_timeout_ms": "30000", "replica_max_concurrent_requests": "2", "max_request_wait_time": "900",
		"liveness_probe": `{ period_seconds = 20, initial_delay_seconds = 30, timeout_seconds = 3, success_threshold = 2, failure_threshold = 5 }`,
		"inference_config": `{
			entry_script = "score.py"
			source_url   = "aml://artifact/code/one/score.py"
			environment  = { name = "sklearn-env", version = "1" }
		}`,
		"timeouts": `{ create = "10m", update = "10m", delete = "10m", read = "1m" }`,
	}, `{
		"name": "aks-full", "computeType": "AKS", "description": "everything", "kvTags": {"team": "a"}, "properties": {"a": "1"},
		"authEnabled": false, "aadAuthEnabled": false, "computeName": "aks-demo", "namespace": "scoring",
		"environmentImageRequest": {
			"modelIds": ["iris:1"],
			"assets": [{"id": "score.py", "url": "aml://artifact/code/one/score.py", "mimeType": "application/octet-stream"}],
			"environment": {
				"name": "sklearn-env", "version": "1", "inferencingStackVersion": "latest",
				"docker": {"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"},
				"python": {"interpreterPath": "python", "userManagedDependencies": false, "condaDependencies": {
					"name": "project_environment", "channels": ["conda-forge"], "dependencies": ["python=3.8", "scikit-learn=1.0", {"pip": ["azureml-defaults"]}]}},
				"spark": {"repositories": [], "packages": [], "precachePackages": true},
				"environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "AZUREML_ENTRY_SCRIPT": "score.py"}
			}
		},
		"containerResourceRequirements": {"cpu": 0.5, "cpuLimit": 1, "memoryInGB": 1.5, "memoryInGBLimit": 2, "gpu": 1},
		"appInsightsEnabled": true, "dataCollection": {"storageEnabled": true},
		"autoScaler": {"autoscaleEnabled": true, "minReplicas": 2, "maxReplicas": 4, "targetUtilization": 50, "refreshPeriodInSeconds": 5},
		"scoringTimeoutMs": 30000, "maxConcurrentRequestsPerContainer": 2, "maxQueueWaitMs": 900,
		"livenessProbeRequirements": {"periodSeconds": 20, "initialDelaySeconds": 30, "timeoutSeconds": 3, "successThreshold": 2, "failureThreshold": 5}
	}`},
}

func TestAccServiceCreated(t *testing.T) {
	t.Parallel()
	env := start(t)
	var config strings.Builder
	var checks []resource.TestCheckFunc
	services := creations
	if env.Runs(acctest.Seed) {
		services = slices.Concat(creations, fullCreations)
		checks = append(checks, secretOnlyInCreate(env, "aci-full", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", registryPassword))
	}
	for _, c := range services {
		config.WriteString(block(env, c.typeName, c.label, c.arguments))
		address := c.typeName + "." + c.label
		checks = append(checks, createdWith(env, c.label, c.body),
			resource.TestCheckResourceAttr(address, "id", env.ServiceID(env.Name(c.label))),
			resource.TestCheckResourceAttr(address, "state", "Healthy"),
			resource.TestCheckResourceAttrSet(address, "scoring_uri"))
	}
	checks = append(checks, env.CheckCount("CreateService", len(services)), env.CheckCount("PatchService", 0))
	env.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}, // write-only arguments
		Steps: []resource.TestStep{
			{Config: env.Config(config.String()), Check: all(checks...)},
			{Config: env.Config(config.String()), ConfigPlanChecks: emptyPlan()},
		},
	})
}

// createdWith is a check: the service was created by one request with this body.
func createdWith(env *acctest.Env, name, want string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if env.Emulator == nil {
			return nil
		}
		requests := sent(env, "CreateService", name)
		if len(requests) != 1 {
			return fmt.Errorf("%s: %d create requests, want 1", name, len(requests))
		}
		var expected, got map[string]any
		if err := json.Unmarshal([]byte(want), &expected); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := json.Unmarshal([]byte(requests[0].Body), &got); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		// A create that lost its reply is recognised by this mark.
		properties, _ := got["properties"].(map[string]any)
		mark, _ := properties[deploymentMark].(string)
		if err := uuid.Validate(mark); err != nil {
			return fmt.Errorf("%s: the property %s: %w", name, deploymentMark, err)
		}
		if delete(properties, deploymentMark); len(properties) == 0 {
			delete(got, "properties")
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			return fmt.Errorf("%s: the create body differs (-want +got):\n%s", name, diff)
		}
		return nil
	}
}

// secretOnlyInCreate is a check: the write-only secrets were sent in the create
// body of that service, in no other request, and are not in the state.
func secretOnlyInCreate(env *acctest.Env, name string, secrets ...string) func(*terraform.State) error {
	return func(state *terraform.State) error {
		if !strings.Contains(state.String(), "iris.example.com") {
			return fmt.Errorf("the state does not show what it holds, so a secret would not be found in it")
		}
		for i, secret := range secrets {
			create := sent(env, "CreateService", name)
			if len(create) != 1 || !strings.Contains(create[0].Body, secret) {
				return fmt.Errorf("secret %d was not sent", i)
			}
			for _, request := range env.Requests() {
				if strings.Contains(request.Path+request.Body, secret) && request != create[0] {
					return fmt.Errorf("secret %d is in a %s", i, request.Operation)
				}
			}
			if strings.Contains(state.String(), secret) {
				return fmt.Errorf("secret %d is in the state", i)
			}
		}
		return nil
	}
}
