// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
)

var patchOperationFields = Fields{
	"op":    {Kind: Text, Required: true, Enum: []string{"add", "replace", "remove", "test", "move", "copy"}},
	"path":  {Kind: Text, Required: true},
	"value": {Kind: Free}, // of any type: each path has its own
	"from":  {Kind: Text},
}

// PatchOperations reads the body as an RFC 6902 array. Each operation has an op and a path.
func (c *Call) PatchOperations() ([]map[string]any, error) {
	if media, _, _ := strings.Cut(c.Request.Header.Get("Content-Type"), ";"); media != "application/json-patch+json" && media != "application/json" {
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Code: "UnsupportedMediaType", Message: "The content type of a PATCH must be application/json-patch+json."}
	}
	value, err := c.JSON()
	if err != nil {
		return nil, err
	}
	items, isArray := value.([]any)
	if !isArray || len(items) == 0 {
		return nil, Invalid("InvalidRequestBody", "", "The request body must be a JSON Patch array with at least one operation.")
	}
	var operations []map[string]any
	for i, item := range items {
		operation, isObject := item.(map[string]any)
		if !isObject {
			return nil, Invalid("InvalidRequestBody", fmt.Sprintf("[%d]", i), "A JSON Patch operation must be an object.")
		}
		described := maps.Clone(operation)
		delete(described, "value")
		if described["from"] == nil {
			delete(described, "from")
		}
		if found := patchOperationFields.Check(described, fmt.Sprintf("[%d]", i)); len(found) > 0 {
			return nil, BadRequest(found...)
		}
		operations = append(operations, operation)
	}
	return operations, nil
}

// MissingValue refuses an add or a replace without a value: to leave it out is not to
// give null (RFC 6902, 4.1 and 4.3). i is the place of the operation in the array.
func MissingValue(i int, path string) error {
	return Invalid("MissingField", fmt.Sprintf("[%d].value", i), "The operation on path '%s' has no value.", path)
}

// Pointer reads an RFC 6901 pointer into its unescaped tokens.
func Pointer(path string) ([]string, bool) {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted || rest == "" {
		return nil, false
	}
	tokens := strings.Split(rest, "/")
	for i, token := range tokens {
		for _, after := range strings.Split(token, "~")[1:] {
			if !strings.HasPrefix(after, "0") && !strings.HasPrefix(after, "1") {
				return nil, false
			}
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens, true
}

// WithDefaults returns given over defaults, nested objects member by member.
func WithDefaults(given, defaults map[string]any) map[string]any {
	out := Clone(defaults)
	for name, value := range given {
		nested, isObject := value.(map[string]any)
		base, hasBase := out[name].(map[string]any)
		if isObject && hasBase {
			merged := maps.Clone(base)
			maps.Copy(merged, nested)
			out[name] = merged
			continue
		}
		out[name] = value
	}
	return out
}
