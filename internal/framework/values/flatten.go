// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package values

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Same keeps the prior spelling of a value that means the same.
func Same(value string, prior types.String, same func(a, b string) bool) types.String {
	if IsSet(prior) && same(value, prior.ValueString()) {
		return prior
	}
	return types.StringValue(value)
}

// OptionalString returns null for no text, or the prior value if that is empty too:
// the API does not tell an empty text from none.
func OptionalString(value *string, prior types.String) types.String {
	if value != nil && *value != "" {
		return types.StringValue(*value)
	}
	if IsSet(prior) && prior.ValueString() == "" {
		return prior
	}
	return types.StringNull()
}

// ComputedString returns null for no text.
func ComputedString(value *string) types.String {
	return OptionalString(value, types.StringNull())
}

// IsTruePointer reports whether a pointer leads to true.
func IsTruePointer(value *bool) bool { return value != nil && *value }

// BoolOr returns the fallback for nil.
func BoolOr(value *bool, fallback bool) types.Bool {
	if value == nil {
		return types.BoolValue(fallback)
	}
	return types.BoolValue(*value)
}

// OptionalStringMap returns null for a map without elements, unless the prior value
// is an empty map.
func OptionalStringMap(elements map[string]string, prior types.Map) types.Map {
	if len(elements) == 0 && !IsSet(prior) {
		return types.MapNull(types.StringType)
	}
	return StringMap(elements)
}

// Time returns a time as RFC 3339 in UTC; null for the zero time.
func Time(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// FormatDuration prints a duration without the zeros at its end: 45m, not 45m0s.
func FormatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Region returns the form of a region's name that ids use. Azure answers with the
// display form for some workspaces: "West Europe".
func Region(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", ""))
}
