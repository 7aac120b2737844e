// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package realmode_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

const module = "github.com/mlws/terraform-provider-mlws"

// anywhere are acceptance tests that run against any workspace, by the package
// below internal/acctest. Of service and model it names all, of credential a few,
// since all would take long. A test that comes to need the emulator is removed
// from this list on purpose.
var anywhere = map[string][]string{
	"service": {
		"TestAccServiceCreated", "TestAccServiceCreateAndImport", "TestAccServiceUpdatesInPlace", "TestAccServiceLocalChanges", "TestAccServiceUnknownValues", "TestAccModeSwitches",
		"TestAccServiceReplaced", "TestAccACIOverwritten/keys_survive", "TestAccACIOverwriteRemoves", "TestAccACIOverwriteWithOtherChanges", "TestAccServiceDisappears",
		"TestAccServiceImport", "TestAccServiceImportWithSSL", "TestAccServiceImportByIdentity", "TestAccServiceImportRefused",
		"TestAccServiceDataSource", "TestAccServiceDataSourceOfNewService", "TestAccServiceDataSourceRefused", "TestAccServiceRefusedByValidate", "TestAccServiceRefusedByApply",
		"TestAccTestRequest", "TestAccTestRequestFailsOnCreate", "TestAccTestRequestOfBrokenCode", "TestAccTestRequestRefused", "TestInvokeService",
		"TestAccCodeFromThisMachine", "TestAccCodeRefused", "TestAccCodeChangedAfterThePlan", "TestAccCodeWrittenByTheApply", "TestAccCodeAfterImport", "TestAccOwnCode",
	},
	"model": {
		"TestAccModel", "TestAccModelFiles", "TestAccModelReplace", "TestAccModelOfAnotherResource", "TestAccModelImport", "TestAccModelImportByIdentity",
		"TestAccModelDataSource", "TestAccModelUnderAService", "TestAccModelInUse", "TestAccModelRefusedAtPlan", "TestAccModelChangedAfterThePlan",
	},
	"credential": {"TestAccKeyImport", "TestAccRotationAlternates", "TestAccEphemeralToken", "TestAccTokenScores"},
}

// With MLWS_TEST_* set, the acceptance tests leave their own emulator alone and
// work in the workspace that is named, with credentials and endpoints from the
// ARM_* variables. What stands for the real workspace is an emulator in a process
// of its own, which the tests know nothing of. Those that can do without the
// emulator's powers are not skipped, all others say which one they need, and
// nothing is left behind.
func TestAcceptanceTestsRunAgainstAnotherWorkspace(t *testing.T) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "MLWS_") {
			t.Setenv(name, "")
		}
	}
	pythontest.Need(t)
	binaries := map[string]string{}
	for pkg := range anywhere {
		binaries[pkg] = compiled(t, pkg)
	}
	t.Run("named by halves", func(t *testing.T) {
		t.Setenv(acctest.WorkspaceEnv, emulator.DefaultWorkspaceID)
		found := run(t, binaries["model"], "model", "^TestAccModelImportByIdentity$")["TestAccModelImportByIdentity"]
		if found.action != "fail" || !strings.Contains(found.output, acctest.ModelEnv+" must be set too") {
			t.Errorf("the missing variable is not named: %s\n%s", found.action, found.output)
		}
	})
	startWorkspace(t)
	for pkg, tests := range anywhere {
		t.Run(pkg, func(t *testing.T) {
			pattern := "^Test(Acc|Invoke)"
			if pkg == "credential" {
				pattern = "^(" + strings.Join(tests, "|") + ")$"
			}
			results := run(t, binaries[pkg], pkg, pattern)
			for _, name := range tests {
				if got := results[name]; got.action != "pass" && (got.action != "skip" || !gated.MatchString(got.output)) {
					t.Errorf("%s did not pass (%q):\n%s", name, got.action, got.output)
				}
			}
			for name, got := range results {
				switch {
				case got.action == "fail":
					t.Errorf("%s failed:\n%s", name, got.output)
				case got.action == "skip" && !gated.MatchString(got.output) && !powerless.MatchString(got.output):
					t.Errorf("%s was skipped without saying what it needs:\n%s", name, got.output)
				}
			}
		})
	}
	nothingIsLeft(t)
}

var (
	// powerless is why a test that needs the emulator does not run.
	powerless = regexp.MustCompile(`needs the emulator, since it [a-z]+ .+; ` + acctest.WorkspaceEnv)
	// gated is why a test of what an older Terraform does not know does not run.
	gated = regexp.MustCompile(`Terraform CLI version|needs Terraform`)
)

// result is how a test ended, and what it said.
type result struct{ action, output string }

// compiled builds the tests of a package.
func compiled(t *testing.T, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), pkg+".test")
	if output, err := exec.Command("go", "test", "-c", "-o", binary, module+"/internal/acctest/"+pkg).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return binary
}

// run runs tests of a package, in its folder, and returns how each one ended.
func run(t *testing.T, binary, pkg, pattern string) map[string]result {
	t.Helper()
	command := exec.Command("go", "tool", "test2json", binary, "-test.v=test2json", "-test.timeout=10m", "-test.parallel=4", "-test.run="+pattern)
	command.Dir = filepath.Join("..", pkg)
	output, err := command.Output()
	if err != nil {
		t.Logf("the tests ended with: %v", err) // which of them failed is in the events
	}
	results := map[string]result{}
	for events := json.NewDecoder(bytes.NewReader(output)); events.More(); {
		var event struct{ Action, Test, Output string }
		if err := events.Decode(&event); err != nil {
			t.Fatal(err)
		}
		found := results[event.Test]
		switch event.Action {
		case "output":
			found.output += event.Output
		case "pass", "fail", "skip":
			found.action = event.Action
		}
		results[event.Test] = found
	}
	delete(results, "") // the package, which says no more than its tests
	if len(results) == 0 {
		t.Fatalf("no test ran: %v", err)
	}
	return results
}

// startWorkspace starts an emulator, and sets what points at it for the rest of
// the test: what it prints, as a person would paste it, and MLWS_TEST_*.
func startWorkspace(t *testing.T) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mlws-emulator")
	if output, err := exec.Command("go", "build", "-o", binary, module+"/internal/cmd/mlws-emulator").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	command := exec.Command(binary, "-operation-duration", "20ms", "-execute")
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
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		if assignment, found := strings.CutPrefix(lines.Text(), "export "); found {
			name, value, _ := strings.Cut(strings.ReplaceAll(assignment, "'", ""), "=")
			t.Setenv(name, value)
		}
	}
	for name, value := range map[string]string{
		"ARM_USE_CLI": "false", acctest.WorkspaceEnv: emulator.DefaultWorkspaceID, acctest.ModelEnv: "iris:1", acctest.OtherModelEnv: "iris:2",
		acctest.ComputeEnv: emulator.DefaultCompute, acctest.EnvironmentEnv: "sklearn-env",
	} {
		t.Setenv(name, value)
	}
}

// nothingIsLeft looks into the workspace, as the provider does, for services and
// for models that were not there from the start.
func nothingIsLeft(t *testing.T) {
	t.Helper()
	workspace, err := acctest.Start(t).API()
	if err != nil {
		t.Fatal(err)
	}
	for service, err := range workspace.ListServices(t.Context(), azureml.ListServicesOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("the service %s is left", service.Name)
	}
	seeds := 0
	for model, err := range workspace.ListModels(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if seeds++; model.Name != "iris" && model.Name != "raw" {
			t.Errorf("the model %s is left", model.ID)
		}
	}
	if seeds == 0 {
		t.Error("the listing does not show the models that were there from the start")
	}
}
