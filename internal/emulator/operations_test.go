// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// An operation goes from NotStarted to Succeeded, builds before it deploys, and
// its log only ever grows: an offset gives what a client has not shown yet.
func TestOperationProgress(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithClock(stopped{time.Now()}), emulator.WithOperationDuration(100*time.Second))
	created := s.call("POST", "/services", aci("svc"))
	id := created.header.Get("Operation-Location")
	id = id[strings.LastIndex(id, "/")+1:]
	shown := ""
	for _, step := range []struct {
		forward     time.Duration
		state, part string
	}{
		{0, "NotStarted", "BuildImage"},
		{20 * time.Second, "Running", "BuildImage"},
		{40 * time.Second, "Running", "DeployService"},
		{39 * time.Second, "Running", "DeployService"},
		{time.Second, "Succeeded", "DeployService"},
	} {
		s.e.AdvanceClock(step.forward)
		operation := s.call("GET", fmt.Sprintf("/operations/%s?offset=%d", id, len(shown)), nil).json
		details, _ := operation["operationDetails"].(object)
		if operation["state"] != step.state || details["subOperationType"] != step.part || operation["id"] != id {
			t.Errorf("after another %s: %v", step.forward, operation)
		}
		shown += operation["streamingOperationLog"].(string)
		if _, ended := operation["endTime"]; ended != (step.state == "Succeeded") {
			t.Errorf("after another %s: endTime %v", step.forward, operation["endTime"])
		}
	}
	whole := s.call("GET", "/operations/"+id, nil).json["streamingOperationLog"]
	if whole != shown || strings.Count(shown, "#") != 4 {
		t.Errorf("in pieces %q, whole %q", shown, whole)
	}
	for item := range strings.SplitSeq(shown, "#") {
		at, text, _ := strings.Cut(item, "|")
		if _, err := time.Parse("20060102150405", at); err != nil || text == "" || strings.Contains(text, "|") {
			t.Errorf("log item %q", item)
		}
	}
	if far := s.call("GET", "/operations/"+id+"?offset=99999", nil).json["streamingOperationLog"]; far != "" {
		t.Errorf("an offset behind the end: %q", far)
	}
	if bad := s.call("GET", "/operations/"+id+"?offset=-1", nil); bad.status != http.StatusBadRequest {
		t.Errorf("a negative offset: %d", bad.status)
	}
	if missing := s.call("GET", "/operations/none", nil); missing.status != http.StatusNotFound {
		t.Errorf("an unknown operation: %d", missing.status)
	}
	if service := s.call("GET", "/services/svc", nil).json; service["operationId"] != id {
		t.Errorf("operationId %v", service["operationId"])
	}
}

// A test decides how long operations last while they run.
func TestOperationsEndWhenATestSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	s.call("POST", "/services", aci("one"))
	if service := s.call("GET", "/services/one", nil).json; service["state"] != emulator.StateTransitioning {
		t.Errorf("while the operation runs: %v", service["state"])
	}
	s.e.SetOperationDuration(0)
	s.call("POST", "/services", aci("two"))
	for _, name := range []string{"one", "two"} {
		if service := s.call("GET", "/services/"+name, nil).json; service["state"] != emulator.StateHealthy {
			t.Errorf("%s, when operations take no time: %v", name, service["state"])
		}
	}
	s.e.SetOperationDuration(time.Hour)
	s.call("PATCH", "/services/one", []any{object{"op": "replace", "path": "/authEnabled", "value": true}})
	if busy := s.call("DELETE", "/services/one", nil); busy.status != http.StatusConflict {
		t.Errorf("a delete while the next one runs: %d", busy.status)
	}
}

// Only the last segment of Operation-Location can be trusted.
func TestOperationLocationForms(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithPathPrefix("/p"))
	for form, prefix := range map[string]string{
		"": s.url("/operations/"), "relative": "/p/modelmanagement/v1.0/subscriptions/", "legacy": "/api/subscriptions/",
		"otherhost": "https://westeurope.modelmanagement.azureml.invalid/api/subscriptions/",
	} {
		s.e.SetBehavior(emulator.Behavior{OperationLocation: form})
		accepted := s.call("POST", "/services", aci("svc", "overwrite", true))
		if got := accepted.header.Get("Operation-Location"); !strings.HasPrefix(got, prefix) {
			t.Errorf("%q: %s", form, got)
		}
		s.succeed(accepted)
	}
}

// While one operation runs, every change is a conflict and every read works.
func TestBusyService(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	s.call("POST", "/services", aci("svc", "authEnabled", true))
	for _, c := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"PATCH", "/services/svc", replace("/description", "x"), 409},
		{"DELETE", "/services/svc", nil, 409},
		{"POST", "/services", aci("svc", "overwrite", true), 409},
		{"POST", "/services/svc/regenerateKeys", object{"keyType": "Primary"}, 409},
		{"GET", "/services/svc", nil, 200},
		{"GET", "/services", nil, 200},
		{"POST", "/services/svc/listkeys", nil, 200},
		{"GET", "/services/svc/logs", nil, 200},
	} {
		reply := s.call(c.method, c.path, c.body)
		if code, _, _ := reply.problem(); reply.status != c.status || c.status == 409 && code != "OperationInProgress" {
			t.Errorf("%s %s: %d %s", c.method, c.path, reply.status, reply.raw)
		}
	}
}

