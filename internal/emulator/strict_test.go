// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

type object = map[string]any

// Requests that a strict server refuses, each with the field at fault.
func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Computes = append(seed.Workspaces[0].Computes,
		emulator.ComputeSeed{Name: "aks-creating", State: "Creating"}, emulator.ComputeSeed{Name: "cpu", Type: "AmlCompute"})
	s := open(t, emulator.WithSeed(seed))
	image := func(pairs ...any) object { return change(object{}, pairs) }
	resources := func(pairs ...any) object { return change(object{"cpu": 1, "memoryInGB": 1}, pairs) }
	for i, c := range []struct {
		body         object
		code, target string
	}{
		{aci("svc", "colour", "red"), "UnknownField", "colour"},
		{aci("svc", "aadAuthEnabled", true), "UnknownField", "aadAuthEnabled"},
		{aci("svc", "numReplicas", 1), "UnknownField", "numReplicas"},
		{aci("svc", "tags", object{}), "UnknownField", "tags"},
		{aci("svc", "authEnabled", "true"), "InvalidType", "authEnabled"},
		{aci("svc", "description", 1), "InvalidType", "description"},
		{aci("svc", "kvTags", object{"a": 1}), "InvalidType", "kvTags"},
		{aci("svc", "containerResourceRequirements", []int{1}), "InvalidType", "containerResourceRequirements"},
		{aci("svc", "containerResourceRequirements", object{"cpu": "1"}), "InvalidType", "containerResourceRequirements.cpu"},
		{aks("svc", "numReplicas", 1.5), "InvalidType", "numReplicas"},
		{aks("svc", "computeType", "aks"), "InvalidValue", "computeType"},
		{aks("svc", "type", "Main"), "InvalidValue", "type"},
		{aks("svc", "deploymentType", "Realtime"), "InvalidValue", "deploymentType"},
		{aci("svc", "name", nil), "MissingField", "name"},
		{aci("svc", "computeType", nil), "MissingField", "computeType"},
		{aci("Svc"), "InvalidServiceName", "name"},
		{aci("ab"), "InvalidServiceName", "name"},
		{aci("svc-"), "InvalidServiceName", "name"},
		{aci(strings.Repeat("a", 33)), "InvalidServiceName", "name"},
		{aci("svc", "environmentImageRequest", nil), "MissingField", "environmentImageRequest"},
		{aci("svc", "environmentImageRequest", image()), "ServiceModelConflict", "environmentImageRequest.modelIds"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{"iris:9"})), "ModelNotFound", "environmentImageRequest.modelIds"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{"raw:1"})), "EnvironmentRequired", "environmentImageRequest.environment"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{"iris:1", "iris:2"})), "EnvironmentRequired", "environmentImageRequest.environment"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{})), "EnvironmentRequired", "environmentImageRequest.environment"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{}, "environmentReference", object{"name": "none", "version": "1"})), "EnvironmentNotFound", "environmentImageRequest.environmentReference"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{}, "environment", object{"name": "e"}, "driverProgram", "d.py")), "DriverProgramNotFound", "environmentImageRequest.driverProgram"},
		{aci("svc", "environmentImageRequest", image("modelIds", []string{}, "environment", object{"name": "e"}, "assets", []any{object{"id": "a"}})), "MissingField", "environmentImageRequest.assets[0].url"},
		{aci("svc", "containerResourceRequirements", object{"cpu": 0}), "InvalidValue", "containerResourceRequirements.cpu"},
		{aci("svc", "containerResourceRequirements", resources("cpuLimit", 2)), "UnknownField", "containerResourceRequirements.cpuLimit"},
		{aci("svc", "sslEnabled", true), "InvalidSslConfiguration", "sslEnabled"},
		{aci("svc", "sslEnabled", true, "sslCertificate", "c", "sslKey", "k"), "InvalidSslConfiguration", "sslEnabled"},
		{aci("svc", "vnetConfiguration", object{"vnetName": "v"}), "InvalidVnetConfiguration", "vnetConfiguration"},
		{aci("svc", "encryptionProperties", object{"keyName": "k", "keyVersion": "1"}), "InvalidEncryptionProperties", "encryptionProperties"},
		{aks("svc", "authEnabled", true, "aadAuthEnabled", true), "InvalidAuthenticationConfiguration", "aadAuthEnabled"},
		{aks("svc", "computeName", nil), "MissingField", "computeName"},
		{aks("svc", "computeName", "none"), "ComputeResourceNotCreated", "computeName"},
		{aks("svc", "computeName", "cpu"), "ComputeResourceNotCreated", "computeName"},
		{aks("svc", "computeName", "aks-creating"), "ComputeResourceNotCreated", "computeName"},
		{aks("svc", "namespace", "Bad_"), "InvalidNamespace", "namespace"},
		{aks("svc", "numReplicas", 1, "autoScaler", object{"autoscaleEnabled": true}), "InvalidScaling", "numReplicas"},
		{aks("svc", "autoScaler", object{"autoscaleEnabled": false}), "InvalidScaling", "numReplicas"},
		{aks("svc", "numReplicas", 1, "autoScaler", object{"minReplicas": 2}), "InvalidScaling", "autoScaler.minReplicas"},
		{aks("svc", "autoScaler", object{"minReplicas": 5, "maxReplicas": 2}), "InvalidScaling", "autoScaler.minReplicas"},
		{aks("svc", "autoScaler", object{"minReplicas": 3, "maxReplicas": 2}), "InvalidScaling", "autoScaler.minReplicas"},
		{aks("svc", "containerResourceRequirements", resources("cpuLimit", 0.5)), "InvalidValue", "containerResourceRequirements.cpuLimit"},
		{aks("svc", "containerResourceRequirements", resources("memoryInGBLimit", 0.5)), "InvalidValue", "containerResourceRequirements.memoryInGBLimit"},
		{aks("svc", "containerResourceRequirements", resources("gpu", -1)), "InvalidValue", "containerResourceRequirements.gpu"},
		{aks("svc", "containerResourceRequirements", resources("fpga", 3)), "InvalidValue", "containerResourceRequirements.fpga"},
		{aks("svc", "livenessProbeRequirements", object{"periodSeconds": 0}), "InvalidValue", "livenessProbeRequirements.periodSeconds"},
		{aks("svc", "trafficPercentile", 101), "InvalidValue", "trafficPercentile"},
	} {
		t.Run(fmt.Sprintf("%d %s", i, c.target), func(t *testing.T) {
			reply := s.call("POST", "/services", c.body)
			code, target, message := reply.problem()
			if reply.status != http.StatusBadRequest || reply.json["code"] != "BadRequest" || reply.json["statusCode"] != 400.0 {
				t.Fatalf("want a flat 400, got %d %s", reply.status, reply.raw)
			}
			if code != c.code || target != c.target || message == "" {
				t.Errorf("got %s at %s (%s), want %s at %s", code, target, message, c.code, c.target)
			}
		})
	}
	if left := s.e.ServiceNames(emulator.DefaultWorkspaceID); len(left) != 0 {
		t.Errorf("refused requests left %v", left)
	}
}

