// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A variant is a valid request that is changed in one place, so that the
// specification does not allow it.
type variant struct {
	class   string // what was done: a key of emulator.VariantClasses
	place   string // the member or parameter that was changed, as the reply has to name it
	exactly string // the change, for messages
	path    string // below the workspace
	body    string
	// allowed is the exception under which the request is answered with success.
	allowed string
	// code is the detail's code, if one is demanded beside the place.
	code string
}

// variants makes those of one operation.
type variants struct {
	path string
	body any // valid, with every object that is to be changed
	// allow returns the exception that a variant falls under, if any.
	allow func(v variant) string
	found []variant
}

// add stores a variant of the body that has value at place. named is the place in
// the reply, if it is another one.
func (g *variants) add(class, place, named string, steps []any, value any, deleted bool) {
	changed := changedAt(clone(g.body), steps, value, deleted)
	raw, err := json.Marshal(changed)
	if err != nil {
		panic(err)
	}
	text, _ := json.Marshal(value)
	v := variant{class: class, place: named, exactly: place + " = " + string(text), path: g.path, body: string(raw)}
	if deleted {
		v.exactly = "no " + place
	}
	v.allowed = g.allow(v)
	g.found = append(g.found, v)
}

// object changes each member of an object, and the members below it.
func (g *variants) object(schema *openapi3.Schema, place string, steps []any) {
	properties, required := members(schema)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		member, at := properties[name], append(slices.Clone(steps), name)
		if member.ReadOnly {
			g.add("unknown", within(place, name), within(place, name), at, "2026-01-01T00:00:00Z", false)
			continue
		}
		g.member(member, within(place, name), within(place, name), at)
		if required[name] {
			g.add("missing", within(place, name), within(place, name), at, nil, true)
			g.add("missing", within(place, name), within(place, name), at, nil, false)
		} else {
			g.add("null", within(place, name), within(place, name), at, nil, false)
		}
	}
	g.add("unknown", within(place, "notAMember"), within(place, "notAMember"), append(slices.Clone(steps), "notAMember"), 1, false)
}

// member gives one member each value that its schema does not allow.
func (g *variants) member(schema *openapi3.Schema, place, named string, steps []any) {
	for _, wrong := range wrongTypes(schema) {
		g.add("type", place, named, steps, wrong, false)
	}
	for _, beyond := range beyondBounds(schema) {
		g.add("bound", place, named, steps, beyond, false)
	}
	if len(schema.Enum) > 0 {
		known := schema.Enum[0].(string)
		for _, wrong := range []string{"Other", "", strings.ToLower(known), strings.ToUpper(known)} {
			if !slices.Contains(schema.Enum, any(wrong)) {
				g.add("enum", place, named, steps, wrong, false)
			}
		}
	}
	switch {
	case schema.Type.Is("object") && schema.AdditionalProperties.Schema != nil:
		// The reply names the map: its keys are the user's.
		for _, wrong := range wrongTypes(schema.AdditionalProperties.Schema.Value) {
			g.add("type", place+".key", named, append(slices.Clone(steps), "key"), wrong, false)
		}
	case schema.Type.Is("object") && len(schema.Properties) > 0:
		g.object(schema, named, steps)
	case schema.Type.Is("array"):
		first := append(slices.Clone(steps), 0)
		item := schema.Items.Value
		for _, wrong := range wrongTypes(item) {
			g.add("type", place+"[0]", named, first, wrong, false)
		}
		if len(item.Properties) > 0 {
			g.object(item, named+"[0]", first)
		}
	}
}

// members are the properties of a schema and of those that it extends.
func members(schema *openapi3.Schema) (properties map[string]*openapi3.Schema, required map[string]bool) {
	properties, required = map[string]*openapi3.Schema{}, map[string]bool{}
	for name, ref := range schema.Properties {
		properties[name] = ref.Value
	}
	for _, name := range schema.Required {
		required[name] = true
	}
	for _, part := range schema.AllOf {
		more, needed := members(part.Value)
		maps.Copy(properties, more)
		maps.Copy(required, needed)
	}
	return properties, required
}

// wrongTypes has a value of each JSON type that the schema does not have.
func wrongTypes(schema *openapi3.Schema) []any {
	values := map[string]any{"string": "text", "number": 1.5, "boolean": true, "object": map[string]any{}, "array": []any{}}
	switch {
	case schema.Type.Is("integer"):
		values["string"] = "1"
	case schema.Type.Is("number"):
		values["string"] = "1"
		delete(values, "number")
	case schema.Type.Is("boolean"):
		values["string"] = "true"
		delete(values, "boolean")
	case schema.Type.Is("string"), schema.Type.Is("object"), schema.Type.Is("array"):
		delete(values, (*schema.Type)[0])
	default:
		return nil // of any type
	}
	var out []any
	for _, kind := range slices.Sorted(maps.Keys(values)) {
		out = append(out, values[kind])
	}
	return out
}

