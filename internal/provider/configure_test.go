// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// reaching is the block that reaches the emulator's workspace.
func reaching(e *emulator.Emulator) block {
	return block{
		"workspace_id": emulator.DefaultWorkspaceID,
		"tenant_id":    emulator.DefaultTenantID, "client_id": emulator.ReaderClientID, "client_secret": emulator.ReaderSecret,
		"endpoints": map[string]any{"resource_manager": e.ResourceManagerURL(), "authority": e.AuthorityURL(), "ca_certificate_file": e.CAFile()},
	}
}

func checkReaches(t *testing.T, b block) {
	t.Helper()
	data, diags := b.configure(t)
	if diags.HasError() {
		t.Fatal(diags)
	}
	info, err := data.Client.Workspace(*data.Workspace).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Location != emulator.DefaultLocation {
		t.Errorf("the workspace is in %q", info.Location)
	}
}

func TestConfigureReachesTheWorkspace(t *testing.T) {
	cleanEnvironment(t)
	e := emulator.Start(t, emulator.WithPathPrefix("/some/prefix"))
	t.Run("by arguments", func(t *testing.T) { checkReaches(t, reaching(e)) })
	t.Run("by arguments, part by part", func(t *testing.T) {
		b := reaching(e)
		delete(b, "workspace_id")
		b["subscription_id"], b["resource_group_name"], b["workspace_name"] = emulator.DefaultSubscriptionID, emulator.DefaultResourceGroup, emulator.DefaultWorkspaceName
		checkReaches(t, b)
	})
	t.Run("by the environment", func(t *testing.T) {
		for name, value := range map[string]string{
			"ARM_SUBSCRIPTION_ID": emulator.DefaultSubscriptionID, "MLWS_RESOURCE_GROUP_NAME": emulator.DefaultResourceGroup,
			"MLWS_WORKSPACE_NAME": emulator.DefaultWorkspaceName, "ARM_TENANT_ID": emulator.DefaultTenantID,
			"ARM_CLIENT_ID": emulator.ReaderClientID, "ARM_CLIENT_SECRET": emulator.ReaderSecret,
			"ARM_RESOURCE_MANAGER_ENDPOINT": e.ResourceManagerURL(), "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.AuthorityURL() + "/",
			"MLWS_CA_CERTIFICATE_FILE": e.CAFile(),
		} {
			t.Setenv(name, value)
		}
		checkReaches(t, block{})
	})
}

func TestConfigureWorkspace(t *testing.T) {
	cleanEnvironment(t)
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
		"unknown id":          {block{"workspace_id": tftypes.UnknownValue}, nil, nil, nil},
		"unknown name":        {block{"workspace_name": tftypes.UnknownValue, "resource_group_name": "rg"}, nil, nil, nil},
		"unknown subscription": {
			block{"subscription_id": tftypes.UnknownValue, "workspace_name": "ws", "resource_group_name": "rg"},
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
	cleanEnvironment(t)
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
		"missing CA file":    {block{"endpoints": map[string]any{"ca_certificate_file": "missing.pem"}}, nil, []string{"missing.pem", "no such file"}},
		"CA file of nothing": {block{"endpoints": map[string]any{"ca_certificate_file": noCertificate}}, nil, []string{"holds no PEM certificate"}},
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

// A credential that is not known during the plan stands in nobody's way until
// Azure has to be asked; then nothing is sent, and the error names it.
func TestConfigureWithUnknownCredential(t *testing.T) {
	cleanEnvironment(t)
	e := emulator.Start(t)
	b := reaching(e)
	b["client_secret"] = tftypes.UnknownValue
	data, diags := b.configure(t)
	if diags.HasError() {
		t.Fatal(diags)
	}
	_, err := data.Client.Workspace(*data.Workspace).Info(t.Context())
	var failed *auth.Error
	if !errors.As(err, &failed) || !strings.Contains(failed.Detail, "client_secret of the provider block is not known before apply") {
		t.Errorf("got %v", err)
	}
	if n := len(e.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestConfigureWithWrongSecret(t *testing.T) {
	cleanEnvironment(t)
	b := reaching(emulator.Start(t))
	b["client_secret"] = "wrong-secret-77aa"
	data, diags := b.configure(t)
	if diags.HasError() {
		t.Fatal(diags)
	}
	_, err := data.Client.Workspace(*data.Workspace).Info(t.Context())
	var failed *auth.Error
	if !errors.As(err, &failed) || !strings.Contains(failed.Detail, "AADSTS7000215") || strings.Contains(err.Error(), "wrong-secret-77aa") {
		t.Errorf("got %v", err)
	}
}
