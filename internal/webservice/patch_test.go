// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// deploymentOf reads plain fields as the resource does.
func deploymentOf(t *testing.T, compute azureml.ComputeType, attributes fields) deployment {
	t.Helper()
	var diags diag.Diagnostics
	d := load(t.Context(), compute, build(t, layouts[compute]().schema.Type().TerraformType(t.Context()), attributes), &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return d
}

func asJSON(t *testing.T, value any) any {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestPatch(t *testing.T) {
	t.Parallel()
	const aci, aks = azureml.ComputeACI, azureml.ComputeAKS
	scaled := aksState(nil)["autoscale"].(fields)
	fixed := fields{"autoscale": fields{"enabled": false}, "num_replicas": 2}
	tls := fields{"enabled": true, "cert_pem": "cert", "key_pem": "key", "cname": "a.b"}
	image := &azureml.EnvironmentImage{ModelIDs: []string{"iris:2"}}
	for name, test := range map[string]struct {
		compute     azureml.ComputeType
		state, plan fields // against the least service
		want        string
	}{
		"nothing":            {aks, nil, nil, `[]`},
		"description":        {aks, nil, fields{"description": "d"}, `[{"op":"replace","path":"/description","value":"d"}]`},
		"description none":   {aks, fields{"description": "d"}, nil, `[{"op":"replace","path":"/description","value":""}]`},
		"description empty":  {aks, nil, fields{"description": ""}, `[]`},
		"tags":               {aci, fields{"tags": fields{"a": "1"}}, fields{"tags": fields{"b": "2"}}, `[{"op":"replace","path":"/kvTags","value":{"b":"2"}}]`},
		"tags removed":       {aci, fields{"tags": fields{"a": "1"}}, nil, `[{"op":"replace","path":"/kvTags","value":{}}]`},
		"tags empty":         {aci, nil, fields{"tags": fields{}}, `[]`},
		"property":           {aci, nil, fields{"properties": fields{"p/q~r": "1"}}, `[{"op":"add","path":"/properties/p~1q~0r","value":"1"}]`},
		"property untracked": {aci, fields{"properties": fields{"p": "1"}}, nil, `[]`},
		"models":             {aks, nil, fields{"model_ids": list{"iris:2"}}, `[{"op":"replace","path":"/environmentImageRequest","value":{"modelIds":["iris:2"]}}]`},
		"ACI key":            {aci, nil, fields{"auth_enabled": false}, `[{"op":"replace","path":"/authEnabled","value":false}]`},
		"AKS to token":       {aks, nil, fields{"auth_enabled": false, "token_auth_enabled": true}, `[{"op":"replace","path":"/authEnabled","value":false},{"op":"replace","path":"/aadAuthEnabled","value":true}]`},
		"AKS to none":        {aks, nil, fields{"auth_enabled": false}, `[{"op":"replace","path":"/authEnabled","value":false},{"op":"replace","path":"/aadAuthEnabled","value":false}]`},
		"insights":           {aci, nil, fields{"enable_app_insights": true}, `[{"op":"replace","path":"/appInsightsEnabled","value":true}]`},
		"ACI not patchable":  {aci, nil, fields{"cpu_cores": 2, "memory_gb": 2, "collect_model_data": true}, `[]`},
		"collect":            {aks, nil, fields{"collect_model_data": true}, `[{"op":"replace","path":"/dataCollection/storageEnabled","value":true}]`},
		"resources": {
			aks, nil,
			fields{"cpu_cores": 0.5, "cpu_cores_limit": 1, "memory_gb": 2, "memory_gb_limit": 3, "gpu_cores": 1},
			`[{"op":"replace","path":"/containerResourceRequirements/cpu","value":0.5},{"op":"replace","path":"/containerResourceRequirements/cpuLimit","value":1},
			{"op":"replace","path":"/containerResourceRequirements/memoryInGB","value":2},{"op":"replace","path":"/containerResourceRequirements/memoryInGBLimit","value":3},
			{"op":"replace","path":"/containerResourceRequirements/gpu","value":1}]`,
		},
		"limit removed": {aks, fields{"cpu_cores_limit": 1}, nil, `[{"op":"replace","path":"/containerResourceRequirements/cpuLimit","value":null}]`},
		"gpu to zero":   {aks, fields{"gpu_cores": 1}, nil, `[{"op":"replace","path":"/containerResourceRequirements/gpu","value":0}]`},
		"limits of requests": {
			aks, nil,
			fields{"scoring_timeout_ms": 1, "replica_max_concurrent_requests": 2, "max_request_wait_time": 3},
			`[{"op":"replace","path":"/scoringTimeoutMs","value":1},{"op":"replace","path":"/maxConcurrentRequestsPerContainer","value":2},{"op":"replace","path":"/maxQueueWaitMs","value":3}]`,
		},
		"namespace": {aks, nil, fields{"namespace": "n"}, `[{"op":"replace","path":"/namespace","value":"n"}]`},
		"probe": {
			aks, nil,
			fields{"liveness_probe": fields{"period_seconds": 1, "initial_delay_seconds": 2, "timeout_seconds": 3, "success_threshold": 4, "failure_threshold": 5}},
			`[{"op":"replace","path":"/livenessProbeRequirements/periodSeconds","value":1},{"op":"replace","path":"/livenessProbeRequirements/initialDelaySeconds","value":2},
			{"op":"replace","path":"/livenessProbeRequirements/timeoutSeconds","value":3},{"op":"replace","path":"/livenessProbeRequirements/successThreshold","value":4},
			{"op":"replace","path":"/livenessProbeRequirements/failureThreshold","value":5}]`,
		},
		"autoscale member": {
			aks, nil,
			fields{"autoscale": merged(scaled, fields{"max_replicas": 5})},
			`[{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":true},{"op":"replace","path":"/autoScaler/maxReplicas","value":5}]`,
		},
		"autoscale off": {aks, nil, fixed, `[{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":false},{"op":"replace","path":"/numReplicas","value":2}]`},
		"autoscale on": {aks, fixed, nil, `[{"op":"replace","path":"/autoScaler/autoscaleEnabled","value":true},{"op":"replace","path":"/autoScaler/minReplicas","value":1},
			{"op":"replace","path":"/autoScaler/maxReplicas","value":10},{"op":"replace","path":"/autoScaler/targetUtilization","value":70},
			{"op":"replace","path":"/autoScaler/refreshPeriodInSeconds","value":1}]`},
		"replicas": {aks, fixed, merged(fixed, fields{"num_replicas": 3}), `[{"op":"replace","path":"/numReplicas","value":3}]`},
		"tls on": {aci, nil, fields{"ssl": tls}, `[{"op":"replace","path":"/sslEnabled","value":true},{"op":"replace","path":"/sslCertificate","value":"cert"},
			{"op":"replace","path":"/sslKey","value":"key"},{"op":"replace","path":"/cname","value":"a.b"}]`},
		"tls certificate": {
			aci,
			fields{"ssl": tls},
			fields{"ssl": merged(tls, fields{"cert_pem": "new"})},
			`[{"op":"replace","path":"/sslCertificate","value":"new"},{"op":"replace","path":"/sslKey","value":"key"}]`,
		},
		"tls write-only key": {
			aci,
			fields{"ssl": tls},
			fields{"ssl": merged(tls, fields{"key_pem_wo_version": 2})},
			`[{"op":"replace","path":"/sslCertificate","value":"cert"},{"op":"replace","path":"/sslKey","value":"key"}]`,
		},
		"tls host":      {aci, fields{"ssl": tls}, fields{"ssl": merged(tls, fields{"cname": "c.d"})}, `[{"op":"replace","path":"/cname","value":"c.d"}]`},
		"tls off":       {aci, fields{"ssl": tls}, fields{"ssl": fields{"enabled": false}}, `[{"op":"replace","path":"/sslEnabled","value":false}]`},
		"tls removed":   {aci, fields{"ssl": tls}, nil, `[{"op":"replace","path":"/sslEnabled","value":false}]`},
		"tls stays off": {aci, nil, fields{"ssl": fields{"enabled": false}}, `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := aksState
			if test.compute == aci {
				base = aciState
			}
			state, plan := deploymentOf(t, test.compute, base(test.state)), deploymentOf(t, test.compute, base(test.plan))
			operations := patch(t.Context(), plan, state, secrets{tlsKey: "key"}, image)
			var want any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if operations == nil {
				operations = []azureml.PatchOperation{}
			}
			if diff := cmp.Diff(want, asJSON(t, operations)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
