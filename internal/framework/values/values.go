// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package values reads and makes the framework's values: every conversion between
// them and Go's own types stands here once. It knows values only, no schema and no
// request.
package values

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// IsSet reports whether a value is known and not null.
func IsSet(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// IsTrue reports whether a value is known and true.
func IsTrue(value types.Bool) bool { return IsSet(value) && value.ValueBool() }

// IsFalse reports whether a value is known and false.
func IsFalse(value types.Bool) bool { return IsSet(value) && !value.ValueBool() }

// Changed reports whether a planned value is known and differs from the state.
func Changed(plan, state attr.Value) bool { return !plan.IsUnknown() && !plan.Equal(state) }

// StringPointer returns nil for a null or unknown value, which a request leaves out.
func StringPointer(value types.String) *string {
	if !IsSet(value) {
		return nil
	}
	return value.ValueStringPointer()
}

// BoolPointer returns nil for a null or unknown value.
func BoolPointer(value types.Bool) *bool {
	if !IsSet(value) {
		return nil
	}
	return value.ValueBoolPointer()
}

// Int64Pointer returns nil for a null or unknown value.
func Int64Pointer(value types.Int64) *int64 {
	if !IsSet(value) {
		return nil
	}
	return value.ValueInt64Pointer()
}

// Float64Pointer returns nil for a null or unknown value.
func Float64Pointer(value types.Float64) *float64 {
	if !IsSet(value) {
		return nil
	}
	return value.ValueFloat64Pointer()
}

// OrUnknown returns unknown for null.
func OrUnknown(value types.String) types.String {
	if value.IsNull() {
		return types.StringUnknown()
	}
	return value
}

// Strings returns the known elements of a map of strings; never nil.
func Strings(value types.Map) map[string]string {
	elements := make(map[string]string, len(value.Elements()))
	for name, element := range value.Elements() {
		if text, ok := element.(types.String); ok && IsSet(text) {
			elements[name] = text.ValueString()
		}
	}
	return elements
}

// StringMap returns a map of strings as a value; never null.
func StringMap(elements map[string]string) types.Map {
	converted := make(map[string]attr.Value, len(elements))
	for name, text := range elements {
		converted[name] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, converted)
}

// EmptyStringMap returns a map of strings without elements.
func EmptyStringMap() types.Map { return StringMap(nil) }

// StringSlice returns the known elements of a list of strings; never nil.
func StringSlice(list types.List) []string {
	elements := make([]string, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && IsSet(text) {
			elements = append(elements, text.ValueString())
		}
	}
	return elements
}

// StringList returns strings as a list; never null.
func StringList(elements []string) types.List {
	converted := make([]attr.Value, len(elements))
	for i, text := range elements {
		converted[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, converted)
}

// SameStrings reports whether two maps of strings have the same known elements.
func SameStrings(a, b types.Map) bool { return maps.Equal(Strings(a), Strings(b)) }

// Decode reads a nested object into a struct; nil if it is null or unknown. It
// panics if the struct does not fit the schema, which tests exclude.
func Decode[T any](ctx context.Context, object types.Object) *T {
	if !IsSet(object) {
		return nil
	}
	var value T
	if diags := object.As(ctx, &value, basetypes.ObjectAsOptions{}); diags.HasError() {
		panic(fmt.Sprintf("schema and model differ: %v", diags))
	}
	return &value
}
