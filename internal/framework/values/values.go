// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package values converts between the framework's values and Go's types. It knows no schema and
// no request.
package values

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
func StringPointer(value types.String) *string { return pointer(value, value.ValueStringPointer) }

// BoolPointer returns nil for a null or unknown value.
func BoolPointer(value types.Bool) *bool { return pointer(value, value.ValueBoolPointer) }

// Int64Pointer returns nil for a null or unknown value.
func Int64Pointer(value types.Int64) *int64 { return pointer(value, value.ValueInt64Pointer) }

// Float64Pointer returns nil for a null or unknown value.
func Float64Pointer(value types.Float64) *float64 { return pointer(value, value.ValueFloat64Pointer) }

func pointer[T any](value attr.Value, known func() *T) *T {
	if !IsSet(value) {
		return nil
	}
	return known()
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

// Encode returns a struct as a nested object of these types, the inverse of Decode.
func Encode(of map[string]attr.Type, value any) types.Object {
	object, diags := types.ObjectValueFrom(context.Background(), of, value)
	if diags.HasError() {
		panic(fmt.Sprintf("schema and model differ: %v", diags))
	}
	return object
}

// OrZero returns the value behind a pointer; the zero value for nil.
func OrZero[T any](pointer *T) T {
	if pointer == nil {
		return *new(T)
	}
	return *pointer
}

// Types returns the types of attributes, of any kind of schema.
func Types[A interface{ GetType() attr.Type }](attributes map[string]A) map[string]attr.Type {
	found := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		found[name] = attribute.GetType()
	}
	return found
}

// Null returns the null value of a type.
func Null(of attr.Type) attr.Value {
	ctx := context.Background()
	value, err := of.ValueFromTerraform(ctx, tftypes.NewValue(of.TerraformType(ctx), nil))
	if err != nil {
		return types.DynamicNull() // no type of a schema refuses null
	}
	return value
}

// Object returns an object of these types. Members without a value are null.
func Object(of map[string]attr.Type, members map[string]attr.Value) types.Object {
	all := make(map[string]attr.Value, len(of))
	for name, t := range of {
		if all[name] = members[name]; all[name] == nil {
			all[name] = Null(t)
		}
	}
	return types.ObjectValueMust(of, all)
}

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
