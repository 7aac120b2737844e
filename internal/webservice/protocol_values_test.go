// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// values are the attributes that a test sets; the others are null.
type values map[string]any

// list is a list of a test.
type list []any

// unknown stands for a value that Terraform does not know yet.
type unknown struct{}

// build makes a value of a type out of plain Go values.
func build(t *testing.T, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(typ, v)
	case list:
		elements := make([]tftypes.Value, len(v))
		for i, e := range v {
			elements[i] = build(t, typ.(tftypes.List).ElementType, e)
		}
		return tftypes.NewValue(typ, elements)
	case values:
		members := map[string]tftypes.Value{}
		object, isObject := typ.(tftypes.Object)
		if !isObject {
			for name, e := range v {
				members[name] = build(t, typ.(tftypes.Map).ElementType, e)
			}
			return tftypes.NewValue(typ, members)
		}
		for name, memberType := range object.AttributeTypes {
			members[name] = build(t, memberType, v[name])
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

// plain is the reverse of build; null members are left out.
func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case !value.IsKnown():
		return unknown{}
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
	case value.Type().Is(tftypes.List{}):
		var elements []tftypes.Value
		must(value.As(&elements))
		result := list{}
		for _, e := range elements {
			result = append(result, plain(t, e))
		}
		return result
	}
	var members map[string]tftypes.Value
	must(value.As(&members))
	result := values{}
	for name, member := range members {
		if p := plain(t, member); p != nil {
			result[name] = p
		}
	}
	return result
}

// encodePrivate makes private state as the framework stores it.
func encodePrivate(t *testing.T, private map[string]string) []byte {
	t.Helper()
	encoded := map[string][]byte{}
	for name, value := range private {
		encoded[name] = []byte(value)
	}
	result, err := json.Marshal(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
