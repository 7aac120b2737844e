// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package realmode_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// portable are the acceptance tests that run against any workspace.
var portable = map[string][]string{
	"webservice": {"TestAccServiceCreateAndImport"},
	"credential": {"TestAccKeyRotates", "TestAccKeyImport", "TestAccTokenScores"},
}

// With MLWS_TEST_* set, the acceptance tests leave their own emulator alone and
// work in the workspace that is named, with credentials and endpoints from the
// ARM_* variables. What stands for the real workspace is an emulator in a process
// of its own, which the tests know nothing of. Nothing of them is skipped, and
// they leave nothing behind.
func TestAcceptanceTestsRunAgainstAnotherWorkspace(t *testing.T) {
	t.Parallel()
	environ := workspaceOf(t)
	for pkg, tests := range portable {
		t.Run(pkg, func(t *testing.T) {
			command := exec.Command("go", "test", "-count=1", "-v", "-run", "^("+strings.Join(tests, "|")+")$", "github.com/mlws/terraform-provider-mlws/internal/"+pkg)
			command.Env = environ
			output, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			if strings.Contains(string(output), "--- SKIP") {
				t.Errorf("a test was skipped:\n%s", output)
			}
			for _, name := range tests {
				if !strings.Contains(string(output), "--- PASS: "+name+" ") {
					t.Errorf("%s did not pass:\n%s", name, output)
				}
			}
		})
	}
	created, deleted := counted(t, environ, "CreateService"), counted(t, environ, "DeleteService")
	if want := 5; created != want || deleted != want {
		t.Errorf("the workspace saw %d services created and %d deleted, want %d of each", created, deleted, want)
	}
	if rotated := counted(t, environ, "RegenerateKeys"); rotated < 4 {
		t.Errorf("the workspace saw %d keys regenerated, want those of the rotations", rotated)
	}
}

// A test that needs the emulator says so, and is skipped; a workspace that is
// named by halves is an error.
func TestOtherTestsSayWhyTheyDoNotRun(t *testing.T) {
	t.Parallel()
	run := func(name string, environ ...string) string {
		command := exec.Command("go", "test", "-count=1", "-v", "-run", "^"+name+"$", "github.com/mlws/terraform-provider-mlws/internal/webservice")
		command.Env = append(without(os.Environ(), "ARM_", "MLWS_"), environ...)
		output, _ := command.CombinedOutput()
		return string(output)
	}
	workspace := acctest.WorkspaceEnv + "=" + emulator.DefaultWorkspaceID
	if output := run("TestAccServiceDisappears", workspace); !strings.Contains(output, "--- SKIP") || !strings.Contains(output, "needs the emulator") {
		t.Errorf("a test that needs the emulator was not skipped:\n%s", output)
	}
	if output := run("TestAccServiceCreateAndImport", workspace); !strings.Contains(output, "--- FAIL") || !strings.Contains(output, acctest.ModelEnv+" must be set too") {
		t.Errorf("the missing variable is not named:\n%s", output)
	}
}

// workspaceOf starts an emulator, and returns an environment that points at it:
// what the emulator prints, as a person would paste it, and MLWS_TEST_*.
func workspaceOf(t *testing.T) []string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mlws-emulator")
	if output, err := exec.Command("go", "build", "-o", binary, "github.com/mlws/terraform-provider-mlws/internal/cmd/mlws-emulator").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	command := exec.Command(binary, "-operation-duration", "50ms")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		if err := command.Wait(); err != nil {
			t.Errorf("the emulator: %v", err)
		}
	})
	environ := without(os.Environ(), "ARM_", "MLWS_")
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		if assignment, found := strings.CutPrefix(lines.Text(), "export "); found {
			environ = append(environ, strings.ReplaceAll(assignment, "'", ""))
		}
	}
	return append(environ,
		"ARM_USE_CLI=false",
		acctest.WorkspaceEnv+"="+emulator.DefaultWorkspaceID,
		acctest.ModelEnv+"=iris:1", acctest.OtherModelEnv+"=iris:2", acctest.ComputeEnv+"="+emulator.DefaultCompute,
	)
}

// without leaves out the variables of these prefixes.
func without(environ []string, prefixes ...string) []string {
	var kept []string
	for _, variable := range environ {
		drop := false
		for _, prefix := range prefixes {
			drop = drop || strings.HasPrefix(variable, prefix)
		}
		if !drop {
			kept = append(kept, variable)
		}
	}
	return kept
}

// counted asks the emulator's control API how often an operation was called.
func counted(t *testing.T, environ []string, operation string) int {
	t.Helper()
	var base string
	for _, variable := range environ {
		if value, found := strings.CutPrefix(variable, "ARM_RESOURCE_MANAGER_ENDPOINT="); found {
			base = value
		}
	}
	response, err := http.Get(base + "/_emulator/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var log struct{ Value []emulator.Request }
	if err := json.NewDecoder(response.Body).Decode(&log); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, request := range log.Value {
		if request.Operation == operation {
			count++
		}
	}
	return count
}
