// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Kind is the JSON type of a field.
type kind int

// The types of fields.
const (
	Text kind = iota
	Boolean
	Number
	Integer // a number without a fraction, int32 in the specification
	StringMap
	TextList
	Object  // with fields
	List    // of objects with fields
	Free    // an object of the user's: its inside is kept as it came, nulls and long numbers too; members that are in fields are checked
	Long    // a number without a fraction, int64 in the specification
	Map     // an object with the user's names; Values describes each value
	Ignored // anything: the service assigns the member, and drops what a request says
)

func (k kind) String() string {
	return [...]string{"a string", "a boolean", "a number", "an integer", "an object of strings", "an array of strings", "an object", "an array of objects", "an object", "an integer", "an object", "anything"}[k]
}

// Field describes one member of a request.
type Field struct {
	Kind     kind
	Required bool
	Enum     []string
	Fields   Fields
	Values   *Field                 // of a map
	Rule     func(value any) string // what is wrong with a value of the right kind, such as "must not be empty"; "" if nothing is
	Open     bool                   // of an object, or of those in a list: members that are not in fields are the user's, like free
	Patched  bool                   // a JSON Patch can replace it as a whole
	Nullable bool                   // a JSON Patch can clear it by null; other values refuse null
}

// Fields describes an object: what is not in it is refused.
type Fields map[string]Field

// Merge adds fields to a copy.
func (f Fields) Merge(more Fields) Fields {
	out := maps.Clone(f)
	maps.Copy(out, more)
	return out
}

// Patchable returns the fields that a JSON Patch can replace, by their JSON Pointer
// below the prefix.
func (f Fields) Patchable(prefix string) Fields {
	out := Fields{}
	for name, field := range f {
		if field.Patched {
			out[prefix+name] = field
			continue
		}
		maps.Copy(out, field.Fields.Patchable(prefix+name+"/"))
	}
	return out
}

// Check returns every way in which value breaks the description. Names are
// case-sensitive, as the clients send them.
func (f Fields) Check(value map[string]any, path string) []Detail {
	return f.checkObject(value, path, false)
}

func (f Fields) checkObject(value map[string]any, path string, open bool) []Detail {
	var found []Detail
	for _, name := range slices.Sorted(maps.Keys(value)) {
		target := join(path, name)
		want, known := f[name]
		if !known && open {
			continue
		}
		if !known {
			found = append(found, Detail{Code: "UnknownField", Message: fmt.Sprintf("Could not find member '%s' on the request.", target), Target: target})
			continue
		}
		found = append(found, want.Check(value[name], target)...)
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if _, present := value[name]; f[name].Required && !present {
			target := join(path, name)
			found = append(found, Detail{Code: "MissingField", Message: fmt.Sprintf("'%s' is required.", target), Target: target})
		}
	}
	return found
}

// Check returns every way in which a value at target breaks the description.
func (f Field) Check(value any, target string) []Detail {
	if !f.Kind.accepts(value) {
		return []Detail{{Code: "InvalidType", Message: fmt.Sprintf("'%s' must be %s.", target, f.Kind), Target: target}}
	}
	if s, isText := value.(string); isText && f.Enum != nil && !slices.Contains(f.Enum, s) {
		return []Detail{{Code: "InvalidValue", Message: fmt.Sprintf("'%s' must be one of %s.", target, strings.Join(f.Enum, ", ")), Target: target}}
	}
	if f.Rule != nil {
		if problem := f.Rule(value); problem != "" {
			return []Detail{{Code: "InvalidValue", Message: fmt.Sprintf("'%s' %s.", target, problem), Target: target}}
		}
	}
	switch f.Kind {
	case Object:
		return f.Fields.checkObject(value.(map[string]any), target, f.Open)
	case Free:
		return f.Fields.checkObject(f.Fields.Tidy(value.(map[string]any)), target, true)
	case Map:
		var found []Detail
		entries := value.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			found = append(found, f.Values.Check(entries[name], join(target, name))...)
		}
		return found
	case List:
		if f.Fields == nil {
			return nil // objects with members that are not checked
		}
		var found []Detail
		for i, item := range value.([]any) {
			found = append(found, f.Fields.checkObject(item.(map[string]any), fmt.Sprintf("%s[%d]", target, i), f.Open)...)
		}
		return found
	}
	return nil
}

func (k kind) accepts(value any) bool {
	switch k {
	case Text:
		_, isText := value.(string)
		return isText
	case Boolean:
		_, isBool := value.(bool)
		return isBool
	case Number:
		_, isNumber := value.(float64)
		return isNumber
	case Integer:
		n, isNumber := value.(float64)
		return isNumber && n == math.Trunc(n) && math.Abs(n) <= math.MaxInt32
	case Long:
		n, isNumber := value.(float64)
		return isNumber && n == math.Trunc(n) && math.Abs(n) < math.MaxInt64
	case StringMap:
		entries, isMap := value.(map[string]any)
		return isMap && all(slices.Collect(maps.Values(entries)), Text)
	case TextList:
		items, isList := value.([]any)
		return isList && all(items, Text)
	case List:
		items, isList := value.([]any)
		return isList && all(items, Free)
	case Ignored:
		return true
	default:
		_, isMap := value.(map[string]any)
		return isMap
	}
}

func all(values []any, k kind) bool {
	return !slices.ContainsFunc(values, func(v any) bool { return !k.accepts(v) })
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Tidy prepares a decoded value for the tables: null members are absent, since the
// SDK sends null for what is not set, and numbers are float64. What a table says
// is free stays as it came, with its nulls and its numbers as json.Number.
func (f Fields) Tidy(value map[string]any) map[string]any {
	return tidier{dropNulls: true}.object(f, value, false)
}

// Numbers does the same to a stored document. Its null members stay.
func (f Fields) Numbers(value map[string]any) map[string]any {
	if value == nil {
		return nil
	}
	return tidier{}.object(f, value, false)
}

// Tidy prepares one value of the field, as Fields.Tidy does for an object.
func (f Field) Tidy(value any) any { return tidier{dropNulls: true}.member(f, value) }

type tidier struct{ dropNulls bool }

func (t tidier) object(f Fields, value map[string]any, open bool) map[string]any {
	out := make(map[string]any, len(value))
	for name, member := range value {
		want, known := f[name]
		switch {
		case open && !known:
			out[name] = member
		case member == nil && t.dropNulls:
		case known && want.Kind == Ignored:
		case known:
			out[name] = t.member(want, member)
		default:
			out[name] = t.plain(member)
		}
	}
	return out
}

func (t tidier) member(f Field, value any) any {
	if f.Kind == Free || f.Kind == List && f.Fields == nil {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		switch f.Kind {
		case Object:
			return t.object(f.Fields, v, f.Open)
		case Map:
			out := make(map[string]any, len(v))
			for name, item := range v {
				if item != nil || !t.dropNulls {
					out[name] = t.member(*f.Values, item)
				}
			}
			return out
		}
	case []any:
		if f.Kind == List {
			out := make([]any, len(v))
			for i, item := range v {
				out[i] = t.member(Field{Kind: Object, Fields: f.Fields, Open: f.Open}, item)
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

// Clone copies a decoded JSON value.
func Clone[T any](value T) T {
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
