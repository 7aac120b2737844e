// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Every operation of the specification is served, and then its requests and
// responses are valid, or answers 501 with a body that says so. What the table
// of conformance claims is what happens here.
func TestConformance(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	spec := specify(t, s)
	spec.walk()
	spec.refuse()
	for _, id := range []string{"Profiles_ListQuery", "Profiles_Create", "Profiles_QueryById"} {
		path := "/images/image%3A1/profiles"
		if id == "Profiles_QueryById" {
			path += "/one"
		}
		reply := spec.do(exchange{id: id, path: path, body: map[string]any{"name": "p"}, want: http.StatusNotImplemented})
		if reply.json["code"] != "NotImplemented" || !strings.Contains(reply.json["message"].(string), "emulator") {
			t.Errorf("%s: %s", id, reply.raw)
		}
	}

	rows := map[string]emulator.Conformance{}
	for _, row := range emulator.ConformanceTable() {
		rows[row.OperationID] = row
		if spec.served[row.OperationID] != (row.Operation != "") {
			t.Errorf("%s: served %t, the table says %q", row.OperationID, spec.served[row.OperationID], row.Operation)
		}
		if refused := slices.Sorted(maps.Keys(spec.refused[row.OperationID])); !slices.Equal(refused, row.Refusals) {
			t.Errorf("%s: refused with %v, the table says %v", row.OperationID, refused, row.Refusals)
		}
		if row.Operation != "" && len(row.Asserted) == 0 {
			t.Errorf("%s: no source of what is asserted", row.OperationID)
		}
		for _, behaviour := range row.Asserted {
			if !slices.Contains([]string{emulator.FromSpecification, emulator.FromSDK, emulator.FromDocumentation, emulator.FromIssues, emulator.FromChoice}, behaviour.From) {
				t.Errorf("%s: %q has the unknown source %q", row.OperationID, behaviour.What, behaviour.From)
			}
		}
	}
	for id := range spec.operations {
		if _, there := rows[id]; !there {
			t.Errorf("the table has no row for %s", id)
		}
	}
	if len(rows) != len(spec.operations) || len(rows) != 23 {
		t.Errorf("%d rows for %d operations", len(rows), len(spec.operations))
	}
	checkLog(t, s.e, rows)
}

// checkLog compares the operation names of the table with those of the log.
func checkLog(t *testing.T, e *emulator.Emulator, rows map[string]emulator.Conformance) {
	t.Helper()
	logged := map[string]bool{}
	for _, request := range e.Requests() {
		logged[request.Operation] = true
	}
	for _, row := range rows {
		if row.Operation != "" && !logged[row.Operation] {
			t.Errorf("%s: the log has no operation %s", row.OperationID, row.Operation)
		}
	}
}

// later ends the operations on their way.
func (spec *specification) later() {
	spec.s.e.AdvanceClock(2 * time.Hour)
}

var fullACI = map[string]any{
	"name": "svc-aci", "computeType": "ACI", "description": "d", "kvTags": map[string]any{"a": "b"}, "properties": map[string]any{"p": "q"},
	"keys":                          map[string]any{"primaryKey": "p1", "secondaryKey": "s1"},
	"containerResourceRequirements": map[string]any{"cpu": 0.5, "memoryInGB": 1}, "location": "westeurope", "authEnabled": true, "sslEnabled": false,
	"appInsightsEnabled": true, "dataCollection": map[string]any{"storageEnabled": true, "eventHubEnabled": false}, "dnsNameLabel": "label-one",
	"deploymentType": "HttpRealtimeEndpoint",
	"environmentImageRequest": map[string]any{
		"driverProgram": "driver.py", "modelIds": []any{"raw:1"},
		"assets":      []any{map[string]any{"id": "driver.py", "url": "aml://artifact/LocalUpload/c/driver.py", "mimeType": "application/x-python", "unpack": false}},
		"environment": map[string]any{"name": "e", "version": "1", "python": map[string]any{"userManagedDependencies": true}, "environmentVariables": map[string]any{"A": "1"}},
	},
}

var fullAKS = map[string]any{
	"name": "svc-aks", "computeType": "AKS", "computeName": emulator.DefaultCompute, "namespace": "ns", "numReplicas": 2,
	"autoScaler":                    map[string]any{"autoscaleEnabled": false},
	"containerResourceRequirements": map[string]any{"cpu": 0.5, "memoryInGB": 1, "gpu": 0, "fpga": 0}, "authEnabled": true, "aadAuthEnabled": false,
	"scoringTimeoutMs": 1000, "maxConcurrentRequestsPerContainer": 2, "maxQueueWaitMs": 100, "isDefault": true, "trafficPercentile": 50.5, "type": "Control",
	"livenessProbeRequirements": map[string]any{"periodSeconds": 1, "initialDelaySeconds": 2, "timeoutSeconds": 3, "successThreshold": 1, "failureThreshold": 5},
	"environmentImageRequest":   map[string]any{"modelIds": []any{"iris:2"}},
}

func replacing(path string, value any) []any {
	return []any{map[string]any{"op": "replace", "path": path, "value": value}}
}

