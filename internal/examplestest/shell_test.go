// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// strict stands before the commands of a page: the first that fails ends them, and curl
// fails if it is refused.
const strict = "set -e\ncurl() { command curl -sS --fail-with-body \"$@\"; }\n"

// tool puts a script on the PATH of the commands of a page.
func (w workspace) tool(name, script string) {
	w.t.Helper()
	folder := filepath.Join(w.cli.Environ["HOME"], "bin")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		w.t.Fatal(err)
	}
	write(w.t, filepath.Join(folder, name), "#!/bin/sh\n"+script+"\n")
	if err := os.Chmod(filepath.Join(folder, name), 0o700); err != nil { //nolint:gosec // a program
		w.t.Fatal(err)
	}
	if path := w.cli.Environ["PATH"]; !strings.HasPrefix(path, folder) {
		w.cli.Environ["PATH"] = folder + string(os.PathListSeparator) + path
	}
}

// try runs commands of a page in the folder of the configuration, with more variables.
func (w workspace) try(script string, environ ...string) (string, error) {
	return w.in([]string{"sh", "-c", strict + script}, environ)
}

// step runs a step of a workflow with shell: bash as GitHub Actions does.
func (w workspace) step(script string, environ ...string) string {
	w.t.Helper()
	output, err := w.in([]string{"bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script}, environ)
	if err != nil {
		w.t.Fatalf("%v\n%s\nof:\n%s", err, output, script)
	}
	return output
}

func (w workspace) in(shell, environ []string) (string, error) {
	command := exec.Command(shell[0], shell[1:]...)
	command.Dir = w.cli.Dir
	for name, value := range w.cli.Environ {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, environ...)
	output, err := command.CombinedOutput()
	return string(output), err
}

// shell is try for commands that succeed.
func (w workspace) shell(script string, environ ...string) string {
	w.t.Helper()
	output, err := w.try(script, environ...)
	if err != nil {
		w.t.Fatalf("%v\n%s\nof:\n%s", err, output, script)
	}
	return output
}
