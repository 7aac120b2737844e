// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// one is a JSON Patch of one replacement.
func one(path, value string) string {
	return fmt.Sprintf(`[{"op":"replace","path":%q,"value":%s}]`, path, value)
}

// Attributes that change in place on both compute types.
var commonChanges = []change{
	{"description", attrs{"description": `"first"`}, attrs{"description": `"second"`}, one("/description", `"second"`)},
	{"description-removed", attrs{"description": `"first"`}, nil, one("/description", `""`)},
	{"tags", attrs{"tags": `{ team = "a", stage = "test" }`}, attrs{"tags": `{ team = "b" }`}, one("/kvTags", `{"team":"b"}`)},
	{"tags-removed", attrs{"tags": `{ team = "a" }`}, nil, one("/kvTags", `{}`)},
	{"properties", attrs{"properties": `{ a = "1" }`}, attrs{"properties": `{ a = "1", "b/c" = "2" }`}, `[{"op":"add","path":"/properties/b~1c","value":"2"}]`},
	{"model-ids", nil, attrs{"model_ids": `["iris:2"]`}, one("/environmentImageRequest", `{"modelIds":["iris:2"]}`)},
	{"enable-app-insights", nil, attrs{"enable_app_insights": "true"}, one("/appInsightsEnabled", "true")},
}

var aksChanges = []change{
	{"cpu-cores", nil, attrs{"cpu_cores": "0.5"}, one("/containerResourceRequirements/cpu", "0.5")},
	{"memory-gb", nil, attrs{"memory_gb": "1.5"}, one("/containerResourceRequirements/memoryInGB", "1.5")},
	{"cpu-cores-limit", nil, attrs{"cpu_cores_limit": "0.3"}, one("/containerResourceRequirements/cpuLimit", "0.3")},
	{"cpu-cores-limit-removed", attrs{"cpu_cores_limit": "0.3"}, nil, one("/containerResourceRequirements/cpuLimit", "null")},
	{"memory-gb-limit", attrs{"memory_gb_limit": "1"}, attrs{"memory_gb_limit": "2"}, one("/containerResourceRequirements/memoryInGBLimit", "2")},
	{"memory-gb-limit-removed", attrs{"memory_gb_limit": "1"}, nil, one("/containerResourceRequirements/memoryInGBLimit", "null")},
	{"collect-model-data", nil, attrs{"collect_model_data": "true"}, one("/dataCollection/storageEnabled", "true")},
	{"scoring-timeout-ms", nil, attrs{"scoring_timeout_ms": "30000"}, one("/scoringTimeoutMs", "30000")},
	{"replica-max-concurrent-requests", nil, attrs{"replica_max_concurrent_requests": "4"}, one("/maxConcurrentRequestsPerContainer", "4")},
	{"max-request-wait-time", nil, attrs{"max_request_wait_time": "900"}, one("/maxQueueWaitMs", "900")},
	{"num-replicas", attrs{"num_replicas": "1"}, attrs{"num_replicas": "2"}, one("/numReplicas", "2")},
	{"fixed-to-autoscale", attrs{"num_replicas": "2"}, nil, `[
		{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":true},
		{"op":"replace","path":"/autoScaler/minReplicas","value":1},
		{"op":"replace","path":"/autoScaler/maxReplicas","value":10},
		{"op":"replace","path":"/autoScaler/targetUtilization","value":70},
		{"op":"replace","path":"/autoScaler/refreshPeriodInSeconds","value":1}]`},
	{"autoscale-to-fixed", nil, attrs{"num_replicas": "3"}, `[
		{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":false},
		{"op":"replace","path":"/numReplicas","value":3}]`},
	{"autoscale-off", attrs{"autoscale": `{ enabled = true }`}, attrs{"autoscale": `{ enabled = false }`, "num_replicas": "1"}, `[
		{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":false},
		{"op":"replace","path":"/numReplicas","value":1}]`},
	{"min-replicas", nil, attrs{"autoscale": `{ min_replicas = 2 }`}, scaler("minReplicas", 2)},
	{"max-replicas", nil, attrs{"autoscale": `{ max_replicas = 4 }`}, scaler("maxReplicas", 4)},
	{"target-utilization", nil, attrs{"autoscale": `{ target_utilization = 50 }`}, scaler("targetUtilization", 50)},
	{"refresh-seconds", nil, attrs{"autoscale": `{ refresh_seconds = 5 }`}, scaler("refreshPeriodInSeconds", 5)},
	{"period-seconds", nil, attrs{"liveness_probe": `{ period_seconds = 20 }`}, one("/livenessProbeRequirements/periodSeconds", "20")},
	{"initial-delay-seconds", nil, attrs{"liveness_probe": `{ initial_delay_seconds = 30 }`}, one("/livenessProbeRequirements/initialDelaySeconds", "30")},
	{"timeout-seconds", nil, attrs{"liveness_probe": `{ timeout_seconds = 3 }`}, one("/livenessProbeRequirements/timeoutSeconds", "3")},
	{"success-threshold", nil, attrs{"liveness_probe": `{ success_threshold = 2 }`}, one("/livenessProbeRequirements/successThreshold", "2")},
	{"failure-threshold", attrs{"liveness_probe": `{ failure_threshold = 5 }`}, nil, one("/livenessProbeRequirements/failureThreshold", "3")},
	{"several", attrs{"description": `"first"`}, attrs{"description": `"second"`, "cpu_cores": "1", "token_auth_enabled": "true"}, `[
		{"op":"replace","path":"/description","value":"second"},
		{"op":"replace","path":"/authEnabled","value":false},
		{"op":"replace","path":"/aadAuthEnabled","value":true},
		{"op":"replace","path":"/containerResourceRequirements/cpu","value":1}]`},
}

