// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"maps"
)

// What a PATCH may change of a model and of an asset. Properties are added as a
// whole map, where services take them one by one.
var (
	assetPatchFields = fields{"/kvTags": {kind: stringMap}, "/description": {kind: text}, "/properties": {kind: stringMap}}
	modelPatchFields = assetPatchFields.merge(fields{
		"/sampleInputData": {kind: text}, "/sampleOutputData": {kind: text}, "/resourceRequirements": {kind: object, fields: modelResourceFields},
	})
)

// patchModel answers 200 with the model; nothing is changed unless the whole
// array passes.
func patchModel(c *call) (*reply, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	doc, err := c.patched(m.doc, modelPatchFields)
	if err != nil {
		return nil, err
	}
	m.doc, m.modified = doc, c.Now()
	return ok(m.wire()), nil
}

// patched applies the call's JSON Patch to a copy of a document with flat members.
func (c *call) patched(original map[string]any, allowed fields) (map[string]any, error) {
	operations, err := c.patchOperations()
	if err != nil {
		return nil, err
	}
	doc := clone(original)
	for i, operation := range operations {
		op, path := operation["op"].(string), operation["path"].(string)
		target := fmt.Sprintf("[%d].path", i)
		f, known := allowed[path]
		switch {
		case !known:
			return nil, invalid("InvalidPatchOperation", target, "The path '%s' cannot be updated.", path)
		case op != "add" && op != "replace":
			return nil, invalid("InvalidPatchOperation", target, "The operation '%s' on path '%s' is not supported; use replace.", op, path)
		}
		value := f.tidy(operation["value"])
		if value == nil {
			if path == "/properties" {
				return nil, invalid("InvalidType", path, "'%s' must be %s.", path, f.kind)
			}
			value = map[string]any{"/kvTags": map[string]any{}}[path] // null clears
		} else if found := f.check(value, path); len(found) > 0 {
			return nil, badRequest(found...)
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
			return nil, invalid("InvalidPatchOperation", "/properties", "Property '%s' has another value already, and properties are immutable.", key)
		}
		properties[key] = value
	}
	return properties, nil
}
