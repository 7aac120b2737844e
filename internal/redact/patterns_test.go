// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

func TestWhatLooksLikeACredentialIsRemoved(t *testing.T) {
	t.Parallel()
	const value = "Zm9vYmFyYmF6cXV4"
	for text, want := range map[string]string{
		"token eyJhbGciOiJSUzI1NiJ9." + value + "." + value + ".":            "token (redacted)",
		"encrypted eyJhbGciOiJSUzI1NiJ9.a.b." + value + "." + value + " end": "encrypted (redacted) end",
		"Authorization: Bearer " + value + ", refused":                       "Authorization: Bearer (redacted), refused",
		"authorization: basic " + value:                                      "authorization: basic (redacted)",
		"bearer\t" + value:                                                   "bearer\t(redacted)",
		`got keyValue: "` + value + `"`:                                      `got keyValue: "(redacted)"`,
		"primaryKey=" + value:                                                "primaryKey=(redacted)",
		`{"secondaryKey":"` + value + `"}`:                                   `{"secondaryKey":"(redacted)"}`,
		"client_secret=" + value + "&scope=x":                                "client_secret=(redacted)&scope=x",
		"client_assertion=" + value:                                          "client_assertion=(redacted)",
		`"access_token" : "` + value + `"`:                                   `"access_token" : "(redacted)"`,
		`"accessToken":"` + value + `"`:                                      `"accessToken":"(redacted)"`,
		`"refresh_token":"` + value + `"`:                                    `"refresh_token":"(redacted)"`,
		"x-api-key: " + value:                                                "x-api-key: (redacted)",
		"AccountName=a;AccountKey=" + value + "==;x":                         "AccountName=a;AccountKey=(redacted);x",
		"SharedAccessKey=" + value:                                           "SharedAccessKey=(redacted)",
		"SharedAccessSignature=" + value:                                     "SharedAccessSignature=(redacted)",
		"https://a.blob.core.windows.net/x?sv=1&sig=" + value + "%3D&se=2":   "https://a.blob.core.windows.net/x?sv=1&sig=(redacted)&se=2",
		"https://x/?sig=a":                                                   "https://x/?sig=(redacted)",
		"Server=x;Password=p@ss!;y":                                          "Server=x;Password=(redacted);y",
		`{"password": "p a ss"}`:                                             `{"password": "(redacted)"}`,
		"channel https://conda.example/t/" + value + "/main":                 "channel https://conda.example/t/(redacted)/main",
		"index https://" + value + value + "@pkgs.example.com/simple":        "index https://(redacted)@pkgs.example.com/simple",
		"index https://build:p@pkgs.example.com/simple":                      "index https://build:(redacted)@pkgs.example.com/simple",
		"a " + pemKey + "b":                                                  "a (redacted)\nb",
		"RSA -----BEGIN RSA PRIVATE KEY-----\nabc":                           "RSA (redacted)",
		"log:\n" + strings.SplitAfterN(pemKey, "\n", 3)[2] + "b":             "(redacted)\nb",
	} {
		if got := redact.Text(text); !strings.HasSuffix(got, want) || strings.Contains(got, value) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestOrdinaryTextIsKept(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Bearer authentication is required.",
		"The bearer token is missing. Basic auth is off.",
		"The password: it must have 8 characters.",
		"GET https://management.azure.com:443/subscriptions/s?api-version=2022-05-01",
		"Set client_secret (ARM_CLIENT_SECRET) to the value of a current secret.",
		"key_type is Primary, key_value_wo_version = 2",
		"AADSTS7000215: Invalid client secret provided.",
		"design=x, config: y, resig: no",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		"user@example.com wrote http://example.com/a:b@c",
		redact.Marker, "(value of client_secret)", "",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
