// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package gather

import "encoding/json"

// lacks reports whether an item lacks a member that the whole document has. A null counts
// as no member.
func lacks(item, whole []byte) bool {
	var part, all any
	if json.Unmarshal(item, &part) != nil || json.Unmarshal(whole, &all) != nil {
		return true
	}
	return missing(part, all)
}

func missing(part, all any) bool {
	switch all := all.(type) {
	case map[string]any:
		members, _ := part.(map[string]any)
		for name, value := range all {
			if missing(members[name], value) {
				return true
			}
		}
	case []any:
		elements, _ := part.([]any)
		for i, value := range all {
			if i < len(elements) && missing(elements[i], value) {
				return true
			}
		}
		return len(all) > 0 && len(elements) == 0
	case nil:
	default:
		return part == nil
	}
	return false
}
