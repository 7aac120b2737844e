// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/auth/authtest"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

func TestConfigureWorkspace(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	authtest.UseAz(t, "exit 1\n") // without any credential, nothing is configured
	const subscription = "22222222-2222-2222-2222-222222222222"
	whole := resourceid.Workspace{SubscriptionID: subscription, ResourceGroup: "rg", Name: "ws"}
	other := resourceid.Workspace{SubscriptionID: subscription, ResourceGroup: "rg", Name: "other"}
	for name, test := range map[string]struct {
		block     block
		variables map[string]string
		want      *resourceid.Workspace
		says      []string
	}{
		"none":                {block{}, nil, nil, nil},
		"subscription only":   {block{"subscription_id": subscription}, nil, nil, nil},
		"id":                  {block{"workspace_id": testWorkspaceID}, nil, &whole, nil},
		"id of environment":   {block{}, map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID}, &whole, nil},
		"parts":               {block{"subscription_id": subscription, "resource_group_name": "rg", "workspace_name": "ws"}, nil, &whole, nil},
		"parts over id":       {block{"resource_group_name": "rg", "workspace_name": "other"}, map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID, "ARM_SUBSCRIPTION_ID": subscription}, &other, nil},
		"id over environment": {block{"workspace_id": testWorkspaceID}, map[string]string{"MLWS_WORKSPACE_NAME": "other", "ARM_SUBSCRIPTION_ID": "x"}, &whole, nil},
		"mixed":               {block{"workspace_name": "other"}, map[string]string{"ARM_SUBSCRIPTION_ID": subscription, "MLWS_RESOURCE_GROUP_NAME": "rg"}, &other, nil},
		"unknown id":          {block{"workspace_id": protocoltest.Unknown{}}, nil, nil, nil},
		"unknown name":        {block{"workspace_name": protocoltest.Unknown{}, "resource_group_name": "rg"}, nil, nil, nil},
		"unknown subscription": {
			block{"subscription_id": protocoltest.Unknown{}, "workspace_name": "ws", "resource_group_name": "rg"},
			map[string]string{"ARM_SUBSCRIPTION_ID": subscription},
			nil, nil,
		},
		"name only": {block{"workspace_name": "ws"}, nil, nil, []string{"subscription_id is missing", "resource_group_name is missing", "MLWS_RESOURCE_GROUP_NAME"}},
		"bad id of environment": {
			block{},
			map[string]string{"MLWS_WORKSPACE_ID": "/x"},
			nil,
			[]string{"MLWS_WORKSPACE_ID: ", "is not a workspace id"},
		},
		"bad subscription of environment": {
			block{"resource_group_name": "rg", "workspace_name": "ws"},
			map[string]string{"ARM_SUBSCRIPTION_ID": "mine"},
			nil,
			[]string{"is not a UUID"},
		},
		"another name is left over": {
			block{},
			map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID, "MLWS_RESOURCE_GROUP_NAME": "RG", "MLWS_WORKSPACE_NAME": "other"},
			nil,
			[]string{"The environment names two workspaces", `MLWS_WORKSPACE_NAME is "other"`, `the id in MLWS_WORKSPACE_ID has "ws"`, "Unset the variable"},
		},
		"another group is left over": {
			block{},
			map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID, "MLWS_RESOURCE_GROUP_NAME": "rg-other", "MLWS_WORKSPACE_NAME": "ws"},
			nil,
			[]string{`MLWS_RESOURCE_GROUP_NAME is "rg-other"`},
		},
		"the same twice": {
			block{}, map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID, "MLWS_RESOURCE_GROUP_NAME": "RG", "MLWS_WORKSPACE_NAME": "ws", "ARM_SUBSCRIPTION_ID": "x"}, &whole, nil,
		},
		"two subscriptions": {
			block{"subscription_id": "33333333-3333-3333-3333-333333333333"},
			map[string]string{"MLWS_WORKSPACE_ID": testWorkspaceID},
			nil,
			[]string{"33333333", "MLWS_WORKSPACE_ID", "Remove one"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.variables {
				t.Setenv(variable, value)
			}
			data, diags := test.block.configure(t)
			if len(test.says) > 0 {
				checkSays(t, diags, test.says...)
				return
			}
			if diags.HasError() {
				t.Fatal(diags)
			}
			if (data.Workspace == nil) != (test.want == nil) || test.want != nil && *data.Workspace != *test.want {
				t.Errorf("got %v, want %v", data.Workspace, test.want)
			}
		})
	}
}

func checkSays(t *testing.T, diags diag.Diagnostics, says ...string) {
	t.Helper()
	if !diags.HasError() {
		t.Fatal("no error")
	}
	text := ""
	for _, d := range diags.Errors() {
		text += d.Summary() + ": " + d.Detail() + "\n"
	}
	for _, part := range says {
		if !strings.Contains(text, part) {
			t.Errorf("does not say %q: %s", part, text)
		}
	}
}

func TestConfigureRefuses(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	noCertificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noCertificate, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		block     block
		variables map[string]string
		says      []string
	}{
		"no credential":         {block{"use_cli": false}, nil, []string{"No credential for Azure is configured", "Azure CLI (use_cli is false)"}},
		"half a credential":     {block{"client_secret": "x"}, nil, []string{"tenant_id (ARM_TENANT_ID) and client_id (ARM_CLIENT_ID)"}},
		"a switch of the shell": {block{}, map[string]string{"ARM_USE_OIDC": "yes"}, []string{"ARM_USE_OIDC", "true or false"}},
		"http of the shell": {
			block{},
			map[string]string{"ARM_RESOURCE_MANAGER_ENDPOINT": "http://arm.example.com"},
			[]string{"ARM_RESOURCE_MANAGER_ENDPOINT", "must be https"},
		},
		"cloud of the shell": {block{}, map[string]string{"ARM_ENVIRONMENT": "germany"}, []string{"ARM_ENVIRONMENT", "use public, usgovernment or china"}},
		"nothing at all":     {block{}, map[string]string{"PATH": t.TempDir()}, []string{"No credential for Azure is configured", "The Azure CLI (az) is not on PATH", "client secret (client_secret is not set)"}},
		"missing CA file": {
			block{"endpoints": protocoltest.Values{"ca_certificate_file": "missing.pem"}},
			nil,
			[]string{"The file missing.pem, which endpoints.ca_certificate_file (MLWS_CA_CERTIFICATE_FILE) names, cannot be read: no such file or directory. Correct the path.", "run the export lines"},
		},
		"CA file of nothing": {block{"endpoints": protocoltest.Values{"ca_certificate_file": noCertificate}}, nil, []string{"holds no PEM certificate"}},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.variables {
				t.Setenv(variable, value)
			}
			_, diags := test.block.configure(t)
			checkSays(t, diags, test.says...)
		})
	}
}

// A plan that is to create what the credential comes from has none yet.
func TestUnknownCredentialIsNoMissingOne(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	t.Setenv("PATH", t.TempDir())
	for _, argument := range []string{"client_secret", "use_oidc", "tenant_id"} {
		if _, diags := (block{argument: protocoltest.Unknown{}}).configure(t); diags.HasError() {
			t.Errorf("%s: %v", argument, diags)
		}
	}
}
