// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"
)

// typeOf is one type of Azure's own types of online endpoints.
type typeOf struct {
	Ref                  string
	Type                 string
	Properties           map[string]*typeOf
	AdditionalProperties *typeOf
	Items                *typeOf
	Flags                []string
	Enum                 []string
	Const                string
	Pattern              string
	MinLength, MaxLength int
	Discriminator        string
	Variants             map[string]*typeOf
}

// types are the definitions by name.
type types map[string]*typeOf

func readTypes(t testing.TB) types {
	t.Helper()
	encoded, err := os.ReadFile("testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Definitions types }
	if err := json.Unmarshal(encoded, &file); err != nil {
		t.Fatal(err)
	}
	return file.Definitions
}

// check returns what is wrong with a value, as "path: problem".
func (ts types) check(name string, value any) (problems []string) {
	report := func(at, format string, args ...any) {
		problems = append(problems, at+": "+fmt.Sprintf(format, args...))
	}
	var walk func(at string, t *typeOf, value any)
	walk = func(at string, t *typeOf, value any) {
		if t.Ref != "" {
			if ts[t.Ref] == nil {
				report(at, "no type %s", t.Ref)
				return
			}
			walk(at, ts[t.Ref], value)
			return
		}
		switch {
		case t.Properties != nil || t.AdditionalProperties != nil || t.Discriminator != "":
			members, is := value.(map[string]any)
			if !is {
				report(at, "is no object: %v", value)
				return
			}
			known := map[string]*typeOf{}
			for name, property := range t.Properties {
				known[name] = property
			}
			if t.Discriminator != "" {
				choice, _ := members[t.Discriminator].(string)
				variant := t.Variants[choice]
				if variant == nil {
					report(at, "%s is %q", t.Discriminator, choice)
					return
				}
				for name, property := range ts[variant.Ref].Properties {
					known[name] = property
				}
			}
			for name, property := range known {
				if _, exists := members[name]; !exists && slices.Contains(property.Flags, "required") {
					report(at+"."+name, "is missing")
				}
			}
			for name, member := range members {
				property := known[name]
				if property == nil {
					property = t.AdditionalProperties
				}
				switch {
				case property == nil:
					report(at+"."+name, "is not known")
				case slices.Contains(property.Flags, "readOnly"):
					report(at+"."+name, "is read-only")
				default:
					walk(at+"."+name, property, member)
				}
			}
		case t.Items != nil:
			list, is := value.([]any)
			if !is {
				report(at, "is no list: %v", value)
			}
			for i, item := range list {
				walk(fmt.Sprintf("%s[%d]", at, i), t.Items, item)
			}
		default:
			if problem := t.scalar(value); problem != "" {
				report(at, "%s", problem)
			}
		}
	}
	walk(name, &typeOf{Ref: name}, value)
	slices.Sort(problems)
	return problems
}

func (t *typeOf) scalar(value any) string {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	_, isBool := value.(bool)
	switch {
	case t.Const != "" && text != t.Const:
		return fmt.Sprintf("is %v, want %s", value, t.Const)
	case len(t.Enum) > 0 && !slices.Contains(t.Enum, text):
		return fmt.Sprintf("is %v, want one of %v", value, t.Enum)
	case t.Type == "string" && !isText, t.Type == "boolean" && !isBool, t.Type == "integer" && (!isNumber || number != math.Trunc(number)):
		return fmt.Sprintf("is %v (%T), want %s", value, value, t.Type)
	case isText && (utf8.RuneCountInString(text) < t.MinLength || t.MaxLength > 0 && utf8.RuneCountInString(text) > t.MaxLength):
		return fmt.Sprintf("has a wrong length: %q", text)
	case isText && t.Pattern != "" && !regexp.MustCompile(t.Pattern).MatchString(text):
		return fmt.Sprintf("does not match %s: %q", t.Pattern, text)
	}
	return ""
}

// The check refuses what the types do not have.
func TestTypesRefuse(t *testing.T) {
	t.Parallel()
	const deployment = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"
	ts := readTypes(t)
	for name, test := range map[string]struct{ body, want string }{
		"fine":              {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","instanceType":"a"}}`, ""},
		"unknown member":    {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","instance":"a"}}`, deployment + ".properties.instance: is not known"},
		"of another type":   {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","containerResourceRequirements":{}}}`, deployment + ".properties.containerResourceRequirements: is not known"},
		"missing":           {`{"name":"blue","properties":{"endpointComputeType":"Managed"}}`, deployment + ".location: is missing"},
		"no such compute":   {`{"name":"blue","location":"x","properties":{"endpointComputeType":"ACI"}}`, deployment + `.properties: endpointComputeType is "ACI"`},
		"read-only":         {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","provisioningState":"Creating"}}`, deployment + ".properties.provisioningState: is read-only"},
		"text as a number":  {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed"},"sku":{"name":"a","capacity":"1"}}`, deployment + ".sku.capacity: is 1 (string), want integer"},
		"a part of a count": {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed"},"sku":{"name":"a","capacity":1.5}}`, deployment + ".sku.capacity: is 1.5 (float64), want integer"},
		"empty script":      {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","codeConfiguration":{"scoringScript":""}}}`, deployment + `.properties.codeConfiguration.scoringScript: has a wrong length: ""`},
		"scale of no kind":  {`{"name":"blue","location":"x","properties":{"endpointComputeType":"Managed","scaleSettings":{"scaleType":"Auto"}}}`, deployment + `.properties.scaleSettings: scaleType is "Auto"`},
	} {
		var body any
		if err := json.Unmarshal([]byte(test.body), &body); err != nil {
			t.Fatal(err)
		}
		got := ts.check(deployment, body)
		if test.want == "" && len(got) > 0 || test.want != "" && !slices.Equal(got, []string{test.want}) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
