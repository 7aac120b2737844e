// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// azureType is a type in Azure's own description of the resources of Resource Manager.
type azureType struct {
	Type, Ref, Const     string
	Enum, Flags          []string
	Items                *azureType
	Properties, Variants map[string]*azureType
	AdditionalProperties *azureType
}

// azureTypes converts Azure's types to the schemas that variants are generated from.
type azureTypes map[string]*azureType

func readAzureTypes(t *testing.T) azureTypes {
	t.Helper()
	raw, err := os.ReadFile("testdata/workspaces-services-2021-04-01.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Definitions azureTypes }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Definitions
}

// fractions are numbers. Azure's types have no type but integer for them.
var fractions = []string{"cpu", "cpuLimit", "memoryInGB", "memoryInGBLimit", "trafficPercentile"}

func (types azureTypes) schema(name string, t *azureType) *openapi3.Schema {
	out := &openapi3.Schema{ReadOnly: slices.Contains(t.Flags, "readOnly")}
	if t.Ref != "" {
		t = types[t.Ref]
	}
	kind := t.Type
	switch {
	case t.Const != "":
		kind, out.Enum = "string", []any{t.Const}
	case len(t.Enum) > 0:
		kind = "string"
		for _, value := range t.Enum {
			out.Enum = append(out.Enum, value)
		}
	case kind == "integer" && slices.Contains(fractions, name):
		kind, out.Format = "number", "double"
	case kind == "integer" && name == "version":
		out.Format = "int64"
	case kind == "integer":
		out.Format = "int32"
	case kind == "array":
		out.Items = openapi3.NewSchemaRef("", types.schema("", t.Items))
	case kind == "" && t.Properties != nil:
		kind = "object"
		types.members(out, t)
	case kind == "any":
		return out
	}
	out.Type = &openapi3.Types{kind}
	return out
}

func (types azureTypes) members(out *openapi3.Schema, t *azureType) {
	if out.Properties == nil {
		out.Properties = openapi3.Schemas{}
	}
	for name, member := range t.Properties {
		out.Properties[name] = openapi3.NewSchemaRef("", types.schema(name, member))
		if slices.Contains(member.Flags, "required") {
			out.Required = append(out.Required, name)
		}
	}
	if t.AdditionalProperties != nil {
		out.AdditionalProperties.Schema = openapi3.NewSchemaRef("", types.schema("", t.AdditionalProperties))
	}
}

// service is the body of a PUT of one compute type. The name is in the path.
func (types azureTypes) service(kind string) *openapi3.Schema {
	root := types["Microsoft.MachineLearningServices/workspaces/services"]
	out := &openapi3.Schema{Type: &openapi3.Types{"object"}}
	types.members(out, root)
	types.members(out, types[root.Variants[kind].Ref])
	for _, ofPath := range []string{"id", "name", "type", "apiVersion"} {
		delete(out.Properties, ofPath)
	}
	out.Required = slices.DeleteFunc(out.Required, func(name string) bool { return name == "name" })
	return out
}

// together are members that a service has all of, or none: the reply names the object.
var together = map[string]string{
	"vnetConfiguration.vnetName": "vnetConfiguration", "vnetConfiguration.subnetName": "vnetConfiguration", "encryptionProperties.vaultBaseUrl": "encryptionProperties",
	"encryptionProperties.keyName": "encryptionProperties", "encryptionProperties.keyVersion": "encryptionProperties",
}

// generateResources makes the variants of Resource Manager's operations.
func (spec *specification) generateResources(t *testing.T) map[string][]variant {
	t.Helper()
	types, out := readAzureTypes(t), map[string][]variant{}
	const version = "?api-version=2021-04-01"
	for kind, full := range map[string]map[string]any{"ACI": fullACI, "AKS": fullAKS} {
		base := everyService(full)
		name := base["name"].(string)
		for _, other := range []string{"name", "deploymentType"} {
			delete(base, other)
		}
		if kind == "ACI" {
			base["vnetConfiguration"] = map[string]any{"vnetName": "v", "subnetName": "s"}
			base["encryptionProperties"] = map[string]any{"vaultBaseUrl": "https://v.example.invalid", "keyName": "k", "keyVersion": "1"}
		}
		schema := types.service(kind)
		image := schema.Properties["environmentImageRequest"].Value
		models, reference := image.Properties["models"].Value, image.Properties["environmentReference"].Value
		delete(image.Properties, "models")
		delete(image.Properties, "environmentReference")

		g := &variants{path: "/services/" + name + version, body: base, allow: spec.allow}
		g.object(schema, "", nil)
		g.beyond(serviceBounds[1:]) // the name is in the path
		g.noObject("[]")
		g.query(&openapi3.Operation{})
		// A service has inline models in the place of registered ones, and an environment by
		// its name in the place of a definition.
		const request = "environmentImageRequest"
		inline := clone(base).(map[string]any)
		inline[request] = map[string]any{"environment": map[string]any{"name": "e"}, "models": []any{map[string]any{"name": "m", "url": "https://example.invalid/m", "mimeType": "application/json"}}}
		g.body = inline
		g.member(models, request+".models", request+".models", []any{request, "models"})
		named := clone(base).(map[string]any)
		named[request] = map[string]any{"modelIds": []any{"iris:1"}, "environmentReference": map[string]any{"name": "sklearn-env", "version": "1"}}
		g.body = named
		g.member(reference, request+".environmentReference", request+".environmentReference", []any{request, "environmentReference"})
		for i, v := range g.found {
			if whole, isPart := together[v.place]; isPart && (v.class == "null" || v.class == "missing") {
				g.found[i].place, g.found[i].allowed = whole, ""
			}
		}
		out["PutServiceResource"] = append(out["PutServiceResource"], g.found...)
	}
	expand := openapi3.NewQueryParameter("expand").WithSchema(openapi3.NewBoolSchema())
	order := openapi3.NewQueryParameter("orderby").WithSchema(openapi3.NewStringSchema().WithEnum("CreatedAtDesc", "CreatedAtAsc", "UpdatedAtDesc", "UpdatedAtAsc"))
	for id, parameters := range map[string]openapi3.Parameters{
		"ListServiceResources": {{Value: expand}, {Value: order}}, "GetServiceResource": {{Value: expand}}, "DeleteServiceResource": nil,
	} {
		path := map[string]string{"ListServiceResources": "", "GetServiceResource": "/kept-aci", "DeleteServiceResource": "/none"}[id]
		g := &variants{path: "/services" + path + version, allow: spec.allow}
		g.query(&openapi3.Operation{Parameters: parameters})
		out[id] = g.found
	}
	return out
}

// methodOf is the method of an operation of Resource Manager.
func methodOf(operation string) string {
	for _, method := range []string{"Put", "Delete"} {
		if strings.HasPrefix(operation, method) {
			return strings.ToUpper(method)
		}
	}
	return "GET"
}
