// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const versions = "testdata/versions"

// planVersion is the Terraform that made the saved plans; no other applies them.
const planVersion = "1.11.4"

// The workspace, state and saved plan of an earlier version mean the same to the
// provider of today. A saved plan of a version with fewer attributes is refused by
// Terraform, before the provider is asked.
func TestAccStateOfEarlierVersions(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(versions)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		found++
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			env, cli := leftBy(t, filepath.Join(versions, entry.Name()))
			output, err := cli.Run("plan", "-detailed-exitcode", "-no-color")
			if err != nil || !strings.Contains(output, "No changes.") {
				t.Fatalf("the plan of the state is not empty: %v\n%s", err, output)
			}
			if running, _, err := cli.Version(context.Background(), false); err != nil {
				t.Fatal(err)
			} else if running.String() != planVersion {
				t.Logf("the saved plan is not applied: Terraform %s refuses those of %s", running, planVersion)
				return
			}
			env.ResetLog()
			output, err = cli.Run("apply", "-no-color", "-input=false", "change.plan")
			if err != nil && strings.Contains(output, "attributes is required") {
				// Terraform itself refuses the plan of a version that had fewer attributes.
				for _, call := range env.Calls() {
					t.Errorf("a saved plan that was refused called %s", call)
				}
				output, err = cli.Run("plan", "-detailed-exitcode", "-no-color")
				if err != nil || !strings.Contains(output, "No changes.") {
					t.Errorf("the plan after the refusal is not empty: %v\n%s", err, output)
				}
				return
			}
			if err != nil || !strings.Contains(output, "1 added, 6 changed, 1 destroyed") {
				t.Fatalf("the saved plan: %v\n%s", err, output)
			}
			if regenerated := env.Count("RegenerateKeys"); regenerated != 2 {
				t.Errorf("%d regenerate calls, want one for the key and one for the rotation", regenerated)
			}
			output, err = cli.Run("plan", "-detailed-exitcode", "-no-color", "-var", "change=after")
			if err != nil || !strings.Contains(output, "No changes.") {
				t.Fatalf("the plan after the saved plan is not empty: %v\n%s", err, output)
			}
		})
	}
	if found == 0 {
		t.Error("no earlier version was found")
	}
}

// leftBy starts the workspace of a folder, with its state and configuration.
func leftBy(t *testing.T, folder string) (*acctest.Env, *acctest.CLI) {
	t.Helper()
	workspace := t.TempDir()
	if err := os.CopyFS(workspace, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	env := acctest.StartEmulated(t, acctest.Edits, emulator.WithStateFile(filepath.Join(workspace, "emulator.json")))
	cli := env.NewCLI(t, string(readFile(t, filepath.Join(folder, "main.tf"))))
	for _, part := range []string{"model", "src"} {
		if err := os.CopyFS(filepath.Join(cli.Dir, part), os.DirFS(filepath.Join(folder, part))); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{"state.json": "terraform.tfstate", "change.plan": "change.plan"} {
		if err := os.WriteFile(filepath.Join(cli.Dir, to), readFile(t, filepath.Join(folder, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A saved plan holds the values of a provider block, so there is none.
	for name, value := range map[string]string{
		"ARM_TENANT_ID": emulator.DefaultTenantID, "ARM_CLIENT_ID": emulator.ContributorClientID, "ARM_CLIENT_SECRET": emulator.ContributorSecret,
		"ARM_RESOURCE_MANAGER_ENDPOINT": env.Emulator.ResourceManagerURL(), "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": env.Emulator.AuthorityURL(),
		"MLWS_CA_CERTIFICATE_FILE": env.Emulator.CAFile(), "MLWS_WORKSPACE_ID": env.WorkspaceID,
	} {
		cli.Environ[name] = value
	}
	return env, cli
}
