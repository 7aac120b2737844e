// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

type block = protocoltest.Values

// reaching is the block that reaches the emulator's workspace.
func reaching(e *emulator.Emulator) block {
	return block{
		"workspace_id": emulator.DefaultWorkspaceID,
		"tenant_id":    emulator.DefaultTenantID, "client_id": emulator.ReaderClientID, "client_secret": emulator.ReaderSecret,
		"endpoints": block{"resource_manager": e.ResourceManagerURL(), "authority": e.AuthorityURL(), "ca_certificate_file": e.CAFile()},
	}
}

func checkReaches(t *testing.T, b block) {
	t.Helper()
	data, diags := acctest.Configure(t, b)
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
	protocoltest.ClearEnvironment(t)
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

// A credential that is not known during the plan stands in nobody's way until
// Azure has to be asked; then nothing is sent, and the error names it.
func TestConfigureWithUnknownCredential(t *testing.T) {
	protocoltest.ClearEnvironment(t)
	e := emulator.Start(t)
	b := reaching(e)
	b["client_secret"] = protocoltest.Unknown{}
	data, diags := acctest.Configure(t, b)
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
	protocoltest.ClearEnvironment(t)
	b := reaching(emulator.Start(t))
	b["client_secret"] = "wrong-secret-77aa"
	data, diags := acctest.Configure(t, b)
	if diags.HasError() {
		t.Fatal(diags)
	}
	_, err := data.Client.Workspace(*data.Workspace).Info(t.Context())
	var failed *auth.Error
	if !errors.As(err, &failed) || !strings.Contains(failed.Detail, "AADSTS7000215") || strings.Contains(err.Error(), "wrong-secret-77aa") {
		t.Errorf("got %v", err)
	}
}
