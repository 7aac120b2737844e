// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const blue = "/onlineEndpoints/iris/deployments/blue"

// A deployment is created, deployed over and deleted, each by an operation.
func TestDeployment(t *testing.T) {
	t.Parallel()
	s := open(t)
	if reply := s.call("PUT", blue, deployment()); reply.status != http.StatusNotFound || !strings.Contains(reply.raw, "ParentResourceNotFound") {
		t.Errorf("without an endpoint: %d %s", reply.status, reply.raw)
	}
	s.put("/onlineEndpoints/iris", endpoint())
	s.e.SetOperationDuration(time.Minute)
	created := s.want(http.StatusCreated, s.call("PUT", blue, deployment("environmentVariables", object{"A": "1"})))
	if p := properties(created.json); p["provisioningState"] != "Creating" || created.json["sku"].(object)["capacity"] != 1.0 {
		t.Errorf("created: %s", created.raw)
	}
	for name, reply := range map[string]answer{
		"an update":                s.call("PUT", blue, deployment()),
		"another deployment":       s.call("PUT", "/onlineEndpoints/iris/deployments/green", deployment()),
		"a change of the endpoint": s.call("PUT", "/onlineEndpoints/iris", endpoint()),
		"a regenerate":             s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary"}),
	} {
		if reply.status != http.StatusConflict {
			t.Errorf("%s while the deployment is created: %d %s", name, reply.status, reply.raw)
		}
	}
	s.e.AdvanceClock(2 * time.Minute)
	got := s.want(http.StatusOK, s.call("GET", blue, nil)).json
	if p := properties(got); p["provisioningState"] != "Succeeded" || got["id"] != id(blue) || p["environmentVariables"].(object)["A"] != "1" {
		t.Errorf("the deployment: %v", got)
	}
	s.want(http.StatusOK, s.call("PUT", blue, got)) // the body of a GET can be sent back
	s.e.AdvanceClock(2 * time.Minute)
	s.want(http.StatusOK, s.call("PUT", "/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100})))
	s.e.AdvanceClock(2 * time.Minute)
	if reply := s.call("DELETE", blue, nil); reply.status != http.StatusConflict || !strings.Contains(reply.raw, "100 percent") {
		t.Errorf("a deletion with traffic: %d %s", reply.status, reply.raw)
	}
	s.want(http.StatusOK, s.call("PUT", "/onlineEndpoints/iris", endpoint()))
	s.e.AdvanceClock(2 * time.Minute)
	deleted := s.want(http.StatusAccepted, s.call("DELETE", blue, nil))
	s.e.AdvanceClock(2 * time.Minute)
	s.want(http.StatusNoContent, s.call("GET", deleted.header.Get("Location"), nil))
	s.want(http.StatusNotFound, s.call("GET", blue, nil))
	s.want(http.StatusNoContent, s.call("DELETE", blue, nil))
}

func TestDeploymentsAreListedInPages(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithBehavior(emulator.Behavior{PageSize: 2}), emulator.WithPathPrefix("/below"))
	s.put("/onlineEndpoints/iris", endpoint())
	for _, name := range []string{"one", "two", "three"} {
		s.put("/onlineEndpoints/iris/deployments/"+name, deployment())
	}
	var names []string
	for page := s.call("GET", "/onlineEndpoints/iris/deployments", nil); ; page = s.call("GET", page.json["nextLink"].(string), nil) {
		for _, item := range page.json["value"].([]any) {
			names = append(names, item.(object)["name"].(string))
		}
		if page.json["nextLink"] == nil {
			break
		}
	}
	if got := strings.Join(names, " "); got != "one three two" {
		t.Errorf("listed: %s", got)
	}
}

func TestPutDeploymentRefuses(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Computes = append(seed.Workspaces[0].Computes, emulator.ComputeSeed{Name: "k8s", Type: "Kubernetes"})
	s := open(t, emulator.WithSeed(seed))
	s.put("/onlineEndpoints/iris", endpoint())
	s.put("/onlineEndpoints/cluster", endpoint("compute", id("/computes/k8s")))
	s.want(http.StatusCreated, s.call("PUT", "/codes/empty/versions/1", object{"properties": object{}}))
	kubernetes := deployment("endpointComputeType", "Kubernetes", "instanceType", nil)
	for name, c := range map[string]struct {
		path          string
		body          object
		detail, about string
	}{
		"a name with a dot":       {"/onlineEndpoints/iris/deployments/bl.ue", deployment(), "InvalidName", "name"},
		"another region":          {blue, change(deployment(), []any{"location", "eastus"}), "InvalidLocation", "location"},
		"Kubernetes":              {blue, kubernetes, "InvalidComputeType", "properties.endpointComputeType"},
		"managed on Kubernetes":   {"/onlineEndpoints/cluster/deployments/blue", deployment(), "InvalidComputeType", "properties.endpointComputeType"},
		"no such model":           {blue, deployment("model", id("/models/iris/versions/9")), "ModelNotFound", "properties.model"},
		"a model of v1":           {blue, deployment("model", "iris:1"), "ModelNotFound", "properties.model"},
		"no such environment":     {blue, deployment("environmentId", id("/environments/none/versions/1")), "EnvironmentNotFound", "properties.environmentId"},
		"no environment":          {blue, deployment("environmentId", nil), "EnvironmentRequired", "properties.environmentId"},
		"no such code":            {blue, deployment("codeConfiguration", object{"codeId": id("/codes/none/versions/1"), "scoringScript": "score.py"}), "CodeNotFound", "properties.codeConfiguration.codeId"},
		"code without an address": {blue, deployment("codeConfiguration", object{"codeId": id("/codes/empty/versions/1"), "scoringScript": "score.py"}), "CodeNotFound", "properties.codeConfiguration.codeId"},
		"no instance type":        {blue, deployment("instanceType", nil), "MissingField", "properties.instanceType"},
		"no instance":             {blue, change(deployment(), []any{"sku", object{"name": "Default", "capacity": 0}}), "InvalidValue", "sku.capacity"},
		"scaling of Kubernetes":   {blue, deployment("scaleSettings", object{"scaleType": "TargetUtilization"}), "InvalidScaling", "properties.scaleSettings.scaleType"},
		"no request at a time":    {blue, deployment("requestSettings", object{"maxConcurrentRequestsPerInstance": 0}), "InvalidValue", "properties.requestSettings.maxConcurrentRequestsPerInstance"},
		"a request of minutes":    {blue, deployment("requestSettings", object{"requestTimeout": "PT3M1S"}), "InvalidValue", "properties.requestSettings.requestTimeout"},
		"a duration of Go":        {blue, deployment("requestSettings", object{"requestTimeout": "60s"}), "InvalidValue", "properties.requestSettings.requestTimeout"},
		"fewer than the least": {
			"/onlineEndpoints/cluster/deployments/blue",
			deployment("endpointComputeType", "Kubernetes", "scaleSettings", object{"scaleType": "TargetUtilization", "minInstances": 3, "maxInstances": 2}),
			"InvalidScaling", "properties.scaleSettings.minInstances",
		},
		"resources of a container": {blue, deployment("containerResourceRequirements", object{}), "UnknownField", "properties.containerResourceRequirements"},
	} {
		reply := s.call("PUT", c.path, c.body)
		if code, detail, about := reply.problem(); reply.status != http.StatusBadRequest || code != "BadRequest" || detail != c.detail || about != c.about {
			t.Errorf("%s: %d %s", name, reply.status, reply.raw)
		}
	}
	s.want(http.StatusNotFound, s.call("GET", blue, nil))
	s.put("/onlineEndpoints/cluster/deployments/blue", deployment("endpointComputeType", "Kubernetes", "containerResourceRequirements", object{
		"containerResourceRequests": object{"cpu": "0.5", "memory": "1Gi"},
	}, "scaleSettings", object{"scaleType": "TargetUtilization", "minInstances": 1, "maxInstances": 3, "pollingInterval": "PT1S"}))
}

// A deployment that fails stays, in the state Failed. The one that it was deployed over
// still answers.
func TestFailedDeployment(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	s.put(blue, deployment())
	s.put("/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100}))
	s.e.Fault(emulator.Fault{Operation: "PutOnlineDeployment", Kind: emulator.FaultOperationFailed, Code: "OutOfQuota", Times: 1})
	operation := s.ended(s.call("PUT", blue, deployment("model", id("/models/iris/versions/2"))))
	if failure, _ := operation["error"].(object); operation["status"] != "Failed" || failure["code"] != "OutOfQuota" {
		t.Errorf("the operation: %v", operation)
	}
	if p := properties(s.call("GET", blue, nil).json); p["provisioningState"] != "Failed" {
		t.Errorf("the deployment is %v", p["provisioningState"])
	}
	key, _ := s.keys("iris")
	if reply := s.score("iris", key, object{}); reply.json["model"] != id("/models/iris/versions/1") {
		t.Errorf("the score: %d %s", reply.status, reply.raw)
	}
}

func TestLogs(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	s.put(blue, deployment())
	whole := s.want(http.StatusOK, s.call("POST", blue+"/getLogs", object{})).json["content"].(string)
	last := s.want(http.StatusOK, s.call("POST", blue+"/getLogs", object{"containerType": "InferenceServer", "tail": 1})).json["content"].(string)
	if strings.Count(whole, "\n") < 2 || strings.Count(last, "\n") != 1 || !strings.HasSuffix(whole, last) {
		t.Errorf("the log is %q, and its end %q", whole, last)
	}
	if init := s.want(http.StatusOK, s.call("POST", blue+"/getLogs", object{"containerType": "StorageInitializer"})).json["content"].(string); !strings.Contains(init, "/models/iris/versions/1") {
		t.Errorf("the log of the init container: %q", init)
	}
	for _, refused := range []object{{"containerType": "Init"}, {"tail": "1"}, {"tail": -1}, {"lines": 1}} {
		if reply := s.call("POST", blue+"/getLogs", refused); reply.status != http.StatusBadRequest {
			t.Errorf("%v: %d %s", refused, reply.status, reply.raw)
		}
	}
}

// Deployments and their traffic survive a restart.
func TestDeploymentsAreSaved(t *testing.T) {
	t.Parallel()
	file := emulator.WithStateFile(filepath.Join(t.TempDir(), "state.json"))
	s := open(t, file)
	s.put("/onlineEndpoints/iris", endpoint("keys", object{"primaryKey": "first"}))
	s.put(blue, deployment())
	s.put("/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100}))
	s.e.SetOperationDuration(time.Minute)
	s.want(http.StatusCreated, s.call("PUT", "/onlineEndpoints/iris/deployments/green", deployment()))
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, file)
	if reply := again.score("iris", "first", object{}); reply.status != http.StatusOK || reply.json["deployment"] != "blue" {
		t.Errorf("the score: %d %s", reply.status, reply.raw)
	}
	again.e.AdvanceClock(2 * time.Minute)
	if p := properties(again.call("GET", "/onlineEndpoints/iris/deployments/green", nil).json); p["provisioningState"] != "Succeeded" {
		t.Errorf("green is %v", p["provisioningState"])
	}
}