// scaler is the patch of one member of the autoscaler. The SDK sends
// autoscaleEnabled along with every member.
func scaler(member string, value int) string {
	return fmt.Sprintf(`[{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":true},{"op":"replace","path":"/autoScaler/%s","value":%d}]`, member, value)
}

const (
	certOne = `"-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----"`
	certTwo = `"-----BEGIN CERTIFICATE-----\ntwo\n-----END CERTIFICATE-----"`
	keyOne  = `"-----BEGIN PRIVATE KEY-----\none\n-----END PRIVATE KEY-----"`
	keyTwo  = `"-----BEGIN PRIVATE KEY-----\ntwo\n-----END PRIVATE KEY-----"`
)

func ssl(enabled bool, cert, key, cname string) attrs {
	return attrs{"ssl": fmt.Sprintf("{ enabled = %t, cert_pem = %s, key_pem = %s, cname = %q }", enabled, cert, key, cname)}
}

// pair replaces a certificate and its key together.
func pair(cert, key string) string {
	return fmt.Sprintf(`{"op":"replace","path":"/sslCertificate","value":%s},{"op":"replace","path":"/sslKey","value":%s}`, cert, key)
}

var aciChanges = []change{
	{
		"ssl-on", nil, ssl(true, certOne, keyOne, "one.example.com"),
		`[{"op":"replace","path":"/sslEnabled","value":true},` + pair(certOne, keyOne) + `,{"op":"replace","path":"/cname","value":"one.example.com"}]`,
	},
	{"ssl-off", ssl(true, certOne, keyOne, "one.example.com"), ssl(false, certOne, keyOne, "one.example.com"), one("/sslEnabled", "false")},
	{"ssl-removed", ssl(true, certOne, keyOne, "one.example.com"), nil, one("/sslEnabled", "false")},
	{"ssl-cert", ssl(true, certOne, keyOne, "one.example.com"), ssl(true, certTwo, keyOne, "one.example.com"), "[" + pair(certTwo, keyOne) + "]"},
	{"ssl-cname", ssl(true, certOne, keyOne, "one.example.com"), ssl(true, certOne, keyOne, "two.example.com"), one("/cname", `"two.example.com"`)},
	{"key-to-open", nil, attrs{"auth_enabled": "false"}, one("/authEnabled", "false")},
	{"open-to-key", attrs{"auth_enabled": "false"}, nil, one("/authEnabled", "true")},
	{"auth-left-out", nil, attrs{"auth_enabled": ""}, one("/authEnabled", "false")},
	{
		"several",
		attrs{"description": `"first"`, "auth_enabled": "false"},
		attrs{"description": `"second"`, "model_ids": `["iris:2"]`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "enable_app_insights": "true"}.over(ssl(true, certOne, keyOne, "one.example.com")),
		`[{"op":"replace","path":"/description","value":"second"},{"op":"replace","path":"/environmentImageRequest","value":{"modelIds":["iris:2"]}},
		{"op":"replace","path":"/kvTags","value":{"a":"1"}},{"op":"add","path":"/properties/b","value":"2"},{"op":"replace","path":"/appInsightsEnabled","value":true},
		{"op":"replace","path":"/authEnabled","value":true},{"op":"replace","path":"/sslEnabled","value":true},` + pair(certOne, keyOne) + `,{"op":"replace","path":"/cname","value":"one.example.com"}]`,
	},
}