// walk calls every operation that is served, as it should be called.
func (spec *specification) walk() {
	t := spec.t
	asset := spec.do(exchange{id: "Assets_Create", path: "/assets", want: 200, body: map[string]any{
		"name": "a", "artifacts": []any{map[string]any{"prefix": "LocalUpload/c/model.pkl"}}, "kvTags": map[string]any{"a": "b"}, "meta": map[string]any{"m": "n"},
	}}).json["id"].(string)
	spec.do(exchange{id: "Assets_QueryById", path: "/assets/" + asset, want: 200})
	spec.do(exchange{id: "Assets_ListQuery", path: "/assets?name=a&count=5&orderby=CreatedAtAsc", want: 200})
	spec.do(exchange{id: "Assets_Patch", path: "/assets/" + asset, body: replacing("/kvTags", map[string]any{"c": "d"}), want: 200})
	for range 2 {
		spec.do(exchange{id: "MLModels_Register", path: "/models", want: 200, body: map[string]any{
			"name": "m", "url": "aml://asset/" + asset, "mimeType": "application/json", "framework": "Onnx", "datasets": []any{map[string]any{"name": "d", "id": "1"}},
			"kvTags": map[string]any{"a": "b"}, "unpack": true,
		}})
	}
	spec.do(exchange{id: "MLModels_QueryById", path: "/models/m%3A1", want: 200})
	spec.do(exchange{id: "MLModels_ListQuery", path: "/models?name=m&count=1&tags=a%3Db", want: 200})
	spec.do(exchange{id: "MLModels_Patch", path: "/models/m%3A1", body: replacing("/description", "d"), want: 200})
	spec.do(exchange{id: "MLModels_GetMetrics", path: "/models/m%3A1/metrics?startDate=2026-01-01", want: 200})
	spec.do(exchange{id: "MLModels_Delete", path: "/models/m%3A2", want: 200})
	spec.do(exchange{id: "MLModels_Delete", path: "/models/m%3A2", want: 204})

	spec.is("ACIServiceCreateRequest", fullACI)
	spec.is("AKSServiceCreateRequest", fullAKS)
	for _, body := range []map[string]any{fullACI, fullAKS} {
		created := spec.do(exchange{id: "Services_Create", path: "/services", body: body, want: 202})
		operation := created.header.Get("Operation-Location")
		operation = operation[strings.LastIndex(operation, "/"):]
		for range 2 { // while it runs, and when it has ended
			schema := body["computeType"].(string) + "ServiceResponse"
			service := spec.do(exchange{id: "Services_QueryById", path: "/services/" + body["name"].(string) + "?expand=true", want: 200})
			spec.is(schema, service.json)
			if _, there := service.json["environmentImageRequest"]; !there {
				t.Errorf("the response's image goes by another name: %s", service.raw)
			}
			spec.do(exchange{id: "Operations_Get", path: "/operations" + operation, want: 200})
			spec.later()
		}
	}
	list := spec.do(exchange{id: "Services_ListQuery", path: "/services?count=1&expand=true&orderby=CreatedAtDesc", want: 200})
	spec.is("AKSServiceResponse", list.json["value"].([]any)[0])
	spec.do(exchange{id: "Services_Patch", path: "/services/svc-aks", body: replacing("/maxQueueWaitMs", 7), want: 202})
	spec.later()
	spec.do(exchange{id: "Services_ListServiceKeys", path: "/services/svc-aci/listkeys", want: 200})
	spec.do(exchange{id: "Services_RegenerateServiceKeys", path: "/services/svc-aci/regenerateKeys", body: map[string]any{"keyType": "Secondary", "keyValue": nil}, want: 202})
	spec.later()
	spec.s.e.SetBehavior(emulator.Behavior{RegenerateStatus: 200, DeleteStatus: 200})
	spec.do(exchange{id: "Services_RegenerateServiceKeys", path: "/services/svc-aci/regenerateKeys", body: map[string]any{"keyType": "Primary", "keyValue": "chosen"}, want: 200})
	spec.do(exchange{id: "Services_Patch", path: "/services/svc-aks", want: 202, body: append(replacing("/authEnabled", false), replacing("/aadAuthEnabled", true)...)})
	spec.later()
	spec.do(exchange{id: "Services_GetServiceToken", path: "/services/svc-aks/token", want: 201})
	spec.do(exchange{id: "Services_Create", path: "/services", want: 202, body: map[string]any{
		"name": "svc-gone", "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []any{"iris:1"}},
	}})
	spec.later()
	spec.do(exchange{id: "Services_Delete", path: "/services/svc-gone", want: 200})
	spec.do(exchange{id: "Services_Delete", path: "/services/svc-gone", want: 204})
	spec.s.e.SetBehavior(emulator.Behavior{})
	spec.do(exchange{id: "Assets_Delete", path: "/assets/" + asset, want: 200})
	spec.do(exchange{id: "Assets_Delete", path: "/assets/" + asset, want: 204})
}

