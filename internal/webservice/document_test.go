// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// randomService returns a service as its owner may have made it: with members that
// the provider has no attribute for, and with null for some that it has.
func randomService(random *rand.Rand, compute azureml.ComputeType) map[string]any {
	document := map[string]any{}
	wire := wireAKS
	if compute == azureml.ComputeACI {
		wire = wireACI
	}
	if err := json.Unmarshal([]byte("{"+wire+"}"), &document); err != nil {
		panic(err)
	}
	maybe := func(at map[string]any, name string, values ...any) {
		if random.IntN(2) == 0 {
			at[name] = values[random.IntN(len(values))]
		}
	}
	maybe(document, "description", "made years ago", "", nil)
	maybe(document, "kvTags", map[string]any{"team": "a"}, map[string]any{})
	maybe(document, "properties", map[string]any{"azureml.git.commit": "1", "hasHttps": "False"}, map[string]any{"a/b": "c"})
	maybe(document, "deploymentType", "HttpRealtimeEndpoint")
	maybe(document, "createdBy", map[string]any{"userName": "Ada"})
	maybe(document, "futureMember", map[string]any{"kept": []any{1.0, nil}}, "x", 12345678901234567.0)
	maybe(document, "appInsightsEnabled", true, false)
	maybe(document, "dataCollection", map[string]any{"eventHubEnabled": true}, map[string]any{"eventHubEnabled": true, "storageEnabled": true})
	resources := document["containerResourceRequirements"].(map[string]any)
	maybe(resources, "fpga", 2.0)
	maybe(resources, "futureLimit", "1")
	if compute == azureml.ComputeACI {
		maybe(document, "dnsNameLabel", "chosen")
		maybe(document, "vnetConfiguration", map[string]any{"vnetName": "v", "subnetName": "s", "future": true})
		maybe(document, "encryptionProperties", map[string]any{"vaultBaseUrl": "https://v", "keyName": "k", "keyVersion": "1"})
		return document
	}
	maybe(document, "storageInitEnabled", true)
	maybe(document, "isDefault", true)
	maybe(document, "trafficPercentile", 50.0)
	maybe(document, "scoringTimeoutMs", 1000.0)
	maybe(document, "livenessProbeRequirements", map[string]any{"periodSeconds": 3.0, "future": 1.0})
	maybe(resources, "cpuLimit", 2.0)
	return document
}

// oneChange is a change of one attribute, and where it is in the document.
type oneChange struct {
	attribute string
	value     any
	pointer   string
	want      any
}

var oneChanges = map[azureml.ComputeType][]oneChange{
	azureml.ComputeACI: {
		{"cpu_cores", 1.5, "/containerResourceRequirements/cpu", 1.5},
		{"memory_gb", 3.5, "/containerResourceRequirements/memoryInGB", 3.5},
	},
	azureml.ComputeAKS: {
		{"description", "new", "/description", "new"},
		{"scoring_timeout_ms", 7, "/scoringTimeoutMs", 7.0},
		{"cpu_cores_limit", 9.5, "/containerResourceRequirements/cpuLimit", 9.5},
		{"gpu_cores", 3, "/containerResourceRequirements/gpu", 3.0},
		{"collect_model_data", true, "/dataCollection/storageEnabled", true},
		{"tags", fields{"a": "1"}, "/kvTags", map[string]any{"a": "1"}},
	},
}

// An adopted service that changes one attribute differs from before in that one
// member, whatever else is in its document: by overwrite on ACI, by patch on AKS.
func TestOneChangeChangesOneMember(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 500 {
		compute := computes[i%2]
		document := randomService(random, compute)
		change := oneChanges[compute][random.IntN(len(oneChanges[compute]))]
		service := &azureml.Service{}
		if err := json.Unmarshal([]byte(encoded(t, document)), service); err != nil {
			t.Fatal(err)
		}
		state := flatten(t.Context(), service, testWorkspace, newDeployment(compute))
		changed := fields{change.attribute: change.value}
		if change.attribute == "tags" {
			changed[tagsAll] = change.value
		}
		plan := deploymentOf(t, compute, merged(plainState(t, state), changed))

		after := patched(t, document, patch(t.Context(), plan, state, secrets{}, service.Image))
		if compute == azureml.ComputeACI {
			if _, chosen := document["dnsNameLabel"]; !chosen {
				plan.DNSNameLabel = types.StringUnknown() // Azure made it up
			}
			body, err := redeployment(t.Context(), plan, state, secrets{}, service.Image, service)
			if err != nil {
				t.Fatal(err)
			}
			after = redeployed(t, document, body)
		}
		want := patched(t, document, []azureml.PatchOperation{{Op: "replace", Path: change.pointer, Value: change.want}})
		if diff := cmp.Diff(want, after); diff != "" {
			t.Fatalf("run %d, %s of %s (-want +got)\n%s\nin %s", i, change.attribute, compute, diff, encoded(t, document))
		}
	}
}

// redeployed is the document that a service makes of a create body: what the body
// has, and what the service decides by itself.
func redeployed(t *testing.T, before map[string]any, body azureml.CreateServiceRequest) map[string]any {
	t.Helper()
	after := map[string]any{}
	if err := json.Unmarshal([]byte(encoded(t, body)), &after); err != nil {
		t.Fatal(err)
	}
	delete(after, "overwrite")
	for _, name := range []string{"state", "createdTime", "updatedTime", "createdBy", "scoringUri", "swaggerUri", "publicIp", "publicFqdn", "sslCertificate", "sslKey"} {
		if _, sent := after[name]; sent {
			t.Errorf("the body has %s, which the service decides", name)
		}
		if value, exists := before[name]; exists {
			after[name] = value
		}
	}
	return after
}

// patched applies a JSON Patch of replacements.
func patched(t *testing.T, document map[string]any, operations []azureml.PatchOperation) map[string]any {
	t.Helper()
	result := map[string]any{}
	if err := json.Unmarshal([]byte(encoded(t, document)), &result); err != nil {
		t.Fatal(err)
	}
	for _, operation := range operations {
		at := result
		names := strings.Split(strings.TrimPrefix(operation.Path, "/"), "/")
		for _, name := range names[:len(names)-1] {
			within, isObject := at[name].(map[string]any)
			if !isObject {
				within = map[string]any{}
				at[name] = within
			}
			at = within
		}
		at[names[len(names)-1]] = asJSON(t, operation.Value)
	}
	return result
}
