// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// expectation looks at one thing of an answer. got is empty if it is as
// expected. The sources of the expectations are the official description of the
// API, 2019-09-30, and what the Python SDK 1.51 cannot do without.
type expectation func(a answer) (expected, got string)

func status(want ...int) expectation {
	return func(a answer) (string, string) {
		if slices.Contains(want, a.status) {
			return "", ""
		}
		texts := make([]string, len(want))
		for i, s := range want {
			texts[i] = fmt.Sprint(s)
		}
		return "status " + strings.Join(texts, " or "), a.describe()
	}
}

// refused: a 4xx, and its body has the form of the errors of the API.
func refused(why string) expectation {
	return func(a answer) (string, string) {
		if a.status >= 400 && a.status < 500 {
			return flatError(a)
		}
		return "refused, since " + why, a.describe()
	}
}

// flatError: {"code", "statusCode", "message"}, without an "error" around it.
func flatError(a answer) (string, string) {
	const expected = `a flat error: {"code", "statusCode", "message"}`
	if _, wrapped := a.object["error"].(map[string]any); wrapped && a.object["code"] == nil {
		return expected, "the error is wrapped in \"error\""
	}
	code, _ := a.object["code"].(string)
	number, _ := a.object["statusCode"].(float64)
	if code == "" || int(number) != a.status {
		return expected, fmt.Sprintf("status %d, %s", a.status, a.shape())
	}
	return "", ""
}

func operationLocation(a answer) (string, string) {
	location := a.header.Get("Operation-Location")
	if location == "" {
		return "the header Operation-Location", fmt.Sprintf("status %d without it", a.status)
	}
	if lastSegment(location) == "" {
		return "Operation-Location ends with the id of the operation", "it ends with /"
	}
	return "", ""
}

func emptyBody(a answer) (string, string) {
	if len(a.body) == 0 {
		return "", ""
	}
	return "no body", fmt.Sprintf("%d bytes, %s", len(a.body), a.shape())
}

// kind is a JSON type; null is allowed if it ends with "?".
type kind string

// fields: each is there, with a value of its kind.
func fields(kinds map[string]kind) expectation {
	return func(a answer) (string, string) {
		var wrong, wanted []string
		for _, name := range slices.Sorted(maps.Keys(kinds)) {
			value, ok := a.object[name]
			got := kindOf(value)
			want, nullable := strings.CutSuffix(string(kinds[name]), "?")
			switch {
			case !ok:
				wrong = append(wrong, name+" is missing")
			case got == "null" && nullable, got == want, want == "any":
				continue
			default:
				wrong = append(wrong, name+" is "+got)
			}
			wanted = append(wanted, name+" ("+string(kinds[name])+")")
		}
		if len(wrong) == 0 {
			return "", ""
		}
		return "has " + strings.Join(wanted, ", "), strings.Join(wrong, ", ")
	}
}

// without: none of the fields is there with a value.
func without(names ...string) expectation {
	return func(a answer) (string, string) {
		for _, name := range names {
			if value, ok := a.object[name]; ok && value != nil && value != "" {
				return "never returns " + name, name + " is " + kindOf(value)
			}
		}
		return "", ""
	}
}

// nextLink is absent on the last page, and an absolute URL before it.
func nextLink(a answer) (string, string) {
	const expected = "nextLink is an absolute URL, or absent on the last page"
	value, ok := a.object["nextLink"]
	if !ok {
		return "", ""
	}
	text, isText := value.(string)
	if !isText {
		return expected, "nextLink is " + kindOf(value)
	}
	if u, err := url.Parse(text); err != nil || !u.IsAbs() {
		return expected, "nextLink is not absolute"
	}
	return "", ""
}

// epochSeconds: a whole number that is a time within ten years in seconds.
func epochSeconds(names ...string) expectation {
	return func(a answer) (string, string) {
		const decade = 10 * 365 * 24 * time.Hour
		for _, name := range names {
			number, ok := a.object[name].(float64)
			away := math.Abs(number - float64(time.Now().Unix()))
			if !ok || number != math.Trunc(number) || away > decade.Seconds() {
				return name + " is a time in seconds since 1970", fmt.Sprintf("%s with about %d digits", kindOf(a.object[name]), len(fmt.Sprintf("%.0f", number)))
			}
		}
		return "", ""
	}
}

// value: a field has the value.
func value(name string, want any) expectation {
	return func(a answer) (string, string) {
		if a.object[name] == want {
			return "", ""
		}
		return fmt.Sprintf("%s is %v", name, want), fmt.Sprintf("%s is %v", name, a.object[name])
	}
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func lastSegment(location string) string {
	location, _, _ = strings.Cut(location, "?")
	return location[strings.LastIndex(location, "/")+1:]
}