// An overwrite replaces settings and keeps identity: keys, properties, times, address.
func TestOverwrite(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	first := s.deploy(aci("svc", "authEnabled", true, "description", "old", "kvTags", object{"a": "1"}, "properties", object{"p": "1", "q": "1"}))
	p, q := s.keys("svc")
	second := s.deploy(aci("svc", "authEnabled", true, "overwrite", true, "properties", object{"q": "2", "r": "1"},
		"containerResourceRequirements", object{"cpu": 2, "memoryInGB": 4}))
	p2, q2 := s.keys("svc")
	if p2 != p || q2 != q || second["createdTime"] != first["createdTime"] || second["scoringUri"] != first["scoringUri"] || second["publicIp"] != first["publicIp"] {
		t.Errorf("changed: %v %v", first, second)
	}
	if second["description"] != nil || at(second, "/containerResourceRequirements/cpu") != 2.0 || len(second["kvTags"].(object)) != 0 {
		t.Errorf("kept: %v", second)
	}
	if got := second["properties"].(object); got["p"] != "1" || got["q"] != "1" || got["r"] != "1" {
		t.Errorf("properties %v", got)
	}
	if reply := s.call("POST", "/services", aks("svc", "overwrite", true)); reply.status != http.StatusBadRequest {
		t.Errorf("overwrite with another compute type: %d", reply.status)
	}
	s.e.SetBehavior(emulator.Behavior{OverwriteChangesAddress: true, OverwriteChangesKeys: true})
	third := s.deploy(aci("svc", "authEnabled", true, "overwrite", true))
	if p3, _ := s.keys("svc"); p3 == p || third["scoringUri"] == second["scoringUri"] || third["publicFqdn"] == second["publicFqdn"] {
		t.Error("the address or the keys survived an overwrite that was to change them")
	}
	fourth := s.deploy(aci("svc", "dnsNameLabel", "fixed", "overwrite", true))
	if fourth["publicFqdn"] != "fixed.westeurope.azurecontainer.io" {
		t.Errorf("fqdn %v", fourth["publicFqdn"])
	}
	if fifth := s.deploy(aci("svc", "overwrite", true)); fifth["publicFqdn"] != fourth["publicFqdn"] {
		t.Errorf("a chosen label moved: %v", fifth["publicFqdn"])
	}
}

// An update that fails leaves the old containers serving under the old mode; a
// delete that fails leaves the service.
func TestFailedChanges(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aci("svc"))
	s.e.Fault(emulator.Fault{Operation: "PatchService", Kind: emulator.FaultOperationFailed, Times: 1})
	if operation := s.wait(s.call("PATCH", "/services/svc", replace("/authEnabled", true))); operation["state"] != "Failed" {
		t.Errorf("patch: %v", operation["state"])
	}
	if after := s.call("GET", "/services/svc", nil).json; after["state"] != "Failed" || after["authEnabled"] != true {
		t.Errorf("after the patch: %v %v", after["state"], after["authEnabled"])
	}
	if got := s.score(service, ""); got != http.StatusOK {
		t.Errorf("the old containers: %d", got)
	}
	s.e.Fault(emulator.Fault{Operation: "RegenerateKeys", Kind: emulator.FaultOperationFailed, Times: 1})
	before, _ := s.keys("svc")
	s.wait(s.call("POST", "/services/svc/regenerateKeys", object{"keyType": "Primary"}))
	if after, _ := s.keys("svc"); after != before {
		t.Error("a failed regenerate changed the key")
	}
	s.e.Fault(emulator.Fault{Operation: "DeleteService", Kind: emulator.FaultOperationFailed, Times: 1})
	s.wait(s.call("DELETE", "/services/svc", nil))
	if after := s.call("GET", "/services/svc", nil); after.status != http.StatusOK || after.json["state"] != "Failed" {
		t.Errorf("after the delete: %d %v", after.status, after.json["state"])
	}
	s.succeed(s.call("DELETE", "/services/svc", nil))
}

// A change by another person shows at once, without an operation.
func TestOutOfBand(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aci("svc"))
	err := s.e.EditService(s.scope, "svc", func(doc map[string]any) {
		doc["authEnabled"] = true
		doc["containerResourceRequirements"].(map[string]any)["cpu"] = 3
	})
	if err != nil {
		t.Fatal(err)
	}
	edited, _ := s.e.ServiceJSON(s.scope, "svc")
	if edited["authEnabled"] != true || at(edited, "/containerResourceRequirements/cpu") != 3.0 || s.score(service, "") != http.StatusUnauthorized {
		t.Errorf("edited: %v", edited)
	}
	if err := s.e.SetKeys(s.scope, "svc", "theirs", ""); err != nil || s.score(service, "theirs") != http.StatusOK {
		t.Errorf("set keys: %v", err)
	}
	if p, q := s.e.Keys(s.scope, "svc"); p != "theirs" || len(q) != 32 {
		t.Error("keys are not as set")
	}
	if err := s.e.SetServiceState(s.scope, "svc", emulator.StateUnschedulable); err != nil || s.call("GET", "/services/svc", nil).json["state"] != "Unschedulable" {
		t.Errorf("set state: %v", err)
	}
	if err := s.e.RemoveService(s.scope, "svc"); err != nil || s.e.RemoveService(s.scope, "svc") == nil || s.e.EditService("/none", "svc", nil) == nil {
		t.Errorf("remove: %v", err)
	}
}
