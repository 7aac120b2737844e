// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// kind is the JSON type of a field.
type kind int

const (
	text kind = iota
	boolean
	number
	integer // a number without a fraction, int32 in the specification
	stringMap
	textList
	object // with fields
	list   // of objects with fields
	free   // an object of the user's: its inside is kept as it came, nulls and long numbers too
)

func (k kind) String() string {
	return [...]string{"a string", "a boolean", "a number", "an integer", "an object of strings", "an array of strings", "an object", "an array of objects", "an object"}[k]
}

// field describes one member of a request.
type field struct {
	kind     kind
	required bool
	enum     []string
	fields   fields
	open     bool // of an object: members that are not in fields are the user's, like free
}

// fields describes an object: what is not in it is refused.
type fields map[string]field

// merge adds fields to a copy.
func (f fields) merge(more fields) fields {
	out := maps.Clone(f)
	maps.Copy(out, more)
	return out
}

// check returns every way in which value breaks the description. Names are
// case-sensitive, as the clients send them.
func (f fields) check(value map[string]any, path string) []detail {
	return f.checkObject(value, path, false)
}

func (f fields) checkObject(value map[string]any, path string, open bool) []detail {
	var found []detail
	for _, name := range slices.Sorted(maps.Keys(value)) {
		target := join(path, name)
		want, known := f[name]
		if !known && open {
			continue
		}
		if !known {
			found = append(found, detail{Code: "UnknownField", Message: fmt.Sprintf("Could not find member '%s' on the request.", target), Target: target})
			continue
		}
		found = append(found, want.check(value[name], target)...)
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if _, present := value[name]; f[name].required && !present {
			target := join(path, name)
			found = append(found, detail{Code: "MissingField", Message: fmt.Sprintf("'%s' is required.", target), Target: target})
		}
	}
	return found
}

func (f field) check(value any, target string) []detail {
	if !f.kind.holds(value) {
		return []detail{{Code: "InvalidType", Message: fmt.Sprintf("'%s' must be %s.", target, f.kind), Target: target}}
	}
	if s, isText := value.(string); isText && f.enum != nil && !slices.Contains(f.enum, s) {
		return []detail{{Code: "InvalidValue", Message: fmt.Sprintf("'%s' must be one of %s.", target, strings.Join(f.enum, ", ")), Target: target}}
	}
	switch f.kind {
	case object:
		return f.fields.checkObject(value.(map[string]any), target, f.open)
	case list:
		if f.fields == nil {
			return nil // objects whose inside is not looked at
		}
		var found []detail
		for i, item := range value.([]any) {
			found = append(found, f.fields.check(item.(map[string]any), fmt.Sprintf("%s[%d]", target, i))...)
		}
		return found
	}
	return nil
}

func (k kind) holds(value any) bool {
	switch k {
	case text:
		_, isText := value.(string)
		return isText
	case boolean:
		_, isBool := value.(bool)
		return isBool
	case number:
		_, isNumber := value.(float64)
		return isNumber
	case integer:
		n, isNumber := value.(float64)
		return isNumber && n == math.Trunc(n) && math.Abs(n) <= math.MaxInt32
	case stringMap:
		entries, isMap := value.(map[string]any)
		return isMap && all(slices.Collect(maps.Values(entries)), text)
	case textList:
		items, isList := value.([]any)
		return isList && all(items, text)
	case list:
		items, isList := value.([]any)
		return isList && all(items, free)
	default:
		_, isMap := value.(map[string]any)
		return isMap
	}
}

func all(values []any, k kind) bool {
	return !slices.ContainsFunc(values, func(v any) bool { return !k.holds(v) })
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// tidy prepares a decoded value for the tables: null members are absent, since the
// SDK sends null for what is not set, and numbers are float64. What a table says
// is free stays as it came, with its nulls and its numbers as json.Number.
func (f fields) tidy(value map[string]any) map[string]any {
	return tidier{dropNulls: true}.object(f, value, false)
}

// numbers does the same to a stored document, whose null members stay.
func (f fields) numbers(value map[string]any) map[string]any {
	if value == nil {
		return nil
	}
	return tidier{}.object(f, value, false)
}

func (f field) tidy(value any) any { return tidier{dropNulls: true}.member(f, value) }

type tidier struct{ dropNulls bool }

func (t tidier) object(f fields, value map[string]any, open bool) map[string]any {
	out := make(map[string]any, len(value))
	for name, member := range value {
		want, known := f[name]
		switch {
		case open && !known:
			out[name] = member
		case member == nil && t.dropNulls:
		case known:
			out[name] = t.member(want, member)
		default:
			out[name] = t.plain(member)
		}
	}
	return out
}

func (t tidier) member(f field, value any) any {
	if f.kind == free || f.kind == list && f.fields == nil {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		if f.kind == object {
			return t.object(f.fields, v, f.open)
		}
	case []any:
		if f.kind == list {
			out := make([]any, len(v))
			for i, item := range v {
				out[i] = t.member(field{kind: object, fields: f.fields}, item)
			}
			return out
		}
	}
	return t.plain(value)
}

// plain is for what no table describes.
func (t tidier) plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return t.object(nil, v, false)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = t.plain(item)
		}
		return out
	case json.Number:
		n, err := v.Float64()
		if err != nil {
			return v.String() // beyond every number: no table takes it
		}
		return n
	}
	return value
}

// clone copies a decoded JSON value.
func clone[T any](value T) T {
	copied, _ := deepCopy(value).(T)
	return copied
}

func deepCopy(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = deepCopy(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = deepCopy(item)
		}
		return out
	}
	return value
}
