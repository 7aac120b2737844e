// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

// The commands and the configuration of "Getting started" work as they are
// printed, in their order, with a build of this checkout and an emulator. Left
// out are the download of the sources and of a release, and az login.
func TestGettingStarted(t *testing.T) {
	t.Parallel()
	terraform, err := terraformcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, "../../docs/guides/getting-started.md")
	binaries, folder := t.TempDir(), t.TempDir()
	acctest.BuildProvider(t, binaries)
	if output, err := exec.Command("go", "build", "-o", binaries, "github.com/mlws/terraform-provider-mlws/internal/cmd/mlws-emulator").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	cliConfig := filepath.Join(binaries, "mlws.tfrc")
	write(t, cliConfig, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"mlws/mlws\" = %q\n  }\n  direct {}\n}\n", binaries))

	const printed = "127.0.0.1:8080"
	port := startPrinted(t, filepath.Join(binaries, "mlws-emulator"), page, "bin/mlws-emulator -listen "+printed)
	script := []string{"set -e", `terraform() { command "$TERRAFORM" "$@"; }`}
	for _, block := range anyFence.FindAllStringSubmatch(page[strings.Index(page, "## A first service"):], -1) {
		switch language, text := block[1], block[2]; {
		case language == "terraform":
			write(t, filepath.Join(folder, "main.tf"), text)
		case language == "shell" && !strings.Contains(text, "bin/mlws-emulator"):
			script = append(script, strings.ReplaceAll(text, printed, port))
		}
	}
	script = append(script, "terraform destroy")
	// Nobody types yes.
	typed := regexp.MustCompile(`(?m)^terraform (apply|destroy)`).ReplaceAllString(strings.Join(script, "\n"), "terraform $1 -auto-approve -no-color")
	command := exec.Command("sh", "-c", typed)
	command.Dir = folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TF_CLI_CONFIG_FILE=" + cliConfig, "CHECKPOINT_DISABLE=1", "TERRAFORM=" + terraform}
	output, err := command.CombinedOutput()
	for _, want := range []string{"2 added, 0 changed, 0 destroyed", `"models":["iris:1"]`, "1 added, 0 changed, 1 destroyed", "2 destroyed"} {
		if err != nil || !strings.Contains(string(output), want) {
			t.Fatalf("%v, and it does not print %q\n%s\nof:\n%s", err, want, output, typed)
		}
	}
}

// startPrinted starts the emulator as the page does, with more arguments and on a free
// port in place of the printed one, and returns its address.
func startPrinted(t *testing.T, binary, page, printed string, arguments ...string) string {
	t.Helper()
	if !strings.Contains(page, printed) {
		t.Fatalf("the page does not start the emulator by %s", printed)
	}
	command := exec.Command(binary, append([]string{"-listen", "127.0.0.1:0"}, arguments...)...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	address := ""
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if found := regexp.MustCompile(`ARM_RESOURCE_MANAGER_ENDPOINT='?http://([0-9.:]+)`).FindStringSubmatch(lines.Text()); found != nil {
			address = found[1]
		}
		if strings.TrimSpace(lines.Text()) == "ready" {
			break
		}
	}
	if address == "" {
		t.Fatal("the emulator did not say where it is")
	}
	return address
}
