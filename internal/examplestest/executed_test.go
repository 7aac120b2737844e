// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is a block of code in a page.
type block struct {
	section  string // the heading above it, empty before the first
	language string // "hcl" also for terraform
	text     string // without the indent of a list
	number   int    // within its page
}

// A heading, or a block of code with its indent, language and text.
var headingOrFence = regexp.MustCompile("(?ms)^##+ ([^\n]+)$|^( *)```([^\n]*)\n(.*?)^ *```$")

func blocksOf(page string) (found []block) {
	section := ""
	for _, match := range headingOrFence.FindAllStringSubmatch(page, -1) {
		if match[1] != "" {
			section = match[1]
			continue
		}
		language := match[3]
		if language == "terraform" {
			language = "hcl"
		}
		text := strings.ReplaceAll("\n"+match[4], "\n"+match[2], "\n")[1:]
		found = append(found, block{section, language, text, len(found) + 1})
	}
	return found
}

// execution says which test executes the blocks of a language in a section of a page.
type execution struct {
	page, section, language string
	blocks                  int
	test                    string // empty if none can
	reason                  string // why not
}

const (
	adoption  = "TestAccTheGuideRunsAsPrinted"
	migration = "TestAccTheMigrationRunsAsPrinted"
	rehearsal = "TestAccLeaveV1Rehearsed"

	oldSDK  = "azureml-core does not run with Python 3.12; the programs are parsed"
	azure   = "needs a subscription"
	tooLong = "takes too long, or starts this test again; the targets are checked"
)

