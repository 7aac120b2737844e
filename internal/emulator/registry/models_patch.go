// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"fmt"
	"maps"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// The members of a model and of an asset that a PATCH may change. Properties are
// added as a whole map; services take them one by one.
var (
	assetPatchFields = api.Fields{"/kvTags": {Kind: api.StringMap}, "/description": {Kind: api.Text}, "/properties": {Kind: api.StringMap}}
	modelPatchFields = assetPatchFields.Merge(api.Fields{
		"/sampleInputData": {Kind: api.Text}, "/sampleOutputData": {Kind: api.Text}, "/resourceRequirements": {Kind: api.Object, Fields: modelResourceFields},
	})
)

// patchModel answers 200 with the model; nothing is changed unless the whole
// array passes.
func (l *Layer) patchModel(c *api.Call) (*api.Reply, error) {
	m, err := l.model(c)
	if err != nil {
		return nil, err
	}
	doc, err := l.patched(c, m.Doc, modelPatchFields)
	if err != nil {
		return nil, err
	}
	m.Doc, m.Modified = doc, l.Now()
	return api.OK(WireModel(m)), nil
}

// patched applies the call's JSON Patch to a copy of a document with flat members.
func (l *Layer) patched(c *api.Call, original map[string]any, allowed api.Fields) (map[string]any, error) {
	operations, err := c.PatchOperations()
	if err != nil {
		return nil, err
	}
	doc := api.Clone(original)
	for i, operation := range operations {
		op, path := operation["op"].(string), operation["path"].(string)
		target := fmt.Sprintf("[%d].path", i)
		f, known := allowed[path]
		switch {
		case !known:
			return nil, api.Invalid("InvalidPatchOperation", target, "The path '%s' cannot be updated.", path)
		case op != "add" && op != "replace":
			return nil, api.Invalid("InvalidPatchOperation", target, "The operation '%s' on path '%s' is not supported; use replace.", op, path)
		}
		given, present := operation["value"]
		if !present {
			return nil, api.MissingValue(i, path)
		}
		value := f.Tidy(given)
		if value == nil {
			if path == "/properties" {
				return nil, api.Invalid("InvalidType", path, "'%s' must be %s.", path, f.Kind)
			}
			value = map[string]any{"/kvTags": map[string]any{}}[path] // null clears
		} else if found := f.Check(value, path); len(found) > 0 {
			return nil, api.BadRequest(found...)
		}
		if path == "/properties" {
			if value, err = addedProperties(doc, value.(map[string]any)); err != nil {
				return nil, err
			}
		}
		doc[path[1:]] = value
	}
	return doc, nil
}

// addedProperties: properties can be added and never changed.
func addedProperties(doc, given map[string]any) (map[string]any, error) {
	old, _ := doc["properties"].(map[string]any)
	properties := map[string]any{}
	maps.Copy(properties, old)
	for key, value := range given {
		if before, there := old[key]; there && before != value {
			return nil, api.Invalid("InvalidPatchOperation", "/properties", "Property '%s' has another value already, and properties are immutable.", key)
		}
		properties[key] = value
	}
	return properties, nil
}