// Changes to what only the emulator takes for there: code at an address, a node
// with a GPU, a namespace, a key of another certificate.
var (
	commonMadeUp = []change{
		{
			"inference-config",
			attrs{"inference_config": `{
				entry_script = "score.py"
				source_url   = "aml://artifact/code/one/score.py"
				environment  = { name = "inline", base_image = "example.azurecr.io/base:1" }
			}`},
			attrs{"inference_config": `{
				entry_script = "score.py"
				source_url   = "aml://artifact/code/two/score.py"
				environment  = { name = "inline", base_image = "example.azurecr.io/base:2", conda_dependencies = "dependencies: [python=3.8]", environment_variables = { LEVEL = "debug" } }
			}`},
			one("/environmentImageRequest", `{
				"modelIds": ["iris:1"],
				"assets": [{"id":"score.py","url":"aml://artifact/code/two/score.py","mimeType":"application/octet-stream"}],
				"environment": {
					"name": "inline", "docker": {"baseImage":"example.azurecr.io/base:2"},
					"python": {"userManagedDependencies":false,"condaDependencies":{"dependencies":["python=3.8"]}},
					"environmentVariables": {"LEVEL":"debug","AZUREML_ENTRY_SCRIPT":"score.py"}
				}
			}`),
		},
		{
			"inference-config-removed",
			attrs{"inference_config": `{
				entry_script = "score.py"
				source_url   = "aml://artifact/code/one/score.py"
				environment  = { name = "inline", base_image = "example.azurecr.io/base:1" }
			}`},
			nil,
			one("/environmentImageRequest", `{"modelIds":["iris:1"]}`),
		},
	}
	aksMadeUp = []change{
		{"gpu-cores", nil, attrs{"gpu_cores": "1"}, one("/containerResourceRequirements/gpu", "1")},
		{"namespace", nil, attrs{"namespace": `"scoring"`}, one("/namespace", `"scoring"`)},
	}
	aciMadeUp = []change{
		{"ssl-key", ssl(true, certOne, keyOne, "one.example.com"), ssl(true, certOne, keyTwo, "one.example.com"), "[" + pair(certOne, keyTwo) + "]"},
	}
)

func TestAccServiceUpdatesInPlace(t *testing.T) {
	t.Parallel()
	for typeName, own := range map[string]struct{ anywhere, madeUp []change }{aksType: {aksChanges, aksMadeUp}, aciType: {aciChanges, aciMadeUp}} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t)
			changes := slices.Concat(own.anywhere, commonChanges)
			if env.Runs(acctest.Seed) {
				changes = slices.Concat(changes, own.madeUp, commonMadeUp)
			}
			changes = gathered(env, changes)
			before, after := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: before, ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionCreate)},
				// Every step of the test framework ends with two plans that have to be empty.
				{
					PreConfig:        env.ResetLog,
					Config:           after,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionUpdate),
					Check:            patches(env, changes),
				},
			}})
		})
	}
}
