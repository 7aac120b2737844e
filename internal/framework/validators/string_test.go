// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package validators_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// refusal returns the summary and detail of the error of a value; "" if it fits.
func refusal(t *testing.T, of validators.String, value types.String) string {
	t.Helper()
	var resp validator.StringResponse
	of.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("key_type"), ConfigValue: value}, &resp)
	if !resp.Diagnostics.HasError() {
		return ""
	}
	return resp.Diagnostics[0].Summary() + ": " + resp.Diagnostics[0].Detail()
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	two := validators.OneOf("Primary", "Secondary")
	for _, fits := range []types.String{types.StringValue("Primary"), types.StringValue("Secondary"), types.StringNull(), types.StringUnknown()} {
		if got := refusal(t, two, fits); got != "" {
			t.Errorf("%s: %s", fits, got)
		}
	}
	for value, want := range map[string]string{
		"primary": `key_type is "primary". Write "Primary" or "Secondary", with a capital letter.`,
		"PRIMARY": `key_type is "PRIMARY". Write "Primary" or "Secondary", in exactly this spelling.`,
		"Third":   `key_type is "Third". Write "Primary" or "Secondary".`,
		"":        `key_type is "". Write`,
	} {
		if got := refusal(t, two, types.StringValue(value)); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for rule, values := range map[string][]string{
		`Write "a".`:             {"a"},
		`Write "a", "b" or "c".`: {"a", "b", "c"},
	} {
		if got := validators.OneOf(values...).Rule; got != rule {
			t.Errorf("got %s, want %s", got, rule)
		}
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	secret := validators.String{Rule: "A rule.", Check: validators.Matches("^a$", "").Check, Hidden: "it is hidden"}
	if got := refusal(t, secret, types.StringValue("hunter2")); got != "Invalid key_type: key_type: it is hidden. A rule." {
		t.Error(got)
	}
	secret.Title = "Invalid key value"
	if got := refusal(t, secret, types.StringValue("hunter2")); !strings.HasPrefix(got, "Invalid key value: ") {
		t.Error(got)
	}
}
