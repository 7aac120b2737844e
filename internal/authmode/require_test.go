// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
)

func TestRequire(tt *testing.T) {
	type require func(c authmode.Compute, auth, token bool, service string) *authmode.Violation
	for _, test := range []struct {
		name        string
		require     require
		compute     authmode.Compute
		auth, token bool
		rule, fix   string // both empty: allowed
	}{
		{"key on ACI with keys", authmode.RequireKeyAuth, authmode.ACI, true, false, "", ""},
		{"key on open ACI", authmode.RequireKeyAuth, authmode.ACI, false, false, `"iris" has no auth`, "auth_enabled = true on"},
		{"key on AKS with keys", authmode.RequireKeyAuth, authmode.AKS, true, false, "", ""},
		{"key on AKS with tokens", authmode.RequireKeyAuth, authmode.AKS, false, true, `"iris" has token auth`, "auth_enabled = true and token_auth_enabled = false"},
		{"key on open AKS", authmode.RequireKeyAuth, authmode.AKS, false, false, `"iris" has no auth`, "auth_enabled = true on"},
		{"token on ACI with keys", authmode.RequireTokenAuth, authmode.ACI, true, false, `"iris" runs on Azure Container Instances`, "mlws_service_key"},
		{"token on ACI that claims tokens", authmode.RequireTokenAuth, authmode.ACI, false, true, `"iris" runs on Azure Container Instances`, "mlws_aks_service"},
		{"token on AKS with tokens", authmode.RequireTokenAuth, authmode.AKS, false, true, "", ""},
		{"token on AKS with keys", authmode.RequireTokenAuth, authmode.AKS, true, false, `"iris" has key auth`, "token_auth_enabled = true and auth_enabled = false"},
		{"token on open AKS", authmode.RequireTokenAuth, authmode.AKS, false, false, `"iris" has no auth`, "token_auth_enabled = true on"},
	} {
		tt.Run(test.name, func(tt *testing.T) {
			v := test.require(test.compute, test.auth, test.token, "iris")
			if test.rule == "" {
				if v != nil {
					tt.Fatalf("refused: %s", v.Detail())
				}
				return
			}
			if v == nil {
				tt.Fatal("not refused")
			}
			if !strings.Contains(v.Rule, test.rule) || !strings.Contains(v.Fix, test.fix) {
				tt.Errorf("got %q, want rule with %q and fix with %q", v.Detail(), test.rule, test.fix)
			}
			if v.Severity != authmode.Error {
				tt.Error("it must be an error")
			}
		})
	}
}

func TestRegionAdvice(tt *testing.T) {
	for _, test := range []struct {
		workspace, cluster string
		warned             bool
	}{
		{"westeurope", "westeurope", false},
		{"West Europe", "westeurope", false},
		{"westeurope", " West  Europe ", false},
		{"", "eastus", false},
		{"westeurope", "", false},
		{"West Europe", "eastus", true},
	} {
		v := authmode.RegionAdvice(test.workspace, test.cluster)
		if (v != nil) != test.warned {
			tt.Errorf("RegionAdvice(%q, %q) = %v, want a warning: %t", test.workspace, test.cluster, v, test.warned)
		}
		if v == nil {
			continue
		}
		if v.Severity != authmode.Warning || !strings.Contains(v.Rule, "(westeurope)") || !strings.Contains(v.Rule, "in eastus") {
			tt.Errorf("unexpected warning %+v", v)
		}
	}
}

func TestSwitch(tt *testing.T) {
	none, key, token := authmode.Mode{}, authmode.Mode{Auth: true}, authmode.Mode{Token: true}
	for _, test := range []struct {
		compute             authmode.Compute
		from, to            authmode.Mode
		sendAuth, sendToken bool
	}{
		{authmode.AKS, key, key, false, false},
		{authmode.AKS, key, token, true, true},
		{authmode.AKS, token, key, true, true},
		{authmode.AKS, none, key, true, true},
		{authmode.AKS, token, none, true, true},
		{authmode.ACI, none, none, false, false},
		{authmode.ACI, none, key, true, false},
		{authmode.ACI, key, none, true, false},
	} {
		auth, tokenFlag := authmode.Switch(test.compute, test.from, test.to)
		if auth != test.sendAuth || tokenFlag != test.sendToken {
			tt.Errorf("%s from %s to %s: sends auth %t token %t, want %t %t",
				test.compute, test.from, test.to, auth, tokenFlag, test.sendAuth, test.sendToken)
		}
	}
	if got := (authmode.Mode{Auth: true, Token: true}).String(); got != "key auth and token auth" {
		tt.Errorf("String = %q", got)
	}
}
