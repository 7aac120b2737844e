// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

func TestConfigureTags(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	signIn := block{"tenant_id": "t", "client_id": "c", "client_secret": "s"}
	configured := func(arguments block) block {
		for name, value := range signIn {
			arguments[name] = value
		}
		return arguments
	}
	data, diags := configured(block{
		"default_tags": protocoltest.Values{"env": "prod"},
		"ignore_tags":  protocoltest.Values{"keys": protocoltest.List{"cost"}, "key_prefixes": protocoltest.List{"policy-"}},
	}).configure(t)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if values.Strings(data.Tags.Defaults)["env"] != "prod" || !data.Tags.Ignores("cost") || !data.Tags.Ignores("policy-x") || data.Tags.Ignores("env") {
		t.Errorf("got %v", data.Tags)
	}
	if data, diags = configured(block{"default_tags": protocoltest.Unknown{}}).configure(t); diags.HasError() || !data.Tags.Defaults.IsUnknown() {
		t.Errorf("unknown default_tags: %v", diags)
	}
	if data, diags = configured(block{"ignore_tags": protocoltest.Values{"keys": protocoltest.List{"cost"}}}).configure(t); diags.HasError() || !slices.Equal(data.Tags.IgnoredKeys, []string{"cost"}) {
		t.Errorf("keys alone: %v", diags)
	}
	for says, arguments := range map[string]block{
		"A plan has to know":              {"ignore_tags": protocoltest.Values{"keys": protocoltest.List{protocoltest.Unknown{}}}},
		"The ignored tags are not known":  {"ignore_tags": protocoltest.Unknown{}},
		`The tag "env" is in default_tag`: {"default_tags": protocoltest.Values{"env": "prod"}, "ignore_tags": protocoltest.Values{"key_prefixes": protocoltest.List{"en"}}},
	} {
		_, diags := configured(arguments).configure(t)
		checkSays(t, diags, says)
	}
	for name, arguments := range map[string]block{
		"a null default":  {"default_tags": protocoltest.Values{"env": nil}},
		"an empty prefix": {"ignore_tags": protocoltest.Values{"key_prefixes": protocoltest.List{""}}},
	} {
		if len(arguments.validate(t)) == 0 {
			t.Errorf("%s is not refused", name)
		}
	}
}
