// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

func TestCheckURL(t *testing.T) {
	for raw, says := range map[string]string{
		"https://management.azure.com":     "",
		"https://management.azure.com/a/b": "",
		"http://localhost:8080":            "",
		"http://127.0.0.1:1/prefix":        "",
		"http://127.9.9.9":                 "",
		"http://[::1]:8080":                "",
		"http://management.azure.com":      "must be https",
		"http://10.0.0.1":                  "must be https",
		"http://localhost.example.com":     "must be https",
		"http://127.0.0.1.example.com":     "must be https",
		"management.azure.com":             "absolute URL",
		"ftp://management.azure.com":       "absolute URL",
		"https://":                         "absolute URL",
		"":                                 "absolute URL",
		"https://user:pass@example.com":    "user name or password",
		"https://example.com?a=b":          "query",
		"https://example.com#a":            "fragment",
	} {
		err := auth.CheckURL(raw)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q", raw, err, says)
		}
		if err != nil && strings.Contains(err.Error(), "pass@") {
			t.Errorf("%q: the error tells the password", raw)
		}
	}
}

func TestParseCloud(t *testing.T) {
	for name, authority := range map[string]string{
		"": "https://login.microsoftonline.com", "public": "https://login.microsoftonline.com", "Public": "https://login.microsoftonline.com",
		"AzureCloud": "https://login.microsoftonline.com", "usgovernment": "https://login.microsoftonline.us",
		"AzureUSGovernment": "https://login.microsoftonline.us", "china": "https://login.chinacloudapi.cn", "AzureChinaCloud": "https://login.chinacloudapi.cn",
	} {
		if cloud, err := auth.ParseCloud(name); err != nil || cloud.Authority != authority {
			t.Errorf("%q: got %v, %v", name, cloud, err)
		}
	}
	if _, err := auth.ParseCloud("germany"); err == nil || !strings.Contains(err.Error(), "public, usgovernment or china") {
		t.Errorf("germany: %v", err)
	}
}

func TestVariables(t *testing.T) {
	if got := auth.Variables("use_msi"); len(got) != 1 || got[0] != "ARM_USE_MSI" {
		t.Errorf("use_msi: %v", got)
	}
	if got := auth.Variables("no_such_argument"); got != nil {
		t.Errorf("no_such_argument: %v", got)
	}
}
