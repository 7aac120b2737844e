// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// request is a valid request of one operation, with every member of its type.
type request struct {
	operation, method, path, of string
	body                        object
}

// full has the members that all objects with a location share.
func full(properties object) object {
	identity := "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
	return object{
		"location": "westeurope", "kind": "k", "tags": object{"a": "b"}, "properties": properties,
		"identity": object{"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": object{identity: object{}}},
		"sku":      object{"name": "Default", "tier": "Standard", "size": "s", "family": "f", "capacity": 1},
	}
}

// requests needs the endpoint cluster with the deployments blue and green on the compute
// k8s, the endpoint iris, and a code.
func requests() []request {
	const types = "Microsoft.MachineLearningServices/workspaces/"
	probe := object{"failureThreshold": 3, "successThreshold": 1, "initialDelay": "PT10S", "period": "PT10S", "timeout": "PT2S"}
	common := func(kind string, more ...any) object {
		return change(object{
			"endpointComputeType": kind, "appInsightsEnabled": true, "egressPublicNetworkAccess": "Enabled", "instanceType": "Standard_DS3_v2",
			"model": id("/models/iris/versions/1"), "modelMountPath": "/m", "description": "d", "environmentId": id("/environments/sklearn-env/versions/1"),
			"environmentVariables": object{"A": "1"}, "properties": object{"p": "1"}, "livenessProbe": probe, "readinessProbe": probe, "startupProbe": probe,
			"codeConfiguration": object{"codeId": id("/codes/iris/versions/1"), "scoringScript": "score.py"},
			"requestSettings":   object{"maxConcurrentRequestsPerInstance": 1, "maxQueueWait": "PT0.5S", "requestTimeout": "PT1M"},
			"dataCollector": object{
				"collections":    object{"request": object{"clientId": "c", "dataId": "d", "dataCollectionMode": "Enabled", "samplingRate": 1}},
				"requestLogging": object{"captureHeaders": []any{"h"}}, "rollingRate": "Hour",
			},
		}, more)
	}
	quantities := object{"cpu": "1", "gpu": "1", "memory": "1Gi"}
	version := func(more ...any) object {
		return object{"properties": change(object{"description": "d", "properties": object{"p": "1"}, "tags": object{"a": "b"}, "isAnonymous": false, "isArchived": false}, more)}
	}
	route := object{"path": "/score", "port": 5001}
	environment := []any{
		"autoRebuild", "Disabled", "osType", "Linux", "stage", "s",
		"inferenceConfig",
		object{"livenessRoute": route, "readinessRoute": route, "scoringRoute": route, "startupRoute": route},
	}
	return []request{
		{"PutOnlineEndpoint", "PUT", "/onlineEndpoints/cluster", types + "onlineEndpoints", change(full(object{
			"authMode": "Key", "compute": id("/computes/k8s"), "description": "d", "keys": object{"primaryKey": "p", "secondaryKey": "s"},
			"traffic": object{"blue": 60, "green": 40}, "mirrorTraffic": object{"green": 10}, "publicNetworkAccess": "Enabled", "properties": object{"p": "1"},
		}), []any{"name", "cluster"})},
		{
			"PutOnlineDeployment", "PUT", "/onlineEndpoints/iris/deployments/blue", types + "onlineEndpoints/deployments",
			change(full(common("Managed", "scaleSettings", object{"scaleType": "Default"})), []any{"name", "blue"}),
		},
		{"PutOnlineDeployment", "PUT", "/onlineEndpoints/cluster/deployments/blue", types + "onlineEndpoints/deployments", change(full(common("Kubernetes",
			"scaleSettings", object{"scaleType": "TargetUtilization", "maxInstances": 2, "minInstances": 1, "pollingInterval": "PT1S", "targetUtilizationPercentage": 70},
			"containerResourceRequirements", object{"containerResourceLimits": quantities, "containerResourceRequests": quantities})), []any{"name", "blue"})},
		{"RegenerateOnlineEndpointKeys", "POST", "/onlineEndpoints/iris/regenerateKeys", "RegenerateEndpointKeysRequest", object{"keyType": "Primary", "keyValue": "v"}},
		{"OnlineDeploymentLogs", "POST", "/onlineEndpoints/cluster/deployments/green/getLogs", "DeploymentLogsRequest", object{"containerType": "InferenceServer", "tail": 10}},
		{"PutCodeContainer", "PUT", "/codes/iris", types + "codes", object{
			"name": "iris", "properties": object{"description": "d", "properties": object{"p": "1"}, "tags": object{"a": "b"}, "isArchived": false},
		}},
		{"PutCodeVersion", "PUT", "/codes/iris/versions/1", types + "codes/versions", change(version("codeUri", "https://demo/code"), []any{"name", "1"})},
		{"PutModelVersion", "PUT", "/models/tree/versions/1", types + "models/versions", change(version(
			"flavors", object{"sklearn": object{"data": object{"version": "1"}}}, "jobName", "j", "modelType", "custom_model", "modelUri", "https://demo/model", "stage", "s",
			"datasets", []any{object{"name": "n", "id": "i"}}), []any{"name", "1"})},
		{
			"PutEnvironmentVersion", "PUT", "/environments/conda/versions/1", types + "environments/versions",
			change(version(append([]any{"image", "i", "condaFile", "name: a"}, environment...)...), []any{"name", "1"}),
		},
		{
			"PutEnvironmentVersion", "PUT", "/environments/docker/versions/1", types + "environments/versions",
			change(version(append([]any{"build", object{"contextUri": "https://demo/context", "dockerfilePath": "Dockerfile"}}, environment...)...), []any{"name", "1"}),
		},
	}
}

