// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

const firstVersion = "testdata/first_version"

// The services and the state of the first version of the provider mean the same to
// the provider of today: nothing is planned, an apply calls nothing, and later
// changes work.
func TestAccStateOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Edits)
	configuration := env.Config(string(readFile(t, filepath.Join(firstVersion, "main.tf"))))
	cli := env.NewCLI(t, configuration)
	if output, err := cli.Run(applyArgs...); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	leftBehind(t, env, cli)
	env.ResetLog()

	output, err := cli.Run("plan", "-detailed-exitcode", "-no-color")
	if err != nil || !strings.Contains(output, "No changes.") {
		t.Fatalf("the plan of the state of the first version is not empty: %v\n%s", err, output)
	}
	// Without a refresh Terraform itself notes in the state that key_value_wo,
	// which it did not know, is sensitive: an update of the keys that sends nothing.
	output, err = cli.Run(append(slices.Clone(applyArgs), "-refresh=false")...)
	if err != nil || !strings.Contains(output, "0 added, 2 changed, 0 destroyed") {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, call := range env.Calls() {
		if call != "ServiceToken" { // the data source of the configuration
			t.Errorf("the first apply of today called %s", call)
		}
	}
	requireEmptyPlan(t, cli)

	env.ResetLog()
	rotated := strings.Replace(configuration, `"2026-1"`, `"2026-2"`, 1)
	cli.Write(strings.Replace(rotated, `team = "flowers"`, `team = "trees"`, 1))
	if output, err = cli.Run(applyArgs...); err != nil || !strings.Contains(output, "1 added, 1 changed, 1 destroyed") {
		t.Errorf("the next rotation, and the next change in place: %v\n%s", err, output)
	}
	if regenerated, patched := env.Count("RegenerateKeys"), env.Count("PatchService"); regenerated != 1 || patched != 1 {
		t.Errorf("%d regenerate calls and %d patches, want one each", regenerated, patched)
	}
	requireEmptyPlan(t, cli)
}

// leftBehind makes the services, the keys and the state those of the first version.
func leftBehind(t *testing.T, env *acctest.Env, cli *acctest.CLI) {
	t.Helper()
	var services map[string]map[string]any
	if err := json.Unmarshal(readFile(t, filepath.Join(firstVersion, "services.json")), &services); err != nil {
		t.Fatal(err)
	}
	if there := env.Emulator.ServiceNames(env.WorkspaceID); len(there) != len(services) {
		t.Fatalf("there are the services %v, and the first version left %d", there, len(services))
	}
	for name, left := range services {
		if err := env.Emulator.EditService(env.WorkspaceID, name, func(service map[string]any) {
			clear(service)
			maps.Copy(service, left)
		}); err != nil {
			t.Fatal(err)
		}
	}
	stored := readFile(t, filepath.Join(firstVersion, "state.json"))
	if err := os.WriteFile(filepath.Join(cli.Dir, "terraform.tfstate"), stored, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range stateOf(t, cli).objects {
		if o.typeName != "mlws_service_key" {
			continue
		}
		primary, secondary := o.attributes["key"], ""
		if o.attributes["key_type"] == "Secondary" {
			primary, secondary = "", o.attributes["key"]
		}
		if err := env.Emulator.SetKeys(env.WorkspaceID, lastSegment(o.attributes["service_id"]), primary, secondary); err != nil {
			t.Fatal(err)
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
