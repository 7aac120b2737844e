// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// Changes by others of what only a new service can have.
var replacingDrifts = map[string][]drift{
	aksType: {
		{label: "compute-name", edit: put("computeName", "aks-far")},
		{label: "properties", arguments: attrs{"properties": `{ a = "1" }`}, edit: put("properties", map[string]any{"a": "theirs"})},
	},
	aciType: {
		{label: "location", arguments: attrs{"location": `"westeurope"`}, edit: put("location", "northeurope")},
		{label: "dns-name-label", arguments: attrs{"dns_name_label": `"my-label"`}, edit: put("publicFqdn", "theirs.westeurope.azurecontainer.io")},
		{label: "vnet", arguments: vnet("one", "default"), edit: put("vnetConfiguration.subnetName", "theirs")},
		{label: "vnet-gone", arguments: vnet("one", "default"), edit: put("vnetConfiguration", nil)},
		{label: "vnet-new", edit: put("vnetConfiguration", map[string]any{"vnetName": "theirs", "subnetName": "default"})},
		{label: "cmk", arguments: cmk("one", "key", "1"), edit: put("encryptionProperties.keyVersion", "theirs")},
		{label: "cmk-gone", arguments: cmk("one", "key", "1"), edit: put("encryptionProperties", nil)},
		{label: "properties", arguments: attrs{"properties": `{ a = "1" }`}, edit: put("properties", map[string]any{"a": "theirs"})},
	},
}

func TestAccServiceDriftReplaces(t *testing.T) {
	t.Parallel()
	for typeName, drifts := range replacingDrifts {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Edits)
			changes := make([]change, len(drifts))
			for i, d := range drifts {
				changes[i] = change{label: d.label, first: d.arguments}
			}
			config, _ := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig:        edited(t, env, drifts),
					Config:           config,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionDestroyBeforeCreate),
					Check:            all(env.CheckCount("DeleteService", len(drifts)), env.CheckCount("CreateService", len(drifts)), env.CheckCount("PatchService", 0)),
				},
			}})
		})
	}
}

// Drift that ACI can only change by an overwrite is set back by one.
func TestAccServiceDriftOverwritten(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	drifts := []drift{
		{label: "cpu-cores", edit: put("containerResourceRequirements.cpu", 2)},
		{label: "memory-gb", edit: put("containerResourceRequirements.memoryInGB", 2)},
		{label: "collect-model-data", edit: put("dataCollection", map[string]any{"storageEnabled": true})},
	}
	changes := make([]change, len(drifts))
	for i, d := range drifts {
		changes[i] = change{label: d.label}
	}
	config, _ := configs(env, aciType, changes)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig:        edited(t, env, drifts),
			Config:           config,
			ConfigPlanChecks: actions(aciType, changes, plancheck.ResourceActionUpdate),
			Check:            all(overwritten(env, changes), env.CheckCount("PatchService", 0), env.CheckCount("DeleteService", 0)),
		},
	}})
}

// Differences in the reply that mean the same, and what others may add.
var harmless = map[string][]drift{
	aksType: {
		{label: "probe-null", edit: put("livenessProbeRequirements", nil)},
		{label: "probe-member-null", edit: put("livenessProbeRequirements.periodSeconds", nil)},
		{label: "scaler-null", edit: put("autoScaler", nil)},
		{label: "scaler-null-fixed", arguments: attrs{"num_replicas": "2"}, edit: put("autoScaler", nil)},
		{label: "replicas-while-scaling", edit: put("numReplicas", 4)},
		{label: "limits-zero", edit: both(put("containerResourceRequirements.cpuLimit", 0), put("containerResourceRequirements.memoryInGBLimit", 0))},
		{label: "gpu-null", edit: put("containerResourceRequirements.gpu", nil)},
		{label: "collection-null", edit: put("dataCollection", nil)},
		{label: "float32", arguments: attrs{"cpu_cores": "0.3"}, edit: put("containerResourceRequirements.cpu", 0.30000001192092896)},
		{label: "compute-case", edit: put("computeName", "AKS-Demo")},
		{label: "namespace", edit: put("namespace", nil)},
	},
	aciType: {
		{label: "location-display", edit: put("location", "West Europe")},
		{label: "location-configured", arguments: attrs{"location": `"westeurope"`}, edit: put("location", "West Europe")},
		{label: "location-upper", arguments: attrs{"location": `"West Europe"`}, edit: put("location", "westeurope")},
		{label: "fqdn-case", arguments: attrs{"dns_name_label": `"My-Label"`}, edit: put("publicFqdn", "MY-LABEL.westeurope.azurecontainer.io")},
		{label: "collection-null", edit: put("dataCollection", nil)},
		{label: "cname-without-ssl", edit: put("cname", "theirs.example.com")},
		{label: "certificate", arguments: ssl(true, certOne, keyOne, "one.example.com"), edit: both(put("sslCertificate", ""), put("sslKey", ""))},
	},
}

var harmlessOnBoth = []drift{
	{label: "property-added", arguments: attrs{"properties": `{ a = "1" }`}, edit: put("properties.theirs", "x")},
	{label: "property-first", edit: put("properties.theirs", "x")},
	{label: "description-empty", edit: put("description", "")},
	{label: "no-models-request", edit: put("environmentImageRequest.environmentReference", nil)},
	{label: "environment-chosen", edit: put("environmentImageRequest.environment", map[string]any{"name": "AzureML-sklearn-1.0", "version": "1"})},
	{label: "sas-dropped", arguments: attrs{"inference_config": `{
		entry_script = "score.py"
		source_url   = "https://example.blob.core.windows.net/code/score.py?sig=x"
		environment  = { name = "inline", base_image = "example.azurecr.io/base:1" }
	}`}, edit: put("environmentImageRequest.assets", []any{map[string]any{"id": "score.py", "url": "https://example.blob.core.windows.net/code/score.py", "mimeType": "application/octet-stream"}})},
}

func TestAccServiceHarmlessDifferences(t *testing.T) {
	t.Parallel()
	for typeName, own := range harmless {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Edits)
			drifts := append(own[:len(own):len(own)], harmlessOnBoth...)
			changes := make([]change, len(drifts))
			for i, d := range drifts {
				changes[i] = change{label: d.label, first: d.arguments}
			}
			config, _ := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig:        edited(t, env, drifts),
					Config:           config,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionNoop),
					Check:            env.CheckCalls(),
				},
			}})
		})
	}
}
