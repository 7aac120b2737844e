// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import "strings"

// PointerToken escapes one reference token of a JSON Pointer (RFC 6901).
func PointerToken(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}
