// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
)

func TestCredential(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		compute     authmode.Compute
		auth, token bool
		want        authmode.Credential
	}{
		{authmode.ACI, false, false, authmode.NoCredential},
		{authmode.ACI, true, false, authmode.KeyCredential},
		{authmode.ACI, false, true, authmode.NoCredential},
		{authmode.ACI, true, true, authmode.KeyCredential},
		{authmode.AKS, false, false, authmode.NoCredential},
		{authmode.AKS, true, false, authmode.KeyCredential},
		{authmode.AKS, false, true, authmode.TokenCredential},
		{authmode.AKS, true, true, authmode.KeyCredential},
		{"MIR", false, true, authmode.TokenCredential},
	} {
		if got := (authmode.Mode{Auth: test.auth, Token: test.token}).Credential(test.compute); got != test.want {
			t.Errorf("%s with key auth %t and token auth %t: %d, want %d", test.compute, test.auth, test.token, got, test.want)
		}
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	on, off, unknown, none := types.BoolValue(true), types.BoolValue(false), types.BoolUnknown(), types.BoolNull()
	for name, test := range map[string]struct {
		compute     authmode.Compute
		auth, token types.Bool
		mode        string // "" is unknown
		open        bool
	}{
		"key":                           {authmode.AKS, on, off, "key", false},
		"token":                         {authmode.AKS, off, on, "token", false},
		"open":                          {authmode.AKS, off, off, "none", true},
		"ACI with key":                  {authmode.ACI, on, none, "key", false},
		"ACI, open":                     {authmode.ACI, off, none, "none", true},
		"ACI issues no token":           {authmode.ACI, off, on, "none", true},
		"another type":                  {"IOT", off, on, "token", false},
		"key, unknown token":            {authmode.AKS, on, unknown, "key", false},
		"unknown key, token":            {authmode.AKS, unknown, on, "token", false},
		"unknown key":                   {authmode.AKS, unknown, off, "", false},
		"unknown token":                 {authmode.AKS, off, unknown, "", false},
		"ACI, unknown token is no open": {authmode.ACI, off, unknown, "none", true},
		"ACI, unknown key":              {authmode.ACI, unknown, off, "", false},
	} {
		mode, open := authmode.Outputs(test.compute, test.auth, test.token)
		if mode.ValueString() != test.mode || mode.IsUnknown() != (test.mode == "") || open.IsUnknown() != mode.IsUnknown() || open.ValueBool() != test.open {
			t.Errorf("%s: %s, %s", name, mode, open)
		}
	}
}
