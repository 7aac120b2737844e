// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// drift is a change of one attribute that somebody else has made, in wire form,
// and the patch that sets it back.
type drift struct {
	label     string
	arguments attrs
	edit      func(service map[string]any)
	patch     string
}

// put sets one member of the wire form, such as autoScaler.minReplicas.
func put(path string, value any) func(map[string]any) {
	return func(service map[string]any) {
		names := strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			inner, ok := service[name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				service[name] = inner
			}
			service = inner
		}
		service[names[len(names)-1]] = value
	}
}

// both makes two changes.
func both(first, second func(map[string]any)) func(map[string]any) {
	return func(service map[string]any) {
		first(service)
		second(service)
	}
}

const oneModel = `{"modelIds":["iris:1"]}`

// code is what registeredEnvironment and the model deploy.
const code = `{
	"modelIds": ["iris:1"],
	"assets": [{"id":"score.py","url":"aml://artifact/code/one/score.py","mimeType":"application/octet-stream"}],
	"environment": {
		"name": "sklearn-env", "version": "1", "inferencingStackVersion": "latest",
		"docker": {"baseImage": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"},
		"python": {"interpreterPath": "python", "userManagedDependencies": false, "condaDependencies": {
			"name": "project_environment", "channels": ["conda-forge"], "dependencies": ["python=3.8", "scikit-learn=1.0", {"pip": ["azureml-defaults"]}]}},
		"spark": {"repositories": [], "packages": [], "precachePackages": true},
		"environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "AZUREML_ENTRY_SCRIPT": "score.py"}
	}
}`

var (
	withText = attrs{"description": `"text"`}
	withTags = attrs{"tags": `{ a = "1" }`}
	withCode = attrs{"inference_config": registeredEnvironment}
)

var commonDrifts = []drift{
	{"description", withText, put("description", "theirs"), one("/description", `"text"`)},
	{"description-gone", withText, put("description", nil), one("/description", `"text"`)},
	{"description-new", nil, put("description", "theirs"), one("/description", `""`)},
	{"tags", withTags, put("kvTags.a", "theirs"), one("/kvTags", `{"a":"1"}`)},
	{"tags-added", withTags, put("kvTags.b", "theirs"), one("/kvTags", `{"a":"1"}`)},
	{"tags-gone", withTags, put("kvTags", map[string]any{}), one("/kvTags", `{"a":"1"}`)},
	{"model-ids", nil, put("environmentImageRequest.modelIds", []any{"iris:2"}), one("/environmentImageRequest", oneModel)},
	{"code", withCode, put("environmentImageRequest.assets", []any{map[string]any{"id": "score.py", "url": "aml://artifact/theirs/score.py", "mimeType": "application/octet-stream"}}), one("/environmentImageRequest", code)},
	{"environment-version", withCode, put("environmentImageRequest.environment.version", "2"), one("/environmentImageRequest", code)},
	{"enable-app-insights", nil, put("appInsightsEnabled", true), one("/appInsightsEnabled", "false")},
}