func TestCreateRefusesWhatIsNoJSONObject(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, body := range []string{"", "{", "[]", "null", `"x"`, `{} {}`} {
		if reply := s.call("POST", "/services", body); reply.status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, reply.status)
		}
	}
}

// The SDK sends null for whatever is not set, also inside of objects.
func TestNullIsAbsent(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aks("svc", "numReplicas", nil, "location", nil, "kvTags", nil, "description", nil,
		"keys", object{"primaryKey": nil, "secondaryKey": nil}, "namespace", nil, "scoringTimeoutMs", nil,
		"livenessProbeRequirements", object{"periodSeconds": nil, "initialDelaySeconds": nil, "timeoutSeconds": nil, "successThreshold": nil, "failureThreshold": nil},
		"containerResourceRequirements", object{"cpu": nil, "cpuLimit": nil, "memoryInGB": nil, "memoryInGBLimit": nil, "gpu": nil}))
	needs, _ := service["containerResourceRequirements"].(object)
	probe, _ := service["livenessProbeRequirements"].(object)
	if needs["cpu"] != 0.1 || needs["memoryInGB"] != 0.5 || probe["initialDelaySeconds"] != 310.0 || service["scoringTimeoutMs"] != 60000.0 {
		t.Errorf("defaults are missing: %v %v %v", needs, probe, service["scoringTimeoutMs"])
	}
	if service["authEnabled"] != true || service["aadAuthEnabled"] != false || service["namespace"] != "azureml-ws-demo" {
		t.Errorf("%v %v %v", service["authEnabled"], service["aadAuthEnabled"], service["namespace"])
	}
	tokens := s.deploy(aks("tokens", "aadAuthEnabled", true)) // as the SDK sends token_auth_enabled=True alone
	if tokens["authEnabled"] != false || tokens["aadAuthEnabled"] != true {
		t.Errorf("token auth alone: %v %v", tokens["authEnabled"], tokens["aadAuthEnabled"])
	}
}

// The largest numbers of both formats are accepted.
func TestTheLimitsOfNumbersAreAccepted(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	if reply := s.call("POST", "/models", object{"name": "m", "url": "https://example.invalid/m", "mimeType": "application/json", "version": 3_000_000_000}); reply.status != http.StatusOK {
		t.Errorf("an int64: %d %s", reply.status, reply.raw)
	}
	s.succeed(s.call("POST", "/services", aks("svc", "scoringTimeoutMs", 2147483647)))
	if reply := s.call("GET", "/services?count=2147483647&expand=False", nil); reply.status != http.StatusOK {
		t.Errorf("an int32 in a query: %d %s", reply.status, reply.raw)
	}
}

// An operation that is known to exist and is not built answers so.
func TestNotImplemented(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, c := range []struct{ method, path string }{
		{"GET", "/images/x/profiles"}, {"POST", "/packages"}, {"POST", "/services/migrate"}, {"DELETE", "/operations/x"},
	} {
		reply := s.call(c.method, c.path, object{})
		if reply.status != http.StatusNotImplemented || reply.json["code"] != "NotImplemented" {
			t.Errorf("%s %s: %d %s", c.method, c.path, reply.status, reply.raw)
		}
	}
	if reply := s.call("POST", "/services", aks("svc", "computeType", "AKSENDPOINT")); reply.status != http.StatusNotImplemented {
		t.Errorf("AKSENDPOINT: %d", reply.status)
	}
	if reply := s.do("GET", s.e.ResourceManagerURL()+"/nothing/here", "", nil); reply.status != http.StatusNotFound {
		t.Errorf("a foreign path: %d", reply.status)
	}
}
