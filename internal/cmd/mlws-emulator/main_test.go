// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// build makes the real binary: what is tested is a process, with its signals.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mlws-emulator")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return binary
}

func TestBinary(t *testing.T) {
	t.Parallel()
	binary := build(t)
	dir := t.TempDir()
	seed, err := exec.Command(binary, "-print-seed").Output()
	if err != nil {
		t.Fatalf("print the seed: %v", err)
	}
	seedFile, caFile := filepath.Join(dir, "seed.yml"), filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(seedFile, bytes.ReplaceAll(seed, []byte("ws-demo"), []byte("ws-mine")), 0o600); err != nil {
		t.Fatal(err)
	}

	pythontest.Need(t)
	command := exec.Command(binary, "-seed", seedFile, "-ca-file", caFile, "-operation-duration", "0s", "-path-prefix", "/here", "-execute")
	var logged bytes.Buffer
	command.Stderr = &logged
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	exports, warned := map[string]string{}, false
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		warned = warned || strings.Contains(lines.Text(), "RUNS ON THIS MACHINE")
		if assignment, found := strings.CutPrefix(lines.Text(), "export "); found {
			name, value, _ := strings.Cut(assignment, "=")
			exports[name] = strings.Trim(value, "'")
		}
	}
	if !warned {
		t.Error("nothing says that code is run here")
	}
	base := exports["ARM_RESOURCE_MANAGER_ENDPOINT"]
	if exports["MLWS_WORKSPACE_NAME"] != "ws-mine" || exports["MLWS_CA_CERTIFICATE_FILE"] != caFile || !strings.HasSuffix(base, "/here") {
		t.Errorf("printed %v", exports)
	}
	response, err := http.Get(base + strings.Replace(emulator.DefaultWorkspaceID, "ws-demo", "ws-mine", 1) + "?api-version=2022-05-01")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", response.StatusCode)
	}
	if certificate, err := os.ReadFile(caFile); err != nil || !bytes.Contains(certificate, []byte("BEGIN CERTIFICATE")) {
		t.Errorf("the CA file: %v", err)
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("SIGTERM ended it with %v\n%s", err, logged.String())
	}
	var line emulator.Request
	if err := json.Unmarshal(logged.Bytes(), &line); err != nil || line.Operation != "GetWorkspace" || line.Status != http.StatusUnauthorized {
		t.Errorf("log %q: %v", logged.String(), err)
	}
}

func TestBinaryRefuses(t *testing.T) {
	t.Parallel()
	binary := build(t)
	bad := filepath.Join(t.TempDir(), "bad.yml")
	if err := os.WriteFile(bad, []byte("workspace: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for text, args := range map[string][]string{
		"unexpected argument": {"start"}, "no such file": {"-seed", bad + "x"}, "field workspace not found": {"-seed", bad},
		"listen for http": {"-listen", "256.0.0.1:0"}, "loopback only": {"-execute", "-listen", "0.0.0.0:0"}, "flag provided but not defined": {"-port", "1"},
	} {
		output, err := exec.Command(binary, args...).CombinedOutput()
		if err == nil || !strings.Contains(string(output), text) {
			t.Errorf("%v: %v\n%s", args, err, output)
		}
	}
	withoutPython := exec.Command(binary, "-execute")
	withoutPython.Env = []string{"PATH=" + t.TempDir()}
	if output, err := withoutPython.CombinedOutput(); err == nil || !strings.Contains(string(output), "execution needs python3") || !strings.Contains(string(output), "install Python 3.8 or newer") {
		t.Errorf("-execute without python3: %v\n%s", err, output)
	}
	help, err := exec.Command(binary, "-help").CombinedOutput()
	if err != nil || !strings.Contains(string(help), "WITH ALL\nYOUR RIGHTS") || !strings.Contains(string(help), "/_emulator/faults") || !strings.Contains(string(help), "-operation-duration") {
		t.Errorf("help: %v\n%s", err, help)
	}
}

// Beyond the loopback interface, the binary warns in one line, and prints an
// address that works.
func TestBinaryWarnsBeyondLoopback(t *testing.T) {
	t.Parallel()
	command := exec.Command(build(t), "-listen", "0.0.0.0:0")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	warnings, address := 0, ""
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		if strings.Contains(lines.Text(), "OTHER MACHINES REACH IT") {
			warnings++
		}
		if value, found := strings.CutPrefix(lines.Text(), "export ARM_RESOURCE_MANAGER_ENDPOINT='"); found {
			address = strings.TrimSuffix(value, "'")
		}
	}
	if warnings != 1 {
		t.Errorf("%d warnings", warnings)
	}
	reply, err := http.Get(address + "/_emulator/requests")
	if err != nil || reply.StatusCode != http.StatusOK || reply.Body.Close() != nil {
		t.Errorf("%s: %v", address, err)
	}
}