var aksDrifts = []drift{
	{"key-off", nil, put("authEnabled", false), `[{"op":"replace","path":"/authEnabled","value":true},{"op":"replace","path":"/aadAuthEnabled","value":false}]`},
	{"token-on", nil, both(put("authEnabled", false), put("aadAuthEnabled", true)), `[{"op":"replace","path":"/authEnabled","value":true},{"op":"replace","path":"/aadAuthEnabled","value":false}]`},
	{"cpu-cores", nil, put("containerResourceRequirements.cpu", 2), one("/containerResourceRequirements/cpu", "0.1")},
	{"memory-gb", nil, put("containerResourceRequirements.memoryInGB", 2), one("/containerResourceRequirements/memoryInGB", "0.5")},
	{"cpu-cores-limit", attrs{"cpu_cores_limit": "1"}, put("containerResourceRequirements.cpuLimit", 3), one("/containerResourceRequirements/cpuLimit", "1")},
	{"cpu-cores-limit-new", nil, put("containerResourceRequirements.cpuLimit", 3), one("/containerResourceRequirements/cpuLimit", "null")},
	{"memory-gb-limit", attrs{"memory_gb_limit": "1"}, put("containerResourceRequirements.memoryInGBLimit", nil), one("/containerResourceRequirements/memoryInGBLimit", "1")},
	{"gpu-cores", nil, put("containerResourceRequirements.gpu", 1), one("/containerResourceRequirements/gpu", "0")},
	{"collect-model-data", nil, put("dataCollection.storageEnabled", true), one("/dataCollection/storageEnabled", "false")},
	{"namespace", attrs{"namespace": `"mine"`}, put("namespace", "theirs"), one("/namespace", `"mine"`)},
	{"scoring-timeout-ms", nil, put("scoringTimeoutMs", 1), one("/scoringTimeoutMs", "60000")},
	{"replica-max-concurrent-requests", nil, put("maxConcurrentRequestsPerContainer", 2), one("/maxConcurrentRequestsPerContainer", "1")},
	{"max-request-wait-time", nil, put("maxQueueWaitMs", 1), one("/maxQueueWaitMs", "500")},
	{"num-replicas", attrs{"num_replicas": "1"}, put("numReplicas", 5), one("/numReplicas", "1")},
	{"fixed", nil, both(put("numReplicas", 5), put("autoScaler", map[string]any{"autoscaleEnabled": false})), `[
		{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":true},
		{"op":"replace","path":"/autoScaler/minReplicas","value":1},
		{"op":"replace","path":"/autoScaler/maxReplicas","value":10},
		{"op":"replace","path":"/autoScaler/targetUtilization","value":70},
		{"op":"replace","path":"/autoScaler/refreshPeriodInSeconds","value":1}]`},
	{"autoscaled", attrs{"num_replicas": "1"}, both(put("numReplicas", nil), put("autoScaler", map[string]any{"autoscaleEnabled": true, "minReplicas": 1, "maxReplicas": 2, "targetUtilization": 70, "refreshPeriodInSeconds": 1})), `[
		{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":false},
		{"op":"replace","path":"/numReplicas","value":1}]`},
	{"min-replicas", nil, put("autoScaler.minReplicas", 3), scaler("minReplicas", 1)},
	{"max-replicas", nil, put("autoScaler.maxReplicas", 3), scaler("maxReplicas", 10)},
	{"target-utilization", nil, put("autoScaler.targetUtilization", 3), scaler("targetUtilization", 70)},
	{"refresh-seconds", nil, put("autoScaler.refreshPeriodInSeconds", 3), scaler("refreshPeriodInSeconds", 1)},
	{"period-seconds", nil, put("livenessProbeRequirements.periodSeconds", 7), one("/livenessProbeRequirements/periodSeconds", "10")},
	{"initial-delay-seconds", nil, put("livenessProbeRequirements.initialDelaySeconds", 7), one("/livenessProbeRequirements/initialDelaySeconds", "310")},
	{"timeout-seconds", nil, put("livenessProbeRequirements.timeoutSeconds", 7), one("/livenessProbeRequirements/timeoutSeconds", "2")},
	{"success-threshold", nil, put("livenessProbeRequirements.successThreshold", 7), one("/livenessProbeRequirements/successThreshold", "1")},
	{"failure-threshold", attrs{"liveness_probe": `{ failure_threshold = 5 }`}, put("livenessProbeRequirements", nil), one("/livenessProbeRequirements/failureThreshold", "5")},
}

var aciDrifts = []drift{
	{"key-off", nil, put("authEnabled", false), one("/authEnabled", "true")},
	{"key-on", attrs{"auth_enabled": "false"}, put("authEnabled", true), one("/authEnabled", "false")},
	{
		"ssl-off", ssl(true, certOne, keyOne, "one.example.com"), put("sslEnabled", false),
		`[{"op":"replace","path":"/sslEnabled","value":true},` + pair(certOne, keyOne) + `,{"op":"replace","path":"/cname","value":"one.example.com"}]`,
	},
	{"ssl-on", nil, both(put("sslEnabled", true), put("cname", "theirs.example.com")), one("/sslEnabled", "false")},
	{"ssl-cname", ssl(true, certOne, keyOne, "one.example.com"), put("cname", "theirs.example.com"), one("/cname", `"one.example.com"`)},
}

func TestAccServiceDrift(t *testing.T) {
	t.Parallel()
	for typeName, own := range map[string][]drift{aksType: aksDrifts, aciType: aciDrifts} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Edits)
			drifts := append(own[:len(own):len(own)], commonDrifts...)
			changes := make([]change, len(drifts))
			for i, d := range drifts {
				changes[i] = change{label: d.label, first: d.arguments, patch: d.patch}
			}
			config, _ := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig:        edited(t, env, drifts),
					Config:           config,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionUpdate),
					Check:            patches(env, changes),
				},
			}})
		})
	}
}

// edited is a PreConfig that makes all changes, and resets the log.
func edited(t *testing.T, env *acctest.Env, drifts []drift) func() {
	return func() {
		for _, d := range drifts {
			env.Edit(t, env.Name(d.label), d.edit)()
		}
		env.ResetLog()
	}
}