// executions has every block that is not executed by default. By default,
// TestConfigurationsApply applies configurations, and TestCommandsOfTheEmulator runs the
// commands in guides of the emulator.
var executions = []execution{
	{"after-a-leak.md", "", "shell", 1, "", "-invoke needs Terraform 1.14; TestRegenerateActionChoosesTheSlot invokes the action in process"},
	{"auth-modes-and-rotation.md", "Keys", "shell", 1, "TestCommandsOfGuides", ""},
	{"auth-modes-and-rotation.md", "Send a key or a token", "shell", 1, "TestCommandsOfGuides", ""},
	{"authentication.md", "On a laptop", "shell", 1, "", azure},
	{"authentication.md", "In GitHub Actions, without a secret", "yaml", 1, "TestPipelineRunsAsPrinted", ""},
	{"deploying-code.md", "", "python", 1, "", oldSDK},
	{"emulator.md", "Your own workspaces", "yaml", 1, "TestGuide", ""},
	{"emulator.md", "Go tests", "go", 1, "TestGoLinesOfTheGuide", ""},
	{"emulator-container.md", "Install it", "shell", 1, "TestContainerGuide", ""},
	{"emulator-container.md", "Run it in a container", "shell", 3, "TestContainerGuide", ""},
	{"emulator-container.md", "Give it a name in a network", "yaml", 1, "TestContainerGuide", ""},
	{"emulator-container.md", "Ask whether it is there", "shell", 1, "TestContainerGuide", ""},
	{"emulator-container.md", "Other clients of Resource Manager", "shell", 2, "TestContainerGuide", ""},
	{"emulator-control.md", "Start, wait, connect", "json", 1, "TestGuide", ""},
	{"emulator-python.md", "The Python SDK", "python", 1, "", oldSDK},
	{"existing-workspace.md", "1. Look at the workspace", "hcl", 1, adoption, ""},
	{"existing-workspace.md", "1. Look at the workspace", "shell", 1, adoption, ""},
	{"existing-workspace.md", "1. Look at the workspace", "text", 1, adoption, ""},
	{"existing-workspace.md", "With Terraform 1.14 or later", "hcl", 1, adoption, ""},
	{"existing-workspace.md", "With Terraform 1.14 or later", "shell", 1, adoption, ""},
	{"existing-workspace.md", "With Terraform 1.14 or later", "text", 1, adoption, ""},
	{"existing-workspace.md", "With older versions, and OpenTofu", "hcl", 1, adoption, ""},
	{"existing-workspace.md", "With older versions, and OpenTofu", "shell", 1, adoption, ""},
	{"existing-workspace.md", "With older versions, and OpenTofu", "text", 1, adoption, ""},
	{"existing-workspace.md", "3. Import", "shell", 1, adoption, ""},
	{"existing-workspace.md", "3. Import", "text", 1, adoption, ""},
	{"existing-workspace.md", "4. Rotate all keys", "hcl", 1, adoption, ""},
	{"existing-workspace.md", "4. Rotate all keys", "shell", 1, adoption, ""},
	{"existing-workspace.md", "4. Rotate all keys", "text", 1, adoption, ""},
	{"from-azapi.md", "", "hcl", 2, "TestMoveOfTheGuide", ""},
	{"from-azure-cli-ml.md", "The same deployment", "shell", 1, "", azure + ", and an extension of az that Microsoft has withdrawn"},
	{"from-azure-cli-ml.md", "The same deployment", "yaml", 2, "", "files of that extension; they are parsed"},
	{"from-the-python-sdk.md", "The same deployment", "python", 1, "", oldSDK},
	{"getting-started.md", "Install", "shell", 3, "TestMirrorOfGettingStarted", ""},
	{"getting-started.md", "A first service, on your machine", "shell", 4, "TestGettingStarted", ""},
	{"getting-started.md", "A first service, on your machine", "hcl", 1, "TestGettingStarted", ""},
	{"keys-from-a-vault.md", "A value that is new each time", "text", 1, "", "Terraform's own error, shortened"},
	{"keys-from-a-vault.md", "Which characters", "shell", 1, "TestKeyForTheVault", ""},
	{"leave-v1-rehearsed.md", "Before you begin", "shell", 2, rehearsal, ""},
	{"leave-v1-rehearsed.md", "1. Three services of v1", "python", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "1. Three services of v1", "hcl", 2, rehearsal, ""},
	{"leave-v1-rehearsed.md", "1. Three services of v1", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "2. Take stock", "hcl", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "2. Take stock", "shell", 2, rehearsal, ""},
	{"leave-v1-rehearsed.md", "2. Take stock", "text", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "3. Upload the code", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "4. Create the endpoints", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "4. Create the endpoints", "text", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "5. Score both with one key", "hcl", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "5. Score both with one key", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "5. Score both with one key", "text", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "6. Rotate through both", "hcl", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "6. Rotate through both", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "6. Rotate through both", "text", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "7. Tokens", "shell", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "7. Tokens", "text", 1, rehearsal, ""},
	{"leave-v1-rehearsed.md", "8. Retire v1", "shell", 2, rehearsal, ""},
	{"leave-v1-rehearsed.md", "8. Retire v1", "text", 2, rehearsal, ""},
	{"migrating-off-v1.md", "1. Take stock", "hcl", 2, migration, ""},
	{"migrating-off-v1.md", "1. Take stock", "shell", 1, migration, ""},
	{"migrating-off-v1.md", "1. Take stock", "text", 1, migration, ""},
	{"migrating-off-v1.md", "2. Freeze the service", "hcl", 1, migration, ""},
	{"migrating-off-v1.md", "2. Freeze the service", "shell", 1, migration, ""},
	{"migrating-off-v1.md", "2. Freeze the service", "text", 1, migration, ""},
	{"migrating-off-v1.md", "4. Move the code", "hcl", 1, migration, ""},
	{"migrating-off-v1.md", "4. Move the code", "shell", 2, migration, ""},
	{"migrating-off-v1.md", "5. Create the endpoint", "shell", 1, migration, ""},
	{"migrating-off-v1.md", "5. Create the endpoint", "text", 1, migration, ""},
	{"migrating-off-v1.md", "8. Find the remaining clients", "hcl", 1, migration, ""},
	{"migrating-off-v1.md", "8. Find the remaining clients", "shell", 1, migration, ""},
	{"migrating-off-v1.md", "8. Find the remaining clients", "text", 1, migration, ""},
	{"migrating-off-v1.md", "9. Delete v1", "shell", 1, migration, ""},
	{"migrating-off-v1.md", "9. Delete v1", "text", 1, migration, ""},
	{"policies.md", "Old keys", "hcl", 1, "TestKeyAgeOfTheGuide", ""},
	{"policies.md", "A pipeline, with OPA", "rego", 1, "", "OPA is not a tool of this repository"},
	{"policies.md", "A pipeline, with OPA", "shell", 1, "TestCommandsOfGuides", ""},
	{"policies.md", "A pipeline that looks for drift", "shell", 1, "TestCommandsOfGuides", ""},
	{"reliability.md", "Run it yourself", "shell", 1, "", tooLong},
	{"rotation-in-terraform.md", "Every service of a workspace", "hcl", 1, "TestRotationOfEveryService", ""},
	{"rotation-in-terraform.md", "time_rotating", "hcl", 1, "TestTimeRotatingOfTheGuide", ""},
	{"rotation-in-terraform.md", "replace_triggered_by", "hcl", 1, "TestReplaceTriggeredByOfTheGuide", ""},
	{"rotation-in-terraform.md", "Import a key, then choose its value", "hcl", 2, "TestImportThenSetOfTheGuide", ""},
	{"rotation-in-terraform.md", "In two steps, by outputs", "hcl", 1, "TestTwoStepsOfTheGuide", ""},
	{"rotation-in-terraform.md", "In modules", "hcl", 2, "TestModulesOfTheGuide", ""},
	{"rotation-in-terraform.md", "A service that is replaced", "hcl", 1, "TestReplacedServiceOfTheGuide", ""},
	{"rotation-without-downtime.md", "From a pipeline", "hcl", 1, "TestPipelineRunsAsPrinted", ""},
	{"rotation-without-downtime.md", "From a pipeline", "yaml", 1, "TestPipelineRunsAsPrinted", ""},
	{"rotation-without-downtime.md", "Revoke the previous key", "hcl", 1, "TestRevokeOfTheGuide", ""},
	{"rotation-without-downtime.md", "Revoke the previous key", "text", 1, "TestRevokeOfTheGuide", ""},
	{"test-your-modules.md", "With terraform test", "hcl", 1, "TestTerraformTestOfTheGuide", ""},
	{"test-your-modules.md", "With terraform test", "shell", 2, "TestTerraformTestOfTheGuide", ""},
	{"test-your-modules.md", "With terraform test", "text", 1, "TestTerraformTestOfTheGuide", ""},
	{"test-your-modules.md", "In Go", "go", 2, "TestGoTestOfTheGuide", ""},
	{"test-your-modules.md", "In Go", "shell", 1, "TestGoTestOfTheGuide", ""},
	{"test-your-modules.md", "In GitHub Actions", "yaml", 1, "TestWorkflowOfTheGuide", ""},
	{"tokens-for-jobs.md", "A long-running client", "python", 1, "TestClientOfTheGuide", ""},
	{"what-is-in-the-state.md", "Prove it", "hcl", 1, "TestAccProveThatNoKeyIsStored", ""},
	{"what-is-in-the-state.md", "Prove it", "shell", 1, "TestAccProveThatNoKeyIsStored", ""},
	{"while-it-deploys.md", "", "hcl", 1, "TestWhileItDeploysOfTheGuide", ""},
	{"while-it-deploys.md", "", "text", 1, "TestWhileItDeploysOfTheGuide", ""},
	{"while-it-deploys.md", "See the steps", "shell", 1, "TestWhileItDeploysOfTheGuide", ""},
	{"while-it-deploys.md", "See the steps", "text", 1, "TestWhileItDeploysOfTheGuide", ""},
	{"index.md", "Quick Start", "hcl", 1, "TestQuickStart", ""},
	{"index.md", "Quick Start", "shell", 1, "TestQuickStart", ""},
	{"README.md", "Try it", "shell", 1, "", tooLong},
	{"README.md", "Try it", "text", 1, "TestDemo", ""},
	{"README.md", "Install", "shell", 1, "", "builds into this checkout; the target is checked"},
	{"CONTRIBUTING.md", "Run one test", "shell", 2, "", tooLong},
	{"ARCHITECTURE.md", "The way of an apply", "mermaid", 1, "", "a picture"},
	{"RELEASING.md", "Make a release", "shell", 2, "", "makes a release; the targets are checked"},
	{"internal/acctest/README.md", "", "shell", 2, "", tooLong},
}

