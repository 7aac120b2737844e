// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// typesFile has Azure's own types. The emulator's tables are written by hand, so that
// each of them checks the other.
const typesFile = "../../onlineendpoint/testdata/types.json"

// azureType is one type of the file.
type azureType struct {
	Ref                  string
	Type                 string
	Properties           map[string]*azureType
	AdditionalProperties *azureType
	Items                *azureType
	Flags                []string
	Enum                 []string
	Const                string
	Pattern              string
	MinLength            int
	Discriminator        string
	Variants             map[string]*azureType
}

func (t *azureType) has(flag string) bool { return slices.Contains(t.Flags, flag) }

// variant is a request that is wrong in one place.
type variant struct {
	what, target string // target is the member at fault
	body         string
}

// generator makes the variants of one request, which has every member of its type.
type generator struct {
	t     *testing.T
	types map[string]*azureType
	body  object
	skip  []string // targets of members that the request cannot have
	found []variant
}

func readAzureTypes(t *testing.T) map[string]*azureType {
	t.Helper()
	raw, err := os.ReadFile(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Definitions map[string]*azureType }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Definitions
}

// generate walks through a request of a type.
func generate(t *testing.T, types map[string]*azureType, name string, body object, skip []string) []variant {
	t.Helper()
	g := &generator{t: t, types: types, body: body, skip: skip}
	g.walk(types[name], nil, "")
	for what, text := range map[string]string{"no body": "", "an array": "[]", "a text": `"x"`, "null": "null", "half of it": "{", "two of them": "{} {}"} {
		g.found = append(g.found, variant{what: what, body: text})
	}
	return g.found
}

// add makes a variant: change is given the object that has the value at the path, and
// the name of its member.
func (g *generator) add(what string, path []any, target string, change func(parent object, member string)) {
	g.t.Helper()
	raw, err := json.Marshal(g.body)
	if err != nil {
		g.t.Fatal(err)
	}
	var body object
	if err := json.Unmarshal(raw, &body); err != nil {
		g.t.Fatal(err)
	}
	var at any = body
	for _, step := range path[:len(path)-1] {
		switch s := step.(type) {
		case string:
			at = at.(object)[s]
		case int:
			at = at.([]any)[s]
		}
	}
	if index, inList := path[len(path)-1].(int); inList {
		box := object{"item": at.([]any)[index]}
		change(box, "item")
		at.([]any)[index] = box["item"]
	} else {
		change(at.(object), path[len(path)-1].(string))
	}
	raw, err = json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	g.found = append(g.found, variant{what: what, target: target, body: string(raw)})
}

func (g *generator) set(what string, path []any, target string, value any) {
	g.t.Helper()
	g.add(what, path, target, func(parent object, member string) { parent[member] = value })
}

// walk makes the variants of one value, and of all below it.
func (g *generator) walk(t *azureType, path []any, target string) {
	g.t.Helper()
	if t.Ref != "" {
		below := *g.types[t.Ref]
		below.Flags = t.Flags
		t = &below
	}
	value := g.at(path)
	if len(path) > 0 {
		g.wrongTypes(t, path, target, value)
	}
	switch {
	case t.AdditionalProperties != nil:
		entries, _ := value.(object)
		if len(entries) == 0 {
			g.t.Errorf("the request has nothing in %s", target)
		}
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			g.walk(t.AdditionalProperties, append(slices.Clip(path), name), target+"."+name)
		}
	case t.Properties != nil || t.Discriminator != "":
		g.object(t, path, target, value)
	case t.Items != nil:
		items, _ := value.([]any)
		if len(items) == 0 {
			g.t.Errorf("the request has nothing in %s", target)
		}
		for i := range items {
			g.walk(t.Items, append(slices.Clip(path), i), fmt.Sprintf("%s[%d]", target, i))
		}
	default:
		g.scalar(t, path, target)
	}
}

func (g *generator) at(path []any) any {
	var at any = g.body
	for _, step := range path {
		switch s := step.(type) {
		case string:
			at = at.(object)[s]
		case int:
			at = at.([]any)[s]
		}
	}
	return at
}

// wrongTypes gives a value every JSON type that it may not have.
func (g *generator) wrongTypes(t *azureType, path []any, target string, value any) {
	g.t.Helper()
	if t.AdditionalProperties == nil && t.Properties == nil && t.Discriminator == "" && t.Items == nil && t.Type == "" && t.Enum == nil && t.Const == "" {
		return
	}
	others := map[string]any{"a text": "x", "a number": 12, "a boolean": true, "an array": []any{12}, "an object": object{"x": 12}}
	switch value.(type) {
	case string:
		delete(others, "a text")
	case float64, int:
		delete(others, "a number")
	case bool:
		delete(others, "a boolean")
	case []any:
		delete(others, "an array")
	case object:
		delete(others, "an object")
	}
	for what, other := range others {
		g.set(what, path, target, other)
	}
}

// object makes the variants of the members of an object.
func (g *generator) object(t *azureType, path []any, target string, value any) {
	g.t.Helper()
	members := maps.Clone(t.Properties)
	if members == nil {
		members = map[string]*azureType{}
	}
	given, _ := value.(object)
	if t.Discriminator != "" {
		choice, _ := given[t.Discriminator].(string)
		maps.Copy(members, g.types[t.Variants[choice].Ref].Properties)
	}
	join := func(name string) string { return strings.TrimPrefix(target+"."+name, ".") }
	g.set("an unknown member", append(slices.Clip(path), "noSuchMember"), join("noSuchMember"), "x")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		member := members[name]
		if member.has("readOnly") || slices.Contains(g.skip, join(name)) {
			continue // what the service assigns is not looked at
		}
		at := append(slices.Clip(path), name)
		if _, there := given[name]; !there {
			g.t.Errorf("the request has no %s", join(name))
			continue
		}
		if member.has("required") && (len(path) > 0 || name != "name") { // the name is in the path
			g.add("left out", at, join(name), func(parent object, member string) { delete(parent, member) })
			g.set("null", at, join(name), nil)
		}
		if name == "data" && len(path) > 1 && path[1] == "flavors" {
			g.wrongTypes(&azureType{Properties: map[string]*azureType{}}, at, join(name), object{})
			continue // the trimmed types give data the type that it is a member of
		}
		g.walk(member, at, join(name))
	}
}

// scalar crosses the bounds of a text or a number.
func (g *generator) scalar(t *azureType, path []any, target string) {
	g.t.Helper()
	if t.Enum != nil || t.Const != "" {
		g.set("no value of the list", path, target, "NoSuchValue")
		g.set("the empty text", path, target, "")
	}
	if t.MinLength > 0 {
		g.set("too short", path, target, "")
	}
	if t.Pattern != "" {
		g.set("against the pattern", path, target, "---")
	}
	if t.Type == "integer" {
		g.set("a fraction", path, target, 1.5)
		g.set("more than an int32", path, target, 1<<31)
		g.set("less than an int32", path, target, -1<<31-1)
	}
}
