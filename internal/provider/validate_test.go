// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const testWorkspaceID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws"

func TestValidateRefuses(t *testing.T) {
	const secret = "never-to-be-shown"
	for name, test := range map[string]struct {
		block block
		path  string
		says  string
	}{
		"workspace id and a part": {block{"workspace_id": testWorkspaceID, "workspace_name": "ws"}, "workspace_id", "workspace_id and workspace_name are both set"},
		"bad workspace id":        {block{"workspace_id": "/subscriptions/x"}, "workspace_id", "is not a workspace id"},
		"subscription name":       {block{"subscription_id": "My Subscription"}, "subscription_id", "must be the UUID"},
		"bad cloud":               {block{"environment": "germany"}, "environment", "use public, usgovernment or china"},
		"two client ids":          {block{"client_id": "a", "client_id_file_path": "b"}, "client_id", "client_id and client_id_file_path are both set, and stand for the same thing. Remove one"},
		"two secrets":             {block{"client_secret": secret, "client_secret_file_path": "b"}, "client_secret", "client_secret and client_secret_file_path are both set, and stand for the same thing. Remove one"},
		"two certificates":        {block{"client_certificate": secret, "client_certificate_path": "b"}, "client_certificate", "client_certificate and client_certificate_path are both set, and stand for the same thing. Remove one"},
		"two OIDC tokens":         {block{"oidc_token": secret, "oidc_token_file_path": "b"}, "oidc_token", "oidc_token and oidc_token_file_path are both set, and stand for the same thing. Remove one"},
		"http Resource Manager": {
			block{"endpoints": protocoltest.Values{"resource_manager": "http://arm.example.com"}},
			"endpoints.resource_manager", "must be https: credentials would travel in clear text to arm.example.com",
		},
		"http model management": {block{"endpoints": protocoltest.Values{"model_management": "http://10.1.2.3"}}, "endpoints.model_management", "must be https"},
		"http authority on loopback": {
			block{"endpoints": protocoltest.Values{"authority": "http://127.0.0.1:1"}},
			"endpoints.authority", "reached over TLS only",
		},
		"no URL": {block{"endpoints": protocoltest.Values{"resource_manager": "arm.example.com"}}, "endpoints.resource_manager", "absolute URL"},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := test.block.validate(t)
			if len(diagnostics) != 1 {
				t.Fatalf("got %d diagnostics", len(diagnostics))
			}
			d := diagnostics[0]
			if got := protocoltest.PathText(d.Attribute); got != test.path {
				t.Errorf("path is %s, want %s", got, test.path)
			}
			if !strings.Contains(d.Detail, test.says) {
				t.Errorf("detail does not say %q: %s", test.says, d.Detail)
			}
			if strings.Contains(d.Summary+d.Detail, secret) {
				t.Errorf("tells the secret: %s", d.Detail)
			}
		})
	}
}

// Terraform drops a name that an object does not have.
func TestEmptyObjectIsWarnedAbout(t *testing.T) {
	found := block{"endpoints": protocoltest.Values{}}.validate(t)
	if len(found) != 1 || found[0].Severity != tfprotov6.DiagnosticSeverityWarning || protocoltest.PathText(found[0].Attribute) != "endpoints" || !strings.Contains(found[0].Detail, "resource_manager") {
		t.Errorf("%v", protocoltest.Texts(found))
	}
}

func TestValidateAccepts(t *testing.T) {
	unknown := block{}
	for name := range providerSchema(t).Attributes {
		unknown[name] = protocoltest.Unknown{}
	}
	for name, b := range map[string]block{
		"nothing":    {},
		"everything": unknown,
		"an emulator": {"workspace_id": testWorkspaceID, "endpoints": protocoltest.Values{
			"resource_manager": "http://127.0.0.1:8080/prefix", "authority": "https://127.0.0.1:8443", "model_management": "http://localhost:8080",
		}},
		"azurerm's spelling of a cloud": {"environment": "AzureUSGovernment"},
		"unknown endpoint":              {"endpoints": protocoltest.Values{"resource_manager": protocoltest.Unknown{}}},
	} {
		for _, d := range b.validate(t) {
			t.Errorf("%s: %s: %s", name, d.Summary, d.Detail)
		}
	}
}
