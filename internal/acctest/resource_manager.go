// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/armclient"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// ResourceManager sends a request of v2 about something in the workspace to the
// emulator, as its owner, and waits until the operation that it starts has ended. Any
// refusal ends the test. It returns the object of the last reply; nil if there is none.
func (e *Env) ResourceManager(t testing.TB, method, path string, body any) map[string]any {
	t.Helper()
	variables := map[string]string{
		"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": e.Emulator.AuthorityURL(), "ARM_RESOURCE_MANAGER_ENDPOINT": e.Emulator.ResourceManagerURL(),
		"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID": emulator.OwnerClientID, "ARM_CLIENT_SECRET": emulator.OwnerSecret,
		"MLWS_CA_CERTIFICATE_FILE": e.Emulator.CAFile(),
	}
	client, err := armclient.New(func(name string) string { return variables[name] })
	if err != nil {
		t.Fatal(err)
	}
	object, err := client.Do(t.Context(), method, e.WorkspaceID+path, "2026-05-01", body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return object
}