// refuse calls every operation that is served as it should not be called.
func (spec *specification) refuse() {
	if err := spec.s.e.AddPrincipal(emulator.Principal{ClientID: "nobody", ClientSecret: "x"}); err != nil {
		spec.t.Fatal(err)
	}
	elsewhere := strings.Replace(spec.s.scope, "ws-demo", "ws-none", 1)
	for id, path := range map[string]string{
		"Services_Create": "/services", "Services_ListQuery": "/services", "Services_QueryById": "/services/svc-aci", "Services_Patch": "/services/svc-aci",
		"Services_Delete": "/services/svc-aci", "Services_ListServiceKeys": "/services/svc-aci/listkeys", "Services_RegenerateServiceKeys": "/services/svc-aci/regenerateKeys",
		"Services_GetServiceToken": "/services/svc-aks/token", "Operations_Get": "/operations/one", "MLModels_Register": "/models", "MLModels_ListQuery": "/models",
		"MLModels_QueryById": "/models/iris%3A1", "MLModels_Patch": "/models/iris%3A1", "MLModels_Delete": "/models/iris%3A1", "MLModels_GetMetrics": "/models/iris%3A1/metrics",
		"Assets_Create": "/assets", "Assets_ListQuery": "/assets", "Assets_QueryById": "/assets/a", "Assets_Patch": "/assets/a", "Assets_Delete": "/assets/a",
	} {
		spec.do(exchange{id: id, path: path, bearer: "none", want: 401})
		spec.do(exchange{id: id, path: path, bearer: "garbage", want: 401})
		spec.do(exchange{id: id, path: path, bearer: spec.s.e.AccessToken("nobody"), want: 403})
		spec.do(exchange{id: id, path: path, scope: elsewhere, want: 404})
	}
	for _, x := range []exchange{
		{id: "Services_QueryById", path: "/services/none", want: 404},
		{id: "Services_QueryById", path: "/services/svc-aci?expand=maybe", want: 400},
		{id: "Services_Patch", path: "/services/none", body: replacing("/description", "d"), want: 404},
		{id: "Services_ListServiceKeys", path: "/services/none/listkeys", want: 404},
		{id: "Services_GetServiceToken", path: "/services/none/token", want: 404},
		{id: "Operations_Get", path: "/operations/none", want: 404},
		{id: "MLModels_QueryById", path: "/models/none%3A1", want: 404},
		{id: "Services_Create", path: "/services", body: map[string]any{"name": "x", "computeType": "ACI", "more": 1}, want: 400},
		{id: "Services_Create", path: "/services", body: "{", want: 400},
		{id: "Services_Create", path: "/services", body: fullACI, want: 409},
		{id: "Services_ListQuery", path: "/services?count=x", want: 400},
		{id: "MLModels_ListQuery", path: "/models?orderBy=x", want: 400},
		{id: "Assets_ListQuery", path: "/assets?count=-1", want: 400},
		{id: "Services_Patch", path: "/services/svc-aci", body: replacing("/name", "x"), want: 400},
		{id: "Services_Patch", path: "/services/svc-aks", body: replacing("/authEnabled", true), want: 400},
		{id: "Services_Patch", path: "/services/svc-aks", body: replacing("/description", "d"), media: "text/plain", want: 415},
		{id: "Services_ListServiceKeys", path: "/services/svc-aks/listkeys", want: 400},
		{id: "Services_GetServiceToken", path: "/services/svc-aci/token", want: 400},
		{id: "Services_RegenerateServiceKeys", path: "/services/svc-aci/regenerateKeys", body: map[string]any{"keyType": "Third"}, want: 400},
		{id: "Services_RegenerateServiceKeys", path: "/services/svc-aks/regenerateKeys", body: map[string]any{"keyType": "Primary"}, want: 400},
		{id: "MLModels_Register", path: "/models", body: map[string]any{"name": "m"}, want: 400},
		{id: "Assets_Create", path: "/assets", body: map[string]any{}, want: 400},
		{id: "MLModels_Patch", path: "/models/iris%3A1", body: replacing("/version", 3), want: 400},
		{id: "MLModels_Delete", path: "/models/iris%3A2", want: 412},
	} {
		spec.do(x)
	}
	busy := spec.do(exchange{id: "Services_Patch", path: "/services/svc-aci", body: replacing("/description", "x"), want: 202})
	operation := busy.header.Get("Operation-Location")
	spec.do(exchange{id: "Operations_Get", path: "/operations" + operation[strings.LastIndex(operation, "/"):] + "?offset=-1", want: 400})
	spec.do(exchange{id: "Services_Patch", path: "/services/svc-aci", body: replacing("/description", "y"), want: 409})
	spec.do(exchange{id: "Services_Delete", path: "/services/svc-aci", want: 409})
	spec.do(exchange{id: "Services_RegenerateServiceKeys", path: "/services/svc-aci/regenerateKeys", body: map[string]any{"keyType": "Primary"}, want: 409})
	asset := spec.do(exchange{id: "Assets_Create", path: "/assets", body: map[string]any{"name": "b"}, want: 200}).json["id"].(string)
	spec.do(exchange{id: "Assets_Patch", path: "/assets/" + asset, body: replacing("/name", "x"), want: 400})
}
