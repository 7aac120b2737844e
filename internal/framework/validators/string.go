// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package validators checks single attribute values. Rules between attributes are
// in the packages of the resources.
//
// A validator never fails on a null or unknown value. Its message has three parts:
// the attribute and the value, the rule, and what to write instead.
package validators

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// String checks one string.
type String struct {
	// Rule is a full sentence that states the rule.
	Rule string
	// Check returns what is wrong with a value.
	Check func(value string) error
	// Hidden says why a value does not fit instead of Check's error, which may
	// show a value that is, or may be, a secret.
	Hidden string
	// Title is the summary of the error. Default: "Invalid " and the attribute.
	Title string
}

var _ validator.String = String{}

// Matches checks a string against a pattern.
func Matches(pattern, rule string) String {
	expression := regexp.MustCompile(pattern)
	return String{Rule: rule, Check: func(value string) error {
		if !expression.MatchString(value) {
			return fmt.Errorf("%q does not fit", value)
		}
		return nil
	}}
}

// OneOf accepts these values, in exactly this spelling.
func OneOf(values ...string) String {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = strconv.Quote(value)
	}
	last := len(quoted) - 1
	rule := "Write " + strings.TrimPrefix(strings.Join(quoted[:last], ", ")+" or "+quoted[last], " or ") + "."
	return String{Rule: rule, Check: func(value string) error {
		if slices.Contains(values, value) {
			return nil
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) }) {
			return fmt.Errorf("%q does not fit, because upper and lower case are different here", value)
		}
		return fmt.Errorf("%q does not fit", value)
	}}
}

// NotEmpty refuses an empty or blank value.
var NotEmpty = Matches(`\S`, "The value must not be empty; leave the attribute out instead.")

// DurationAtLeast accepts a Go duration ("720h") that is not shorter than minimum.
func DurationAtLeast(minimum time.Duration) String {
	return String{
		Title: "Invalid duration",
		Rule:  fmt.Sprintf("Write a Go duration such as 720h or 30m, of at least %s; a day is 24h.", minimum),
		Check: func(value string) error {
			if duration, err := time.ParseDuration(value); err != nil || duration < minimum {
				return fmt.Errorf("%q does not fit", value)
			}
			return nil
		},
	}
}

// PEM checks that a value is PEM text. The value may be a private key in the wrong
// place, so the message does not show it.
var PEM = String{
	Rule:   "The value is PEM text, with a BEGIN line; read it with file(), not its path.",
	Check:  Matches(`-----BEGIN [A-Z0-9 ]+-----`, "").Check,
	Hidden: "the value has no BEGIN line",
}

// ServiceID checks that a value is the full id of a service.
var ServiceID = String{
	Rule: "The service is named by its full resource id: the id of mlws_aci_service, mlws_aks_service or data.mlws_service, or what the function service_id returns.",
	Check: func(value string) error {
		_, err := resourceid.ParseService(value)
		return err
	},
}

// WorkspaceID checks that a value is the full id of a workspace.
var WorkspaceID = String{
	Rule: "The workspace is named by its full resource id.",
	Check: func(value string) error {
		_, err := resourceid.ParseWorkspace(value)
		return err
	},
}

// Description implements validator.Describer.
func (v String) Description(context.Context) string { return v.Rule }

// MarkdownDescription implements validator.Describer.
func (v String) MarkdownDescription(context.Context) string { return v.Rule }

// ValidateString implements validator.String.
func (v String) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if why := v.Why(req.ConfigValue.ValueString()); why != "" {
		title := v.Title
		if title == "" {
			title = "Invalid " + attributeName(req.Path.String())
		}
		resp.Diagnostics.AddAttributeError(req.Path, title, fmt.Sprintf("%s: %s", req.Path, why))
	}
}

// Why returns what is wrong with a value, and the rule; "" if it fits.
func (v String) Why(value string) string {
	err := v.Check(value)
	if err == nil {
		return ""
	}
	reason := v.Hidden
	if reason == "" {
		reason = err.Error()
	}
	return reason + ". " + v.Rule
}

// attributeName returns the attribute's own name, for a title.
func attributeName(path string) string {
	name := path[strings.LastIndex(path, ".")+1:]
	name, _, _ = strings.Cut(name, "[")
	return name
}
