// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package validators checks single attribute values. Rules between attributes are
// in the packages of the resources.
//
// A validator never fails on a null or unknown value. Its message has three parts:
// the attribute and the value, the rule, and what to write instead.
package validators

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
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
			return Unfit{Value: value}
		}
		return nil
	}}
}

// Unfit is a value of which the rule says all that there is to say.
type Unfit struct {
	Value string
	// Instead is a sentence that says what to write. Default: the rule.
	Instead string
}

// Error quotes the value.
func (e Unfit) Error() string { return fmt.Sprintf("%q does not fit", e.Value) }

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
		instead := ""
		if slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) }) {
			instead = strings.TrimSuffix(rule, ".") + ", in exactly this spelling."
			if strings.ToUpper(values[0][:1]) == values[0][:1] && strings.ToLower(value) == value {
				instead = strings.TrimSuffix(rule, ".") + ", with a capital letter."
			}
		}
		return Unfit{Value: value, Instead: instead}
	}}
}

// NotEmpty refuses an empty or blank value.
var NotEmpty = Matches(`\S`, "The value must not be empty; leave the attribute out instead.")

// DurationAtLeast accepts a Go duration ("720h") that is not shorter than minimum.
func DurationAtLeast(minimum time.Duration) String {
	return String{
		Title: "Invalid duration",
		Rule:  fmt.Sprintf("The value must be a duration such as 720h or 30m, of at least %s; a day is 24h.", values.FormatDuration(minimum)),
		Check: func(value string) error {
			if duration, err := time.ParseDuration(value); err == nil && duration >= minimum {
				return nil
			}
			instead := ""
			if match := inDays.FindStringSubmatch(value); match != nil {
				count, _ := strconv.Atoi(match[1])
				instead = fmt.Sprintf(`Write "%dh": a duration has no days, and a day is 24h.`, count*map[string]int{"d": 24, "w": 7 * 24}[match[2]])
			}
			return Unfit{Value: value, Instead: instead}
		},
	}
}

// inDays is a number of days or weeks, which Go's durations do not have.
var inDays = regexp.MustCompile(`^(\d{1,5})(d|w)$`)

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

// OnlineEndpointID checks that a value is the full id of an online endpoint.
var OnlineEndpointID = String{
	Rule: "The online endpoint is named by its full resource id, which ends with /onlineEndpoints/{name}: the id of an azapi_resource, for example.",
	Check: func(value string) error {
		_, err := resourceid.ParseOnlineEndpoint(value)
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
	value := req.ConfigValue.ValueString()
	err := v.Check(value)
	if err == nil {
		return
	}
	title := v.Title
	if title == "" {
		title = "Invalid " + attributeName(req.Path.String())
	}
	detail := fmt.Sprintf("%s: %s", req.Path, v.Why(value))
	var unfit Unfit
	if v.Hidden == "" && errors.As(err, &unfit) {
		detail = fmt.Sprintf("%s is %q. %s", req.Path, value, cmp.Or(unfit.Instead, v.Rule))
	}
	resp.Diagnostics.AddAttributeError(req.Path, title, detail)
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