// without are members that one of two requests of an operation cannot have beside the
// others.
var without = map[string][]string{
	"/environments/conda/versions/1":  {"properties.build"},
	"/environments/docker/versions/1": {"properties.image", "properties.condaFile"},
}

// Each request that breaks the types in one place is answered with 400, in the envelope
// of Resource Manager, with the member at fault.
func TestConformance(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Computes = append(seed.Workspaces[0].Computes, emulator.ComputeSeed{Name: "k8s", Type: "Kubernetes"})
	s := open(t, emulator.WithSeed(seed))
	s.want(http.StatusCreated, s.call("PUT", "/codes/iris/versions/1", object{"properties": object{"codeUri": "https://demo/code"}}))
	s.put("/onlineEndpoints/iris", endpoint())
	s.put("/onlineEndpoints/cluster", endpoint("compute", id("/computes/k8s")))
	for _, name := range []string{"blue", "green"} {
		s.put("/onlineEndpoints/cluster/deployments/"+name, deployment("endpointComputeType", "Kubernetes", "instanceType", nil))
	}
	types, counts, met, all := readAzureTypes(t), map[string]int{}, 0, 0
	for _, r := range requests() {
		accepted := func() {
			t.Helper()
			if reply := s.call(r.method, r.path, r.body); reply.status >= 300 {
				t.Errorf("%s: the valid request: %d %s", r.operation, reply.status, reply.raw)
			}
		}
		accepted()
		for _, v := range generate(t, types, r.of, r.body, without[r.path]) {
			counts[r.operation]++
			all++
			reply := s.call(r.method, r.path, v.body)
			code, _, target := reply.problem()
			named := target == v.target || target != "" && (strings.HasPrefix(v.target, target+".") || strings.HasPrefix(v.target, target+"["))
			if reply.status != http.StatusBadRequest || code != "BadRequest" || !named {
				t.Errorf("%s: %s at %s: %d %s", r.operation, v.what, v.target, reply.status, reply.raw)
				continue
			}
			met++
		}
		accepted() // what was refused has changed nothing
	}
	t.Logf("%d of %d generated requests are answered as the types say", met, all)
	for _, row := range emulator.OnlineOperations() {
		if n := counts[row.Operation]; n != row.Variants {
			t.Errorf("%s: %d generated requests, the table says %d. Correct Variants in the table, then go run ./internal/cmd/conformance", row.Operation, n, row.Variants)
		}
	}
}
