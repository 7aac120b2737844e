// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A bound is one that the specification does not have. The place of each in the
// contract is in the comment.
type bound struct {
	place  string
	beyond []any
}

var (
	serviceBounds = []bound{
		{"name", []any{"ab", strings.Repeat("a", 33), "Svc", "1svc", "svc-", "svc_a"}}, // SDK, webservice_name_validation
		{"containerResourceRequirements.cpu", []any{0, -0.5}},                          // SDK: must be greater than zero
		{"containerResourceRequirements.memoryInGB", []any{0, -1}},                     // SDK: must be greater than zero
		{"containerResourceRequirements.gpu", []any{-1}},                               // SDK: greater than or equal to zero
		{"containerResourceRequirements.fpga", []any{1, 3, -2}},                        // SDK: even
		{"environmentImageRequest.modelIds", []any{[]any{"none:1"}, []any{"iris:9"}}},  // issue reports: a model that is not there
		{"environmentImageRequest.driverProgram", []any{"other.py"}},                   // SDK: an id of the assets
	}
	aksBounds = []bound{
		{"namespace", []any{"", "Ns", "ns_a", "-ns", "ns-", strings.Repeat("a", 64)}}, // SDK: a Kubernetes namespace
		{"trafficPercentile", []any{-1, 100.5, 101}},                                  // SDK: 0 to 100
		{"computeName", []any{"", "none"}},                                            // SDK, issue reports: ComputeResourceNotCreated
	}
	modelBounds = []bound{
		{"name", []any{"", "-m", ".m", "m m", "m/m", strings.Repeat("a", 256)}}, // SDK: the rule for names of models
	}
)

// The paths of a JSON Patch that the SDK sends, for each compute type.
var (
	commonPaths = []string{"/imageId", "/environmentImageRequest", "/kvTags", "/description", "/authEnabled", "/appInsightsEnabled"}
	patchPaths  = map[string][]string{
		"ACI": append(slices.Clone(commonPaths), "/sslEnabled", "/sslCertificate", "/sslKey", "/cname"),
		"AKS": append(slices.Clone(commonPaths), "/aadAuthEnabled", "/autoScaler/autoscaleEnabled", "/autoScaler/minReplicas", "/autoScaler/maxReplicas", "/autoScaler/refreshPeriodInSeconds",
			"/autoScaler/targetUtilization", "/dataCollection/storageEnabled", "/containerResourceRequirements/cpu", "/containerResourceRequirements/memoryInGB",
			"/containerResourceRequirements/gpu", "/scoringTimeoutMs", "/maxConcurrentRequestsPerContainer", "/maxQueueWaitMs", "/numReplicas", "/livenessProbeRequirements/periodSeconds",
			"/livenessProbeRequirements/initialDelaySeconds", "/livenessProbeRequirements/timeoutSeconds", "/livenessProbeRequirements/successThreshold",
			"/livenessProbeRequirements/failureThreshold", "/namespace"),
	}
	// The emulator lets a JSON Patch clear these by null.
	clearedPaths = []string{"/description", "/kvTags", "/cname", "/numReplicas", "/containerResourceRequirements/gpu"}
)

// The members that a create needs beside those that the specification requires: one
// of two kinds of image, models in it, and a cluster. Null is a missing member there.
var neededPlaces = []string{
	"environmentImageRequest", "environmentImageRequest.modelIds", "environmentImageRequest.assets[0].id", "environmentImageRequest.assets[0].url", "environmentImageRequest.environmentReference.name",
	"computeName", "numReplicas",
}

// everyACI and everyAKS have a driver that is an asset, and a model that needs no environment.
func everyService(full map[string]any) map[string]any {
	body := clone(full).(map[string]any)
	body["environmentImageRequest"] = map[string]any{
		"modelIds": []any{"iris:1"}, "environment": map[string]any{"name": "e"},
		"assets": []any{map[string]any{"id": "driver.py", "url": "aml://artifact/LocalUpload/c/driver.py", "mimeType": "application/x-python", "unpack": false}},
	}
	return body
}

func (spec *specification) allow(v variant) string {
	switch {
	case v.class == "unknown" && strings.Contains(v.exactly, "?"):
		return "parameter"
	case v.class == "unknown" && strings.Contains(v.place, "environmentImageRequest.environment."):
		return "environment"
	case v.class == "enum" && v.place == "keyType" && (strings.EqualFold(v.exactly, `keyType = "primary"`) || v.exactly == "keyType = 0" || v.exactly == "keyType = 1"):
		return "keyType"
	case v.class == "null" && slices.Contains(clearedPaths, v.place):
		return "cleared"
	case v.class == "null" && strings.HasPrefix(v.place, "/") && !strings.Contains(v.place, "."), v.class == "null" && slices.Contains(neededPlaces, strings.TrimPrefix(v.place, "/")):
		return ""
	case v.class == "null":
		return "null"
	}
	return ""
}

