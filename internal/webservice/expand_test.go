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
	t.Run("location", func(t *testing.T) {
		t.Parallel()
		plan := deploymentOf(t, azureml.ComputeACI, aciState(fields{"location": "West Europe"}))
		compareJSON(t, `"westeurope"`, expand(t.Context(), plan, secrets{}, image, false).Location)
	})
	t.Run("AKS fixed", func(t *testing.T) {
		t.Parallel()
		plan := deploymentOf(t, azureml.ComputeAKS, aksState(fields{"autoscale": fields{"enabled": false}, "num_replicas": 3}))
		request := expand(t.Context(), plan, secrets{}, image, false)
		compareJSON(t, `{"autoscaleEnabled":false}`, request.AutoScaler)
		compareJSON(t, `3`, request.NumReplicas)
	})
}
