// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A real shell takes the lines, whatever signs are in a path, and has then what
// its client needs; the control API gives the same lines.
func TestShell(t *testing.T) {
	t.Parallel()
	caFile := filepath.Join(t.TempDir(), "it's a $HOME.pem")
	s := open(t, emulator.WithPathPrefix("p"), emulator.WithCAFile(caFile))
	base := s.e.ResourceManagerURL()
	for client, want := range map[string][]string{
		"terraform": {
			"MLWS_CA_CERTIFICATE_FILE=" + caFile, "ARM_RESOURCE_MANAGER_ENDPOINT=" + base, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST=" + s.e.AuthorityURL(),
			"ARM_CLIENT_ID=" + emulator.ContributorClientID, "ARM_CLIENT_SECRET=" + emulator.ContributorSecret, "ARM_TENANT_ID=" + emulator.DefaultTenantID,
			"ARM_SUBSCRIPTION_ID=" + emulator.DefaultSubscriptionID, "MLWS_RESOURCE_GROUP_NAME=rg-demo", "MLWS_WORKSPACE_NAME=ws-demo", "ARM_DISABLE_INSTANCE_DISCOVERY=true",
		},
		"python": {
			"ARM_CLOUD_METADATA_URL=" + base + "/metadata/endpoints", "AZUREML_CURRENT_CLOUD=AzureCloud", "REQUESTS_CA_BUNDLE=" + caFile,
			"AZUREML_SERVICE_PRINCIPAL_TENANT_ID=adfs", "AZUREML_SERVICE_PRINCIPAL_ID=" + emulator.ContributorClientID,
			"AZUREML_SERVICE_PRINCIPAL_PASSWORD=" + emulator.ContributorSecret, "a directory",
		},
	} {
		lines, err := s.e.Shell(client)
		if err != nil {
			t.Fatal(err)
		}
		served := s.do("GET", base+"/_emulator/shell/"+client, "", nil)
		if served.raw != strings.Join(lines, "\n")+"\n" {
			t.Errorf("%s: served %q", client, served.raw)
		}
		command := exec.Command("sh", "-c", `eval "$1"; env; if [ -d "$AZURE_CONFIG_DIR" ]; then echo a directory; rmdir "$AZURE_CONFIG_DIR"; fi`, "sh", served.raw)
		command.Env = []string{"PATH=/usr/bin:/bin", "HOME=/nowhere", "TMPDIR=" + t.TempDir()}
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", client, err, output)
		}
		got := strings.Split(string(output), "\n")
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("%s: the shell lacks %s:\n%s", client, line, output)
			}
		}
	}
	if unknown := s.do("GET", base+"/_emulator/shell/fish", "", nil); unknown.status != http.StatusNotFound {
		t.Errorf("an unknown client: %d %s", unknown.status, unknown.raw)
	}
}

// With a state, what is there counts, and not the seed that is no longer looked at.
func TestShellOfState(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	seed := emulator.Seed{
		Principals: []emulator.Principal{{ClientID: "one", ClientSecret: "s", Role: "Owner"}},
		Workspaces: []emulator.WorkspaceSeed{{SubscriptionID: emulator.DefaultSubscriptionID, ResourceGroup: "rg-mine", Name: "ws-mine"}},
	}
	first := emulator.Start(t, emulator.WithStateFile(state), emulator.WithSeed(seed))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := emulator.Start(t, emulator.WithStateFile(state))
	lines, err := again.Shell("terraform")
	if text := strings.Join(lines, "\n"); err != nil || !strings.Contains(text, "ws-mine") || !strings.Contains(text, "ARM_CLIENT_ID='one'") || strings.Contains(text, "ws-demo") {
		t.Errorf("%v\n%s", err, text)
	}
	if inventory := strings.Join(again.Inventory(), "\n"); !strings.Contains(inventory, "workspace   ws-mine in westeurope") || !strings.Contains(inventory, "one  Owner") {
		t.Errorf("inventory:\n%s", inventory)
	}
}
