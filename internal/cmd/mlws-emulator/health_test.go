// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// running starts a command of the binary, waits until it is ready, and returns what it
// exports. The process ends with the test.
func running(t *testing.T, command *exec.Cmd) map[string]string {
	t.Helper()
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
	exports := map[string]string{}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "ready" {
			return exports
		}
		if assignment, found := strings.CutPrefix(lines.Text(), "export "); found {
			name, value, _ := strings.Cut(assignment, "=")
			exports[name] = strings.Trim(value, "'")
		}
	}
	t.Fatal("the emulator ended before it was ready")
	return nil
}

// The command health of the binary says whether a running emulator answers, by its exit code.
func TestHealth(t *testing.T) {
	t.Parallel()
	binary := build(t)
	exports := running(t, exec.Command(binary, "-path-prefix", "/here"))
	base := exports["ARM_RESOURCE_MANAGER_ENDPOINT"]
	if output, err := exec.Command(binary, "health", "-url", base).CombinedOutput(); err != nil || string(output) != "healthy\n" {
		t.Errorf("a running one: %v\n%s", err, output)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"failing","reason":"the disk is full"}`))
	}))
	defer failing.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for text, args := range map[string][]string{
		"lacks the path prefix":     {"-url", strings.TrimSuffix(base, "/here")},
		"it is no emulator":         {"-url", other.URL},
		"failing: the disk is full": {"-url", failing.URL},
		"no emulator answers at":    {"-url", gone.URL},
		"unexpected argument":       {"now"},
		"flag provided but not def": {"-port", "1"},
	} {
		output, err := exec.Command(binary, append([]string{"health"}, args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(output), text) {
			t.Errorf("%v: %v\n%s", args, err, output)
		}
	}
}

// A name in a network is what the binary prints.
func TestBinaryHasANameInANetwork(t *testing.T) {
	t.Parallel()
	exports := running(t, exec.Command(build(t), "-host", "emulator", "-host", "emulator.test"))
	for _, name := range []string{"ARM_RESOURCE_MANAGER_ENDPOINT", "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"} {
		if !strings.HasPrefix(exports[name], "https://emulator:") {
			t.Errorf("%s is %s", name, exports[name])
		}
	}
}
