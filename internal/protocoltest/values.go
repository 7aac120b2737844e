// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are the attributes of an object or the elements of a map, as they would
// be written in a configuration: what is not named is null.
type Values map[string]any

// List is a list of them, or a set.
type List []any

// Unknown is a value that is not known yet.
type Unknown struct{}

// Build makes a value of a type from Values, a List, Unknown, nil, text, a
// number or a bool. An attribute that the type does not have ends the test.
func Build(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case Unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case List:
		elements := make([]tftypes.Value, len(v))
		var elementType tftypes.Type
		if set, isSet := typ.(tftypes.Set); isSet {
			elementType = set.ElementType
		} else {
			elementType = typ.(tftypes.List).ElementType
		}
		for i, e := range v {
			elements[i] = Build(t, elementType, e)
		}
		return tftypes.NewValue(typ, elements)
	case Values:
		members := map[string]tftypes.Value{}
		object, isObject := typ.(tftypes.Object)
		if !isObject {
			for name, e := range v {
				members[name] = Build(t, typ.(tftypes.Map).ElementType, e)
			}
			return tftypes.NewValue(typ, members)
		}
		for name, memberType := range object.AttributeTypes {
			members[name] = Build(t, memberType, v[name])
		}
		for name := range v {
			if _, exists := object.AttributeTypes[name]; !exists {
				t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(typ, members)
	}
	return tftypes.NewValue(typ, value)
}

// Plain is the opposite of Build. Whole numbers are int, others float64; null
// members are left out.
func Plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case !value.IsKnown():
		return Unknown{}
	case value.IsNull():
		return nil
	case value.Type().Is(tftypes.String):
		var s string
		must(value.As(&s))
		return s
	case value.Type().Is(tftypes.Bool):
		var b bool
		must(value.As(&b))
		return b
	case value.Type().Is(tftypes.Number):
		var n big.Float
		must(value.As(&n))
		if n.IsInt() {
			i, _ := n.Int64()
			return int(i)
		}
		f, _ := n.Float64()
		return f
	case value.Type().Is(tftypes.List{}), value.Type().Is(tftypes.Set{}):
		var elements []tftypes.Value
		must(value.As(&elements))
		result := List{}
		for _, e := range elements {
			result = append(result, Plain(t, e))
		}
		return result
	}
	var members map[string]tftypes.Value
	must(value.As(&members))
	result := Values{}
	for name, member := range members {
		if p := Plain(t, member); p != nil {
			result[name] = p
		}
	}
	return result
}
