// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"reflect"
	"strconv"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func TestPatchRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("aci-svc", "properties", object{"p": "1"}))
	s.deploy(aks("aks-svc"))
	add := func(path string, value any) []any { return []any{object{"op": "add", "path": path, "value": value}} }
	for _, c := range []struct {
		service string
		patch   any
		target  string
	}{
		{"aci-svc", object{}, ""},
		{"aci-svc", []any{}, ""},
		{"aci-svc", []any{1}, "[0]"},
		{"aci-svc", []any{object{"path": "/description", "value": "x"}}, "[0].op"},
		{"aci-svc", []any{object{"op": "replace", "value": "x"}}, "[0].path"},
		{"aci-svc", []any{object{"op": "replace", "path": "/description"}}, "[0].value"},
		{"aci-svc", []any{object{"op": "set", "path": "/description", "value": "x"}}, "[0].op"},
		{"aci-svc", []any{object{"op": "replace", "path": "/description", "value": "x", "why": "y"}}, "[0].why"},
		{"aci-svc", []any{object{"op": "remove", "path": "/authEnabled"}}, "[0].path"},
		{"aci-svc", replace("description", "x"), "[0].path"},
		{"aci-svc", replace("/description", "x", "/location", "eastus"), "[1].path"},
		{"aci-svc", replace("/containerResourceRequirements/cpu", 2), "[0].path"},
		{"aci-svc", replace("/dnsNameLabel", "x"), "[0].path"},
		{"aci-svc", replace("/aadAuthEnabled", true), "[0].path"},
		{"aci-svc", replace("/name", "x"), "[0].path"},
		{"aci-svc", replace("/kvTags/a", "x"), "[0].path"},
		{"aci-svc", replace("/kvTags", object{"a": 1}), "/kvTags"},
		{"aci-svc", replace("/authEnabled", "yes"), "/authEnabled"},
		{"aci-svc", replace("/authEnabled", nil), "/authEnabled"},
		{"aci-svc", replace("/sslEnabled", true), "sslEnabled"},
		{"aci-svc", replace("/sslKey", "k"), "sslEnabled"},
		{"aci-svc", replace("/properties/q", "1"), "[0].path"},
		{"aci-svc", add("/properties/p", "2"), "[0].path"},
		{"aci-svc", add("/properties/q", 1), "/properties/q"},
		{"aci-svc", add("/properties/~2", "1"), "[0].path"},
		{"aci-svc", replace("/environmentImageRequest", object{"modelIds": []string{"iris:7"}}), "environmentImageRequest.modelIds"},
		{"aks-svc", replace("/computeName", "aks-far"), "[0].path"},
		{"aks-svc", replace("/aadAuthEnabled", true), "aadAuthEnabled"},
		{"aks-svc", replace("/aadAuthEnabled", true, "/authEnabled", true), "aadAuthEnabled"},
		{"aks-svc", replace("/numReplicas", 2), "numReplicas"},
		{"aks-svc", replace("/autoScaler/autoscaleEnabled", false), "numReplicas"},
		{"aks-svc", replace("/autoScaler/minReplicas", 20), "autoScaler.minReplicas"},
		{"aks-svc", replace("/containerResourceRequirements/cpuLimit", 0.01), "containerResourceRequirements.cpuLimit"},
		{"aks-svc", replace("/namespace", "NO"), "namespace"},
		{"aks-svc", replace("/autoScaler", object{}), "[0].path"},
	} {
		before, _ := s.e.ServiceJSON(emulator.DefaultWorkspaceID, c.service)
		reply := s.call("PATCH", "/services/"+c.service, c.patch)
		if _, target, _ := reply.problem(); reply.status != http.StatusBadRequest || target != c.target {
			t.Errorf("%v: %d %s, want 400 at %q", c.patch, reply.status, reply.raw, c.target)
		}
		if after, _ := s.e.ServiceJSON(emulator.DefaultWorkspaceID, c.service); !reflect.DeepEqual(before, after) {
			t.Errorf("%v: a refused patch changed the service", c.patch)
		}
	}
}

