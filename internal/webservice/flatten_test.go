// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// wireAKS and wireACI are the services of aksState and aciState, on the wire.
const (
	wireAKS = `"name":"iris","computeType":"AKS","state":"Healthy","kvTags":{},"properties":{"hasInferenceSchema":"False"},"createdTime":"2026-01-01T00:00:00Z","updatedTime":"2026-01-02T00:00:00Z",
	"environmentImageRequest":{"modelIds":["iris:1"]},"authEnabled":true,"aadAuthEnabled":false,"appInsightsEnabled":false,"dataCollection":{"storageEnabled":false,"eventHubEnabled":false},
	"containerResourceRequirements":{"cpu":0.10000000149011612,"memoryInGB":0.5,"gpu":0},"computeName":"aks-demo","namespace":"azureml-ws-demo","numReplicas":2,
	"autoScaler":{"autoscaleEnabled":true,"minReplicas":1,"maxReplicas":10,"targetUtilization":70,"refreshPeriodInSeconds":1},"scoringTimeoutMs":60000,
	"maxConcurrentRequestsPerContainer":1,"maxQueueWaitMs":500,"livenessProbeRequirements":null,"scoringUri":"http://1.2.3.4/score","swaggerUri":"http://1.2.3.4/swagger.json"`
	wireACI = `"name":"iris","computeType":"ACI","state":"Healthy","kvTags":{},"properties":{},"createdTime":"2026-01-01T00:00:00Z","updatedTime":"2026-01-02T00:00:00Z",
	"environmentImageRequest":{"modelIds":["iris:1"]},"authEnabled":true,"appInsightsEnabled":false,"containerResourceRequirements":{"cpu":0.1,"memoryInGB":0.5},
	"location":"West Europe","publicIp":"1.2.3.4","publicFqdn":"made-up.westeurope.azurecontainer.io","scoringUri":"http://1.2.3.4/score","swaggerUri":"http://1.2.3.4/swagger.json",
	"sslEnabled":false,"sslCertificate":"","sslKey":"","cname":""`
)

func serviceOf(t *testing.T, wire, changes string) *azureml.Service {
	t.Helper()
	decode := func(text string) map[string]any {
		members := map[string]any{}
		if err := json.Unmarshal([]byte(text), &members); err != nil {
			t.Fatal(err)
		}
		return members
	}
	document := decode("{" + wire + "}")
	if changes != "" {
		overlay(document, decode(changes))
	}
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var service azureml.Service
	if err := json.Unmarshal(encoded, &service); err != nil {
		t.Fatal(err)
	}
	return &service
}

// overlay lays the members of changes over those of document, object by object.
func overlay(document, changes map[string]any) {
	for name, value := range changes {
		within, isObject := document[name].(map[string]any)
		if changed, also := value.(map[string]any); isObject && also {
			overlay(within, changed)
			continue
		}
		document[name] = value
	}
}

func plainState(t *testing.T, d deployment) fields {
	t.Helper()
	var raw tftypes.Value
	if diags := store(t.Context(), d, &raw); diags.HasError() {
		t.Fatal(diags)
	}
	return plain(t, raw).(fields)
}

var imported = fields{"id": testWorkspace.Service("iris").String(), "workspace_id": testWorkspace.String(), "name": "iris"}