// generate makes the variants of every operation that is served.
func (spec *specification) generate() map[string][]variant {
	out := map[string][]variant{}
	schema := func(name string) *openapi3.Schema { return spec.document.Components.Schemas[name].Value }
	// RFC 6902 says what the specification leaves open: both are required.
	// A regeneration without a slot regenerates nothing.
	schema("RegenerateServiceKeysRequest").Required = []string{"keyType"}
	schema("JsonPatchOperation").Required = []string{"op", "path"}
	schema("JsonPatchOperation").Properties["op"].Value.Enum = []any{"add", "replace", "remove", "test", "move", "copy"}

	create := func(id, path, kind string, body map[string]any, bounds ...bound) {
		g := &variants{path: path, body: body, allow: spec.allow}
		g.object(schema(kind), "", nil)
		g.beyond(bounds)
		if id == "Services_RegenerateServiceKeys" {
			for _, number := range []any{0, 1, 2, -1} {
				g.add("enum", "keyType", "keyType", []any{"keyType"}, number, false)
			}
		}
		g.noObject("[]")
		g.query(spec.operations[id].operation)
		out[id] = append(out[id], g.found...)
	}
	create("Services_Create", "/services", "ACIServiceCreateRequest", everyService(fullACI), serviceBounds...)
	create("Services_Create", "/services", "AKSServiceCreateRequest", everyService(fullAKS), append(aksBounds, serviceBounds...)...)
	create("MLModels_Register", "/models", "Model", map[string]any{"name": "m", "url": "https://example.invalid/m", "mimeType": "application/json"}, modelBounds...)
	create("Assets_Create", "/assets", "Asset", map[string]any{"name": "a"})
	create("Services_RegenerateServiceKeys", "/services/kept-aci/regenerateKeys", "RegenerateServiceKeysRequest", map[string]any{"keyType": "Primary"})

	patch := func(id, path, kind string, paths []string, valid map[string]any) {
		g := &variants{path: path, body: replacing("/description", "d"), allow: spec.allow}
		g.object(schema("JsonPatchOperation"), "[0]", []any{0})
		g.add("missing", "[0].value", "[0].value", []any{0, "value"}, nil, true)
		g.noObject("{}", "[]")
		g.query(spec.operations[id].operation)
		spec.patches(g, schema(kind), "", paths, valid)
		out[id] = append(out[id], g.found...)
	}
	patch("Services_Patch", "/services/kept-aci", "ACIServiceCreateRequest", patchPaths["ACI"], everyService(fullACI))
	patch("Services_Patch", "/services/kept-aks", "AKSServiceCreateRequest", patchPaths["AKS"], everyService(fullAKS))
	patch("MLModels_Patch", "/models/iris%3A1", "Model", []string{"/kvTags", "/description", "/properties"}, nil)
	patch("Assets_Patch", "/assets/"+spec.asset, "Asset", []string{"/kvTags", "/description", "/properties"}, nil)

	for id, path := range map[string]string{
		"Services_ListQuery": "/services", "Services_QueryById": "/services/kept-aci", "Services_Delete": "/services/none", "Services_ListServiceKeys": "/services/kept-aci/listkeys",
		"Services_GetServiceToken": "/services/kept-tokens/token", "Operations_Get": "/operations/" + spec.operation,
		"MLModels_ListQuery": "/models", "MLModels_QueryById": "/models/iris%3A1", "MLModels_Delete": "/models/none%3A1", "MLModels_GetMetrics": "/models/iris%3A1/metrics",
		"Assets_ListQuery": "/assets", "Assets_QueryById": "/assets/" + spec.asset, "Assets_Delete": "/assets/none",
	} {
		g := &variants{path: path, allow: spec.allow}
		g.query(spec.operations[id].operation)
		out[id] = append(out[id], g.found...)
	}
	return out
}

// patches makes a JSON Patch for each member of a document: with wrong values if a
// patch can replace it, and with a valid one if it cannot.
func (spec *specification) patches(g *variants, schema *openapi3.Schema, prefix string, paths []string, valid map[string]any) {
	properties, _ := members(schema)
	for name, member := range properties {
		pointer := prefix + "/" + name
		value := valid[name]
		switch {
		case slices.Contains(paths, pointer):
			g.body = []any{map[string]any{"op": "replace", "path": pointer, "value": value}}
			g.member(member, pointer, pointer, []any{0, "value"})
			g.add("null", pointer, pointer, []any{0, "value"}, nil, false)
		case prefix == "" && slices.ContainsFunc(paths, func(path string) bool { return strings.HasPrefix(path, pointer+"/") }):
			below, _ := value.(map[string]any)
			spec.patches(g, member, pointer, paths, below)
			fallthrough
		default:
			g.body = []any{map[string]any{"op": "replace", "path": pointer, "value": value}}
			g.add("path", pointer, "[0].path", []any{0, "value"}, value, false)
		}
	}
}

// variantClasses are the names of all classes.
func variantClasses() map[string]int {
	out := map[string]int{}
	for _, class := range emulator.VariantClasses() {
		out[class.Name] = 0
	}
	return out
}
