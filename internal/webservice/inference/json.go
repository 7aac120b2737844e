// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"bytes"
	"encoding/json"
)

// decodeJSON keeps numbers as they are written: a float64 would round large ones.
func decodeJSON(encoded []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// canonicalJSON returns the form in which two documents that mean the same are
// equal: sorted keys, no white space, and no null members, since the API takes null
// as absent.
func canonicalJSON(encoded json.RawMessage) ([]byte, error) {
	value, err := decodeJSON(encoded)
	if err != nil {
		return nil, err
	}
	return json.Marshal(withoutNulls(value))
}

func withoutNulls(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if v[name] = withoutNulls(member); member == nil {
				delete(v, name)
			}
		}
	case []any:
		for i, element := range v {
			v[i] = withoutNulls(element)
		}
	}
	return value
}

func sameJSON(a, b json.RawMessage) bool {
	left, errLeft := canonicalJSON(a)
	right, errRight := canonicalJSON(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right)
}
