// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package conventions_test

import (
	"os/exec"
	"strings"
	"testing"
)

// heavy are what only acceptance tests link: it makes a test binary large, and a
// test of one function depend on a terraform or on the emulator.
var heavy = []string{
	module + "/internal/acctest",
	module + "/internal/emulator",
	"github.com/hashicorp/terraform-exec",
	"github.com/hashicorp/terraform-plugin-testing",
}

// acceptance are the packages with tests that may link heavy packages.
var acceptance = []string{
	"internal/acctest",
	"internal/cmd",
	"internal/emulator",
	"internal/examplestest",
}

// testBinaries returns the packages that the tests of each package link.
func testBinaries(t *testing.T) map[string][]string {
	t.Helper()
	command := exec.Command("go", "list", "-test", "-f", `{{if eq .Name "main"}}{{.ImportPath}} {{join .Deps " "}}{{end}}`, "./...")
	command.Dir = repository
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if pkg, isTest := strings.CutSuffix(fields[0], ".test"); isTest {
			linked[strings.TrimPrefix(pkg, module+"/")] = fields[1:]
		}
	}
	if len(linked) < 10 {
		t.Fatalf("only %d packages with tests found", len(linked))
	}
	return linked
}

// heavyOf returns the first heavy package among those that are linked, or "".
func heavyOf(linked []string) string {
	for _, pkg := range linked {
		if withinAny(pkg, heavy) {
			return pkg
		}
	}
	return ""
}

func TestUnitTestsLinkNoAcceptanceTests(t *testing.T) {
	for pkg, linked := range testBinaries(t) {
		found := heavyOf(linked)
		if found != "" && !withinAny(pkg, acceptance) {
			t.Errorf("the tests of %s link %s: move those that need it to a package below internal/acctest", pkg, found)
		}
	}
}

func TestHeavyPackagesAreRecognized(t *testing.T) {
	for pkg, want := range map[string]bool{
		module + "/internal/emulator":                                    true,
		module + "/internal/emulator/pyrunner":                           true,
		module + "/internal/acctest":                                     true,
		"github.com/hashicorp/terraform-exec/tfexec":                     true,
		"github.com/hashicorp/terraform-plugin-testing/helper/resource":  true,
		"github.com/hashicorp/terraform-plugin-go/tfprotov6":             false,
		"github.com/hashicorp/terraform-plugin-framework/providerserver": false,
		module + "/internal/protocoltest":                                false,
	} {
		if got := heavyOf([]string{"strings", pkg}) != ""; got != want {
			t.Errorf("%s: %t, want %t", pkg, got, want)
		}
	}
	if found := heavyOf(testBinaries(t)["internal/acctest/functions"]); found == "" {
		t.Error("the acceptance tests of the functions link terraform-plugin-testing, which is not seen")
	}
}
