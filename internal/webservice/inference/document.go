// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// document is a JSON object. A member that is not set keeps its bytes. Members are named by
// paths of one or two names: "version", "docker.shmSize".
type document map[string]json.RawMessage

// The members of a definition that attributes stand for.
const (
	// variablesPath is an object, and one member: its names are the user's own.
	variablesPath   = "environmentVariables"
	condaPath       = "python.condaDependencies"
	userManagedPath = "python.userManagedDependencies"
	registryPath    = "docker.baseImageRegistry"
	stackPath       = "inferencingStackVersion"
)

// parseDocument returns an error for anything but an object.
func parseDocument(encoded json.RawMessage) (document, error) {
	var d document
	if err := json.Unmarshal(encoded, &d); err != nil || d == nil {
		return nil, fmt.Errorf("it is not a JSON object")
	}
	return d, nil
}

// section returns an object within the document; nil if there is none.
func (d document) section(name string) document {
	section, err := parseDocument(d[name])
	if err != nil {
		return nil
	}
	return section
}

// at returns the member at a path; nil if it is absent or null.
func (d document) at(path string) json.RawMessage {
	value := d[path]
	if name, member, nested := strings.Cut(path, "."); nested {
		value = d.section(name)[member]
	}
	if string(value) == "null" {
		return nil
	}
	return value
}

// set sets the member at a path. The value has a JSON form.
func (d document) set(path string, value any) {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("%s has no JSON form: %v", path, err))
	}
	name, member, nested := strings.Cut(path, ".")
	if !nested {
		d[path] = encoded
		return
	}
	section := d.section(name)
	if section == nil {
		section = document{}
	}
	section[member] = encoded
	d.set(name, section)
}

// remove removes the member at a path, if there is one.
func (d document) remove(path string) {
	name, member, nested := strings.Cut(path, ".")
	if !nested {
		delete(d, path)
		return
	}
	if section := d.section(name); section != nil {
		if _, exists := section[member]; exists {
			delete(section, member)
			d.set(name, section)
		}
	}
}

// setText sets a text; an empty one removes the member.
func (d document) setText(path, text string) {
	if text == "" {
		d.remove(path)
		return
	}
	d.set(path, text)
}

func encodeText(text string) json.RawMessage {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(fmt.Sprintf("a text has no JSON form: %v", err))
	}
	return encoded
}

// textOf returns a JSON string; "" for anything else.
func textOf(encoded json.RawMessage) string {
	var text string
	if json.Unmarshal(encoded, &text) != nil {
		return ""
	}
	return text
}

// encode returns the document as JSON.
func (d document) encode() json.RawMessage {
	encoded, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("a document has no JSON form: %v", err))
	}
	return encoded
}

// members returns the members of a definition by path, without null, the variables that the
// provider sets, and credentials, which Azure never returns.
func (d document) members() map[string]json.RawMessage {
	found := map[string]json.RawMessage{}
	for name := range d {
		section := d.section(name)
		if section == nil || name == variablesPath {
			found[name] = d.at(name)
			continue
		}
		for member := range section {
			found[name+"."+member] = section[member]
		}
	}
	if variables := d.section(variablesPath); variables != nil {
		found[variablesPath] = ownVariables(variables).encode()
	}
	if registry := d.section("docker").section("baseImageRegistry"); registry != nil {
		found[registryPath] = withoutCredentials(registry).encode()
	}
	maps.DeleteFunc(found, func(_ string, value json.RawMessage) bool { return value == nil || string(value) == "null" })
	return found
}

// ownVariables returns the variables without those that the provider sets.
func ownVariables(variables document) document {
	own := maps.Clone(variables)
	delete(own, entryScriptVariable)
	delete(own, sourceDirectoryVariable)
	return own
}

func withoutCredentials(registry document) document {
	public := maps.Clone(registry)
	delete(public, "username")
	delete(public, "password")
	return public
}

// decodeJSON keeps numbers as they are written: a float64 would round large ones.
func decodeJSON(encoded []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// canonicalJSON returns equal bytes for documents that mean the same: with sorted keys, and
// without null members, which the API takes as absent.
func canonicalJSON(encoded json.RawMessage) ([]byte, error) {
	value, err := decodeJSON(encoded)
	if err != nil {
		return nil, err
	}
	return json.Marshal(without(func(member any) bool { return member == nil }, value))
}

// without removes members of objects, from the inside to the outside.
func without(unwanted func(member any) bool, value any) any {
	return rewrite(value, func(value any) any {
		if members, ok := value.(map[string]any); ok {
			maps.DeleteFunc(members, func(_ string, member any) bool { return unwanted(member) })
		}
		return value
	})
}

// rewrite replaces every part of a decoded value, from the inside to the outside.
func rewrite(value any, replace func(any) any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = rewrite(member, replace)
		}
	case []any:
		for i, element := range v {
			v[i] = rewrite(element, replace)
		}
	}
	return replace(value)
}

func sameJSON(a, b json.RawMessage) bool {
	left, errLeft := canonicalJSON(a)
	right, errRight := canonicalJSON(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right)
}