// executionOf returns the row of a block; nil if it has none.
func executionOf(page string, b block) *execution {
	name := strings.TrimPrefix(filepath.ToSlash(page), "../../")
	if !strings.HasPrefix(name, "internal/") {
		name = filepath.Base(name)
	}
	for i := range executions {
		if e := &executions[i]; e.page == name && e.section == b.section && e.language == b.language {
			return e
		}
	}
	return nil
}

func executedElsewhere(page string, b block) bool { return executionOf(page, b) != nil }

// markdown returns every page with blocks but the changelog, from the root on.
func markdown(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, root := range []string{"../../docs", "../../internal", "../../examples"} {
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			if err == nil && strings.HasSuffix(name, ".md") {
				found = append(found, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	top, err := filepath.Glob("../../*.md")
	if err != nil || len(top) < 5 {
		t.Fatalf("%v: %v", top, err)
	}
	return append(found, top...)
}

// testNames returns the packages of all tests of the repository.
func testNames(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		for _, match := range declared.FindAllStringSubmatch(read(t, name), -1) {
			names[match[1]] = filepath.Dir(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Each block of each page is executed by a test, or is in the list with the reason why
// it cannot be. A new block is applied or run by default, or has to be added to the list.
func TestEveryBlockIsExecuted(t *testing.T) {
	t.Parallel()
	counted := map[*execution]int{}
	for _, page := range markdown(t) {
		reference := strings.Contains(page, "/docs/") && !strings.Contains(page, "/guides/") && filepath.Base(page) != "index.md"
		for _, b := range blocksOf(read(t, page)) {
			row := executionOf(page, b)
			switch {
			case row != nil:
				counted[row]++
				if row.test == "" && b.language == "shell" {
					checkCommands(t, page, b.text)
				}
			case reference && b.language == "hcl": // TestNoConfigurationEscapes: it is an example, and those are applied
			case reference && b.section == "Signature": // of a function; tfplugindocs makes it
			case reference && b.language == "shell" && importIsAnExample(t, b.text): // TestExamplesApply runs it
			case b.language == "hcl" && (strings.Contains(page, "/guides/") || filepath.Base(page) == "README.md"): // TestConfigurationsApply
			case b.language == "shell" && strings.HasPrefix(filepath.Base(page), "emulator"): // TestCommandsOfTheEmulator
			default:
				t.Errorf("%s, section %q: no test executes this block of %s. Execute it in a test, and add a row to executions:\n%s", page, b.section, b.language, b.text)
			}
		}
	}
	tests := testNames(t)
	for i := range executions {
		row := &executions[i]
		if counted[row] != row.blocks {
			t.Errorf("%s, section %q has %d blocks of %s, and the list says %d: does %s%s hold for all?", row.page, row.section, counted[row], row.language, row.blocks, row.test, row.reason)
		}
		if (row.test == "") == (row.reason == "") {
			t.Errorf("%s, section %q: a row has a test or a reason", row.page, row.section)
		}
		if row.test == "" {
			continue
		}
		folder, exists := tests[row.test]
		if !exists {
			t.Errorf("%s, section %q: there is no test %s", row.page, row.section, row.test)
		} else if !mentions(t, folder, row.page) {
			t.Errorf("%s, section %q: %s is in %s, which does not name this page", row.page, row.section, row.test, folder)
		}
	}
}

// mentions reports whether a test of a package names a page.
func mentions(t *testing.T, folder, page string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Base(file) != "executed_test.go" && strings.Contains(read(t, file), filepath.Base(page)) {
			return true
		}
	}
	return false
}

var makeTarget = regexp.MustCompile(`(?m)(?:^|&& )make ([a-z-]+)`)

// checkCommands checks commands that no test runs: a shell parses them, and the targets
// of make exist.
func checkCommands(t *testing.T, page, text string) {
	t.Helper()
	command := exec.Command("sh", "-n")
	command.Stdin = strings.NewReader(text)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s\nof:\n%s", page, err, output, text)
	}
	makefile := read(t, "../../GNUmakefile")
	for _, target := range makeTarget.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(makefile, "\n"+target[1]+":") {
			t.Errorf("%s: there is no target %s", page, target[1])
		}
	}
}

// importIsAnExample reports whether commands are those of an example.
func importIsAnExample(t *testing.T, text string) bool {
	t.Helper()
	scripts, err := filepath.Glob(filepath.Join(examples, "resources", "*", "import.sh"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no imports: %v", err)
	}
	for _, script := range scripts {
		content, err := os.ReadFile(script)
		if err == nil && strings.TrimSpace(string(content)) == strings.TrimSpace(text) {
			return true
		}
	}
	return false
}

func TestBlocksAreFound(t *testing.T) {
	t.Parallel()
	found := blocksOf("text\n\n```terraform\na\n```\n\n## One\n\n1. x\n\n   ```shell\n   b\n     c\n   ```\n\n### Two\n```\nd\n```\n")
	want := []block{{"", "hcl", "a\n", 1}, {"One", "shell", "b\n  c\n", 2}, {"Two", "", "d\n", 3}}
	if len(found) != len(want) {
		t.Fatalf("%+v", found)
	}
	for i := range want {
		if found[i] != want[i] {
			t.Errorf("%+v, want %+v", found[i], want[i])
		}
	}
}
