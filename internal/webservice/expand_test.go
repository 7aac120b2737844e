// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func compareJSON(t *testing.T, want string, got any) {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(want), &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded, asJSON(t, got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	image := &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}}
	t.Run("ACI", func(t *testing.T) {
		t.Parallel()
		plan := deploymentOf(t, azureml.ComputeACI, aciState(fields{
			"dns_name_label": unknown{}, "description": "d", "tags": fields{"a": "1"}, "properties": fields{"p": "1"},
			"ssl":  fields{"enabled": true, "cert_pem": "cert", "key_pem_wo_version": 1, "cname": "a.b"},
			"vnet": fields{"vnet_name": "v", "subnet_name": "s"},
			"cmk":  fields{"vault_base_url": "https://v", "key_name": "k", "key_version": "1"},
		}))
		compareJSON(t, `{"name":"iris","computeType":"ACI","description":"d","kvTags":{"a":"1"},"properties":{"p":"1"},"environmentImageRequest":{"modelIds":["iris:1"]},
			"location":"westeurope","overwrite":true,"authEnabled":true,"appInsightsEnabled":false,"dataCollection":{"storageEnabled":false},
			"containerResourceRequirements":{"cpu":0.1,"memoryInGB":0.5},"sslEnabled":true,"sslCertificate":"cert","sslKey":"secret","cname":"a.b",
			"vnetConfiguration":{"vnetName":"v","subnetName":"s"},"encryptionProperties":{"vaultBaseUrl":"https://v","keyName":"k","keyVersion":"1"}}`,
			expand(t.Context(), plan, secrets{tlsKey: "secret"}, image, true))
	})
	t.Run("AKS", func(t *testing.T) {
		t.Parallel()
		plan := deploymentOf(t, azureml.ComputeAKS, aksState(fields{"namespace": unknown{}, "cpu_cores_limit": 1, "memory_gb_limit": 2}))
		compareJSON(t, `{"name":"iris","computeType":"AKS","environmentImageRequest":{"modelIds":["iris:1"]},"authEnabled":true,"aadAuthEnabled":false,"appInsightsEnabled":false,
			"dataCollection":{"storageEnabled":false},"containerResourceRequirements":{"cpu":0.1,"cpuLimit":1,"memoryInGB":0.5,"memoryInGBLimit":2,"gpu":0},"computeName":"aks-demo",
			"autoScaler":{"autoscaleEnabled":true,"minReplicas":1,"maxReplicas":10,"targetUtilization":70,"refreshPeriodInSeconds":1},"scoringTimeoutMs":60000,
			"maxConcurrentRequestsPerContainer":1,"maxQueueWaitMs":500,
			"livenessProbeRequirements":{"periodSeconds":10,"initialDelaySeconds":310,"timeoutSeconds":2,"successThreshold":1,"failureThreshold":3}}`,
			expand(t.Context(), plan, secrets{}, image, false))
	})
	t.Run("AKS fixed", func(t *testing.T) {
		t.Parallel()
		plan := deploymentOf(t, azureml.ComputeAKS, aksState(fields{"autoscale": fields{"enabled": false}, "num_replicas": 3}))
		request := expand(t.Context(), plan, secrets{}, image, false)
		compareJSON(t, `{"autoscaleEnabled":false}`, request.AutoScaler)
		compareJSON(t, `3`, request.NumReplicas)
	})
}

func TestExpandImage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config fields
		want   string
	}{
		"no code": {fields{"model_ids": list{"a:1"}}, `{"modelIds":["a:1"]}`},
		"no models, one file": {inference(inline), `{"modelIds":[],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],
			"environment":{"name":"e","python":{"userManagedDependencies":true},"docker":{"baseImage":"i"},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`},
		"archive with driver": {fields{"inference_config": fields{
			"entry_script": "src/score.py", "source_url": "https://h/c/code.tgz?sig=x", "source_directory_name": "code", "driver_url": "aml://artifact/d/_generated.py",
			"environment": fields{"name": "e", "base_dockerfile": "FROM i", "conda_dependencies": "dependencies: [python=3.8, {pip: [x]}]", "environment_variables": fields{"A": "b"}, "inferencing_stack_version": "latest"},
		}}, `{"modelIds":[],"driverProgram":"_generated.py","assets":[{"id":"_generated.py","url":"aml://artifact/d/_generated.py","mimeType":"application/x-python"},
			{"id":"code.tgz","url":"https://h/c/code.tgz?sig=x","mimeType":"application/octet-stream","unpack":true}],
			"environment":{"name":"e","python":{"userManagedDependencies":false,"condaDependencies":{"dependencies":["python=3.8",{"pip":["x"]}]}},"docker":{"baseDockerfile":"FROM i"},
			"environmentVariables":{"A":"b","AZUREML_ENTRY_SCRIPT":"code/src/score.py","AZUREML_SOURCE_DIRECTORY":"code"},"inferencingStackVersion":"latest"}}`},
		"private registry": {
			inference(fields{"name": "e", "base_image": "i", "user_managed_dependencies": false, "base_image_registry": fields{"address": "r", "username": "u"}}),
			`{"modelIds":[],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],
			"environment":{"name":"e","python":{"userManagedDependencies":false},"docker":{"baseImage":"i","baseImageRegistry":{"address":"r","username":"u","password":"pw"}},
			"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := deploymentOf(t, azureml.ComputeACI, test.config)
			got, diags := image(t.Context(), nil, plan, secrets{registryPassword: "pw"})
			if diags.HasError() {
				t.Fatal(diags)
			}
			compareJSON(t, test.want, got)
		})
	}
}

func TestWithVariables(t *testing.T) {
	t.Parallel()
	added := map[string]string{"A": "new", "B": "2"}
	for definition, want := range map[string]string{
		`{"name":"e","x":{"y":[1.50]}}`:                         `{"name":"e","x":{"y":[1.5]},"environmentVariables":{"A":"new","B":"2"}}`,
		`{"environmentVariables":null}`:                         `{"environmentVariables":{"A":"new","B":"2"}}`,
		`{"environmentVariables":{"A":"old","C":"3"},"name":1}`: `{"environmentVariables":{"A":"new","B":"2","C":"3"},"name":1}`,
	} {
		got, err := withVariables(json.RawMessage(definition), added)
		if err != nil {
			t.Fatal(err)
		}
		compareJSON(t, want, got)
	}
	for _, definition := range []string{`[]`, `{"environmentVariables":[]}`, ``} {
		if _, err := withVariables(json.RawMessage(definition), added); err == nil {
			t.Errorf("%s was accepted", definition)
		}
	}
}
