// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package iris_test tests a Terraform module against the emulator. It needs
// mlws-emulator and terraform on the PATH, and no module but the standard library.
package iris_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module is the folder of the module under test.
const module = "../terraform-test"

// emulator starts mlws-emulator on free ports, stops it with the test, and returns the
// variables that it prints.
func emulator(t *testing.T) (environ []string) {
	t.Helper()
	command := exec.Command("mlws-emulator", "-operation-duration", "0s")
	printed, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for lines := bufio.NewScanner(printed); lines.Scan() && lines.Text() != "ready"; {
		if variable, found := strings.CutPrefix(strings.TrimSpace(lines.Text()), "export "); found {
			name, value, _ := strings.Cut(variable, "=")
			environ = append(environ, name+"="+strings.Trim(value, "'"))
		}
	}
	return environ
}

// configuration is a copy of the module, with variables, that terraform is run in.
type configuration struct {
	t       *testing.T
	folder  string
	environ []string
}

func apply(t *testing.T, variables ...string) configuration {
	t.Helper()
	c := configuration{t, t.TempDir(), append(os.Environ(), append(emulator(t), variables...)...)}
	source, err := os.ReadFile(filepath.Join(module, "main.tf"))
	if err == nil {
		err = os.WriteFile(filepath.Join(c.folder, "main.tf"), source, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.terraform("init", "-input=false")
	c.terraform("apply", "-input=false", "-auto-approve")
	return c
}

// terraform runs a command, and returns what it prints to stdout.
func (c configuration) terraform(arguments ...string) []byte {
	c.t.Helper()
	command := exec.Command("terraform", arguments...)
	command.Dir, command.Env = c.folder, c.environ
	output, err := command.Output()
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", arguments[0], err, output)
	}
	return output
}

func (c configuration) output(name string) (value string) {
	c.t.Helper()
	if err := json.Unmarshal(c.terraform("output", "-json", name), &value); err != nil {
		c.t.Fatal(err)
	}
	return value
}

// score returns the status of a scoring request.
func (c configuration) score(key string) int {
	c.t.Helper()
	request, err := http.NewRequest(http.MethodPost, c.output("scoring_uri"), strings.NewReader(`{"data": [[5.1, 3.5, 1.4, 0.2]]}`))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// Only the new key scores after a rotation.
func TestRotation(t *testing.T) {
	c := apply(t, "TF_VAR_name=under-test")
	old := c.output("key")
	if status := c.score(old); status != http.StatusOK {
		t.Fatalf("the key is answered with %d", status)
	}
	c.terraform("apply", "-input=false", "-auto-approve", "-var", "quarter=2027-Q1")
	if status := c.score(old); status != http.StatusUnauthorized {
		t.Errorf("the old key is answered with %d", status)
	}
	if status := c.score(c.output("key")); status != http.StatusOK {
		t.Errorf("the new key is answered with %d", status)
	}
}