func TestFlatten(t *testing.T) {
	t.Parallel()
	const aci, aks = azureml.ComputeACI, azureml.ComputeAKS
	code := fields{"entry_script": "score.py", "source_url": "aml://artifact/x/score.py"}
	coded := func(environment fields) fields {
		return fields{"inference_config": merged(code, fields{"environment": environment})}
	}
	const assets = `"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py","mimeType":"application/octet-stream"}],"environment":`
	uploaded := fields{"inference_config": fields{"entry_script": "score.py", "source_directory": "/one/src", "source_directory_name": "src", "source_url": "aml://artifact/one/code.tar.gz", "code_hash": "a", "environment": inline}}
	tls := fields{"enabled": true, "cert_pem": "c", "key_pem": "k", "cname": "a.b"}
	for name, test := range map[string]struct {
		compute azureml.ComputeType
		prior   fields // against the least service; nil is an import
		wire    string
		want    fields // against the least service
	}{
		"AKS refreshed":               {compute: aks, prior: fields{}},
		"AKS imported":                {compute: aks},
		"ACI refreshed":               {compute: aci, prior: fields{}},
		"ACI imported":                {compute: aci},
		"workspace spelling":          {compute: aks, prior: fields{"workspace_id": strings.ToUpper(testWorkspace.String())}, want: fields{"workspace_id": strings.ToUpper(testWorkspace.String()), "id": "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/RG-DEMO/providers/Microsoft.MachineLearningServices/workspaces/WS-DEMO/services/iris"}},
		"location spelling":           {compute: aci, prior: fields{"location": "WestEurope"}, want: fields{"location": "WestEurope"}},
		"description":                 {compute: aks, prior: fields{}, wire: `{"description":"d"}`, want: fields{"description": "d"}},
		"description empty":           {compute: aks, prior: fields{"description": ""}, wire: `{"description":null}`, want: fields{"description": ""}},
		"tags":                        {compute: aks, prior: fields{"tags": fields{"a": "1"}}, wire: `{"kvTags":{"b":"2"}}`, want: fields{"tags": fields{"b": "2"}}},
		"tags empty":                  {compute: aks, prior: fields{"tags": fields{}}, want: fields{"tags": fields{}}},
		"properties tracked":          {compute: aks, prior: fields{"properties": fields{"a": "1", "gone": "2"}}, wire: `{"properties":{"a":"1","other":"x"}}`, want: fields{"properties": fields{"a": "1"}}},
		"properties imported":         {compute: aks, wire: `{"properties":{"a":"1","azureml.git":"x","hasHttps":"True"}}`, want: fields{"properties": fields{"a": "1"}}},
		"models, order":               {compute: aks, prior: fields{"model_ids": list{"b:1", "a:1"}}, wire: `{"environmentImageRequest":{"modelIds":["a:1","b:1"]}}`, want: fields{"model_ids": list{"b:1", "a:1"}}},
		"models, expanded":            {compute: aks, wire: `{"environmentImageRequest":null,"models":[{"id":"iris:2"}]}`, want: fields{"model_ids": list{"iris:2"}}},
		"models, drift":               {compute: aks, prior: fields{}, wire: `{"environmentImageRequest":{"modelIds":["iris:2"]}}`, want: fields{"model_ids": list{"iris:2"}}},
		"auth drift":                  {compute: aks, prior: fields{}, wire: `{"authEnabled":false,"aadAuthEnabled":true}`, want: fields{"auth_enabled": false, "token_auth_enabled": true}},
		"fixed replicas":              {compute: aks, prior: fields{}, wire: `{"numReplicas":3,"autoScaler":{"autoscaleEnabled":false,"minReplicas":null,"maxReplicas":null}}`, want: fields{"num_replicas": 3, "autoscale": fields{"enabled": false}}},
		"fixed, no autoscaler":        {compute: aks, prior: fields{}, wire: `{"numReplicas":3,"autoScaler":null}`, want: fields{"num_replicas": 3, "autoscale": fields{"enabled": false}}},
		"limits":                      {compute: aks, prior: fields{}, wire: `{"containerResourceRequirements":{"cpuLimit":1,"memoryInGBLimit":2,"gpu":1}}`, want: fields{"cpu_cores_limit": 1, "memory_gb_limit": 2, "gpu_cores": 1}},
		"probe member":                {compute: aks, prior: fields{}, wire: `{"livenessProbeRequirements":{"periodSeconds":7}}`, want: fields{"liveness_probe": merged(probeDefaults, fields{"period_seconds": 7})}},
		"tls imported":                {compute: aci, wire: `{"sslEnabled":true,"cname":"a.b"}`, want: fields{"ssl": fields{"enabled": true, "cname": "a.b"}}},
		"tls same":                    {compute: aci, prior: fields{"ssl": tls}, wire: `{"sslEnabled":true,"cname":"a.b"}`, want: fields{"ssl": tls}},
		"tls turned off":              {compute: aci, prior: fields{"ssl": tls}, want: fields{"ssl": merged(tls, fields{"enabled": false})}},
		"vnet and cmk":                {compute: aci, wire: `{"vnetConfiguration":{"vnetName":"v","subnetName":"s"},"encryptionProperties":{"vaultBaseUrl":"u","keyName":"k","keyVersion":"1"}}`, want: fields{"vnet": fields{"vnet_name": "v", "subnet_name": "s"}, "cmk": fields{"vault_base_url": "u", "key_name": "k", "key_version": "1"}}},
		"collection left out":         {compute: aci, prior: fields{"collect_model_data": true}, want: fields{"collect_model_data": true}},
		"collection off":              {compute: aci, prior: fields{"collect_model_data": true}, wire: `{"dataCollection":{"storageEnabled":false}}`, want: fields{"collect_model_data": false}},
		"label returned":              {compute: aci, wire: `{"dnsNameLabel":"chosen"}`, want: fields{"dns_name_label": "chosen"}},
		"no code, chosen environment": {compute: aks, prior: fields{}, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"environment":{"name":"AzureML-x","version":"1"}}}`},
		"code removed":                {compute: aks, prior: coded(inline)},
		"code, registered imported":   {compute: aks, wire: `{` + assets + `{"name":"e","version":"2","docker":{"baseImage":"i"},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py"}}}}`, want: coded(fields{"name": "e", "version": "2", "resolved_version": "2"})},
		"code, reference":             {compute: aks, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/x/score.py"}],"environmentReference":{"name":"e","version":"2"}}}`, want: coded(fields{"name": "e", "version": "2", "resolved_version": "2"})},
		"code, inline imported": {
			compute: aks, wire: `{` + assets + `{"name":"e","docker":{"baseImage":"i","baseImageRegistry":{"address":"r"}},"python":{"userManagedDependencies":false,"condaDependencies":{"dependencies":["a"]}},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"score.py","A":"b"}}}}`,
			want: coded(fields{"name": "e", "base_image": "i", "base_image_registry": fields{"address": "r"}, "conda_dependencies": "dependencies:\n    - a\n", "environment_variables": fields{"A": "b"}}),
		},
		"code, inline same": {
			compute: aks, prior: coded(merged(inline, fields{"conda_dependencies": "dependencies: [a]"})), wire: `{` + assets + `{"name":"e","version":"Autosave_1","docker":{"baseImage":"i","baseImageRegistry":{"address":"mcr"}},"python":{"userManagedDependencies":false,"condaDependencies":{"dependencies":["a"]}},"inferencingStackVersion":"latest"}}}`,
			want: coded(merged(inline, fields{"conda_dependencies": "dependencies: [a]"})),
		},
		"code, image drift":         {compute: aks, prior: coded(inline), wire: `{` + assets + `{"name":"e","docker":{"baseImage":"j"},"python":{"userManagedDependencies":true}}}}`, want: coded(fields{"name": "e", "base_image": "j"})},
		"code, version drift":       {compute: aks, prior: coded(fields{"name": "e", "version": "1"}), wire: `{` + assets + `{"name":"e","version":"2"}}}`, want: coded(fields{"name": "e", "version": "2", "resolved_version": "2"})},
		"code, no environment":      {compute: aks, prior: coded(inline), wire: `{` + assets + `null}}`, want: coded(inline)},
		"code, not reported":        {compute: aks, prior: coded(inline), wire: `{"environmentImageRequest":null,"models":[{"id":"iris:1"}]}`, want: coded(inline)},
		"code, source drift":        {compute: aks, prior: merged(coded(inline), nil), wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"new.py","url":"aml://artifact/y/new.py"}],"environment":{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true}}}}`, want: fields{"inference_config": fields{"entry_script": "new.py", "source_url": "aml://artifact/y/new.py", "environment": inline}}},
		"code, archive and query":   {compute: aks, prior: fields{"inference_config": fields{"entry_script": "s/score.py", "source_url": "https://h/c.tgz?sig=1", "source_directory_name": "code", "environment": inline}}, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"c.tgz","url":"https://h/c.tgz","unpack":true}],"environment":{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"code/s/score.py","AZUREML_SOURCE_DIRECTORY":"code"}}}}`, want: fields{"inference_config": fields{"entry_script": "s/score.py", "source_url": "https://h/c.tgz?sig=1", "source_directory_name": "code", "environment": inline}}},
		"code, archive imported":    {compute: aks, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"driverProgram":"d.py","assets":[{"id":"d.py","url":"aml://artifact/d.py"},{"id":"c.tgz","url":"https://h/c.tgz","unpack":true}],"environment":{"name":"e","version":"1","environmentVariables":{"AZUREML_ENTRY_SCRIPT":"code/s/score.py","AZUREML_SOURCE_DIRECTORY":"code"}}}}`, want: fields{"inference_config": fields{"entry_script": "s/score.py", "source_url": "https://h/c.tgz", "source_directory_name": "code", "driver_url": "aml://artifact/d.py", "environment": fields{"name": "e", "version": "1", "resolved_version": "1"}}}},
		"code, latest stays latest": {compute: aks, prior: coded(fields{"name": "e", "version": "latest", "resolved_version": "1"}), wire: `{` + assets + `{"name":"e","version":"2"}}}`, want: coded(fields{"name": "e", "version": "latest", "resolved_version": "2"})},
		"code, no version stays so": {compute: aks, prior: coded(fields{"name": "e", "resolved_version": "1"}), wire: `{` + assets + `{"name":"e"}}}`, want: coded(fields{"name": "e", "resolved_version": "1"})},
		"code, folder":              {compute: aks, prior: uploaded, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"code.tar.gz","url":"aml://artifact/one/code.tar.gz","unpack":true}],"environment":{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"src/score.py","AZUREML_SOURCE_DIRECTORY":"src"}}}}`, want: uploaded},
		"code, folder, drift": {
			compute: aks, prior: uploaded, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"code.tar.gz","url":"aml://artifact/two/code.tar.gz","unpack":true}],"environment":{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true},"environmentVariables":{"AZUREML_ENTRY_SCRIPT":"src/score.py","AZUREML_SOURCE_DIRECTORY":"src"}}}}`,
			want: fields{"inference_config": fields{"entry_script": "score.py", "source_directory": "/one/src", "source_directory_name": "src", "source_url": "aml://artifact/two/code.tar.gz", "environment": inline}},
		},
		"code, file, drift": {
			compute: aks, prior: fields{"inference_config": fields{"entry_script": "/one/score.py", "source_url": "aml://artifact/x/score.py", "code_hash": "a", "environment": inline}}, wire: `{"environmentImageRequest":{"modelIds":["iris:1"],"assets":[{"id":"score.py","url":"aml://artifact/two/score.py"}],"environment":{"name":"e","docker":{"baseImage":"i"},"python":{"userManagedDependencies":true}}}}`,
			want: fields{"inference_config": fields{"entry_script": "/one/score.py", "source_url": "aml://artifact/two/score.py", "environment": inline}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, wire := aksState, wireAKS
			if test.compute == aci {
				base, wire = aciState, wireACI
			}
			prior := imported
			if test.prior != nil {
				prior = base(test.prior)
			}
			d := flatten(t.Context(), serviceOf(t, wire, test.wire), testWorkspace, deploymentOf(t, test.compute, prior))
			if diff := cmp.Diff(base(test.want), plainState(t, d)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