// beyondBounds has the numbers next to those that the format allows.
func beyondBounds(schema *openapi3.Schema) []any {
	switch schema.Format {
	case "int32":
		return []any{json.Number("2147483648"), json.Number("-2147483649")}
	case "int64":
		return []any{json.Number("9223372036854775808"), json.Number("-9223372036854775809")}
	case "float", "double":
		return []any{json.Number("1e400"), json.Number("-1e400")}
	}
	return nil
}

// query makes the variants of the parameters of an operation.
func (g *variants) query(operation *openapi3.Operation) {
	add := func(class, name, value string) {
		separator := "?"
		if strings.Contains(g.path, "?") {
			separator = "&"
		}
		v := variant{class: class, place: name, exactly: "?" + name + "=" + value, path: g.path + separator + name + "=" + value, body: g.text()}
		v.allowed = g.allow(v)
		g.found = append(g.found, v)
	}
	for _, ref := range operation.Parameters {
		p := ref.Value
		if p == nil || p.In != openapi3.ParameterInQuery {
			continue
		}
		schema := p.Schema.Value
		switch {
		case len(schema.Enum) > 0:
			add("enum", p.Name, "Other")
			add("enum", p.Name, strings.ToLower(schema.Enum[0].(string)))
		case schema.Type.Is("integer"):
			for _, wrong := range []string{"text", "1.5", "true"} {
				add("type", p.Name, wrong)
			}
			for _, beyond := range beyondBounds(schema) {
				add("bound", p.Name, beyond.(json.Number).String())
			}
		case schema.Type.Is("boolean"):
			for _, wrong := range []string{"text", "2", "yes"} {
				add("type", p.Name, wrong)
			}
		}
	}
	add("unknown", "notAParameter", "1")
	add("unknown", "api-version", "2022-05-01")
}

// noObject makes the bodies that are not the JSON value that the operation needs.
func (g *variants) noObject(others ...string) {
	for _, body := range append([]string{"", "{", "text", "null", "1", `"text"`}, others...) {
		v := variant{class: "type", exactly: "body " + body, path: g.path, body: body, code: "InvalidRequestBody"}
		g.found = append(g.found, v)
	}
}

// beyond makes the variants for the bounds that the specification does not have.
func (g *variants) beyond(bounds []bound) {
	for _, b := range bounds {
		for _, value := range b.beyond {
			var steps []any
			for name := range strings.SplitSeq(b.place, ".") {
				steps = append(steps, name)
			}
			g.add("bound", b.place, b.place, steps, value, false)
		}
	}
}

func (g *variants) text() string {
	if g.body == nil {
		return ""
	}
	raw, err := json.Marshal(g.body)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func within(place, name string) string {
	if place == "" {
		return name
	}
	return place + "." + name
}

// changedAt sets the value at the end of steps, or deletes it. Objects and arrays
// on the way are made.
func changedAt(container any, steps []any, value any, deleted bool) any {
	if len(steps) == 0 {
		return value
	}
	switch step := steps[0].(type) {
	case string:
		object, _ := container.(map[string]any)
		if object == nil {
			object = map[string]any{}
		}
		if deleted && len(steps) == 1 {
			delete(object, step)
			return object
		}
		object[step] = changedAt(object[step], steps[1:], value, deleted)
		return object
	case int:
		list, _ := container.([]any)
		for len(list) <= step {
			list = append(list, nil)
		}
		list[step] = changedAt(list[step], steps[1:], value, deleted)
		return list
	}
	panic(fmt.Sprintf("%T is no step", steps[0]))
}

func clone(value any) any {
	if value == nil {
		return nil
	}
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(err)
	}
	return out
}

// wrongBody tells why a reply to a refused variant is not as it has to be.
func (v variant) wrongBody(reply answer) string {
	refusal := reply.json
	if wrapped, isWrapped := refusal["error"].(map[string]any); isWrapped && strings.Contains(v.path, "api-version=2021-04-01") { // of Resource Manager
		refusal = wrapped
	} else if refusal["statusCode"] != 400.0 {
		return "want a flat 400"
	}
	if reply.status != 400 || refusal["code"] != "BadRequest" || refusal["message"] == "" {
		return "want a 400 in the envelope of its API"
	}
	details, _ := refusal["details"].([]any)
	if len(details) != 1 {
		return "want one detail"
	}
	detail := details[0].(map[string]any)
	target, _ := detail["target"].(string)
	// A rule about the whole document names the member without the slash of a patch.
	if target != v.place && target != strings.TrimPrefix(v.place, "/") || detail["message"] == "" {
		return "want a detail with the target " + v.place
	}
	if v.code != "" && detail["code"] != v.code {
		return "want the code " + v.code
	}
	return ""
}

// exceptionOf finds an exception by its name.
func exceptionOf(name string) bool {
	return slices.ContainsFunc(emulator.VariantExceptions(), func(e emulator.VariantException) bool { return e.Name == name })
}