// Every path that the SDK patches has its effect.
func TestPatchApplies(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("aci-svc"))
	s.deploy(aks("aks-svc"))
	image := object{"modelIds": []any{"iris:2"}}
	for _, c := range []struct {
		service, path string
		value         any
	}{
		{"aci-svc", "/description", "new"},
		{"aci-svc", "/kvTags", object{"a": "b"}},
		{"aci-svc", "/authEnabled", true},
		{"aci-svc", "/appInsightsEnabled", true},
		{"aci-svc", "/environmentImageRequest", image},
		{"aci-svc", "/imageId", "i:1"},
		{"aci-svc", "/cname", "a.example.org"},
		{"aks-svc", "/description", ""},
		{"aks-svc", "/kvTags", object{}},
		{"aks-svc", "/appInsightsEnabled", true},
		{"aks-svc", "/environmentImageRequest", image},
		{"aks-svc", "/autoScaler/minReplicas", 2.0},
		{"aks-svc", "/autoScaler/maxReplicas", 20.0},
		{"aks-svc", "/autoScaler/refreshPeriodInSeconds", 5.0},
		{"aks-svc", "/autoScaler/targetUtilization", 50.0},
		{"aks-svc", "/dataCollection/storageEnabled", true},
		{"aks-svc", "/containerResourceRequirements/cpu", 1.5},
		{"aks-svc", "/containerResourceRequirements/cpuLimit", 2.0},
		{"aks-svc", "/containerResourceRequirements/memoryInGB", 2.0},
		{"aks-svc", "/containerResourceRequirements/memoryInGBLimit", 4.0},
		{"aks-svc", "/containerResourceRequirements/gpu", 0.0},
		{"aks-svc", "/scoringTimeoutMs", 1000.0},
		{"aks-svc", "/maxConcurrentRequestsPerContainer", 3.0},
		{"aks-svc", "/maxQueueWaitMs", 0.0},
		{"aks-svc", "/namespace", "mine"},
		{"aks-svc", "/livenessProbeRequirements/periodSeconds", 11.0},
		{"aks-svc", "/livenessProbeRequirements/initialDelaySeconds", 0.0},
		{"aks-svc", "/livenessProbeRequirements/timeoutSeconds", 3.0},
		{"aks-svc", "/livenessProbeRequirements/successThreshold", 2.0},
		{"aks-svc", "/livenessProbeRequirements/failureThreshold", 4.0},
	} {
		s.succeed(s.call("PATCH", "/services/"+c.service, replace(c.path, c.value)))
		service := s.call("GET", "/services/"+c.service, nil).json
		if got := at(service, c.path); !reflect.DeepEqual(got, c.value) {
			t.Errorf("%s %s = %v, want %v", c.service, c.path, got, c.value)
		}
	}
}

// Rules are judged at the end of the array, whatever its order.
func TestPatchSwitchesModesInOneArray(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aks("svc"))
	primary, secondary := s.keys("svc")
	for _, patch := range [][]any{
		replace("/aadAuthEnabled", true, "/authEnabled", false), replace("/authEnabled", true, "/aadAuthEnabled", false),
	} {
		s.succeed(s.call("PATCH", "/services/svc", patch))
	}
	if p, q := s.keys("svc"); p != primary || q != secondary {
		t.Error("keys did not survive the way to tokens and back")
	}
	s.succeed(s.call("PATCH", "/services/svc", replace("/numReplicas", 3, "/autoScaler/autoscaleEnabled", false)))
	service := s.call("GET", "/services/svc", nil).json
	if at(service, "/numReplicas") != 3.0 || at(service, "/autoScaler/minReplicas") != nil || at(service, "/autoScaler/autoscaleEnabled") != false {
		t.Errorf("fixed replicas: %v %v", service["numReplicas"], service["autoScaler"])
	}
	s.succeed(s.call("PATCH", "/services/svc", replace("/autoScaler/autoscaleEnabled", true, "/autoScaler/maxReplicas", 4)))
	service = s.call("GET", "/services/svc", nil).json
	if at(service, "/numReplicas") != nil || at(service, "/autoScaler/minReplicas") != 1.0 || at(service, "/autoScaler/maxReplicas") != 4.0 {
		t.Errorf("autoscaler: %v %v", service["numReplicas"], service["autoScaler"])
	}
}

// Property keys may hold the signs of a JSON pointer, escaped as RFC 6901 says
// or, as the SDK sends a slash, not at all.
func TestPatchAddsProperties(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc", "properties", object{"old": "1"}))
	s.succeed(s.call("PATCH", "/services/svc", []any{
		object{"op": "add", "path": "/properties/a~1b", "value": "1"},
		object{"op": "add", "path": "/properties/c/d", "value": "2"},
		object{"op": "add", "path": "/properties/e~0f", "value": "3"},
		object{"op": "add", "path": "/properties/old", "value": "1"},
	}))
	got := s.call("GET", "/services/svc", nil).json["properties"]
	want := object{"old": "1", "a/b": "1", "c/d": "2", "e~f": "3", "hasInferenceSchema": "False", "hasHttps": "False"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("properties %v, want %v", got, want)
	}
}

// A deployment of the service may answer a PATCH with 200 and the new service.
func TestPatchAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PatchStatus: 200, DeleteStatus: 200, RegenerateStatus: 200}))
	s.deploy(aci("svc", "authEnabled", true))
	reply := s.call("PATCH", "/services/svc", replace("/description", "x"))
	if reply.status != http.StatusOK || reply.json["description"] != "x" || reply.json["state"] != "Healthy" {
		t.Errorf("patch: %d %s", reply.status, reply.raw)
	}
	before, kept := s.keys("svc")
	reply = s.call("POST", "/services/svc/regenerateKeys", object{"keyType": "primary"})
	if reply.status != http.StatusOK || reply.json["primaryKey"] == before || reply.json["secondaryKey"] != kept {
		t.Errorf("regenerate: %d", reply.status)
	}
	if reply = s.call("DELETE", "/services/svc", nil); reply.status != http.StatusOK {
		t.Errorf("delete: %d", reply.status)
	}
}

// at reads a value by its names and indexes, separated by slashes; nil if it is not there.
func at(body object, path string) any {
	var value any = body
	for _, name := range splitPath(path) {
		if list, isList := value.([]any); isList {
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(list) {
				return nil
			}
			value = list[i]
			continue
		}
		member, _ := value.(object)
		value = member[name]
	}
	return value
}
