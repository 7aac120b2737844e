// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"archive/tar"
	"compress/gzip"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const testingGuide = "guides/test-your-modules.md"

// example returns a folder with copies of the modules of test-your-modules.md, and the
// tools that their tests find on the PATH: the emulator, terraform and a mirror.
func example(t *testing.T) (w workspace, emulator string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mlws-emulator")
	if output, err := exec.Command("go", "build", "-o", binary, "github.com/mlws/terraform-provider-mlws/internal/cmd/mlws-emulator").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	w = newWorkspace(t, mirrored(t))
	for name := range w.cli.Environ {
		if strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "MLWS_") {
			delete(w.cli.Environ, name) // the tests set what their emulators print
		}
	}
	if err := os.CopyFS(w.cli.Dir, os.DirFS(filepath.Join(examples, "testing"))); err != nil {
		t.Fatal(err)
	}
	return w, binary
}

// shown fails unless each block of the guide is a part of a file of the example.
func shown(t *testing.T, section, language, file string) {
	t.Helper()
	for _, text := range blocksIn(t, testingGuide, section, language) {
		if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "# tests/") {
			text = rest
		}
		if !strings.Contains(read(t, filepath.Join(examples, "testing", file)), strings.TrimSpace(text)) {
			t.Errorf("the guide shows what %s does not have:\n%s", file, text)
		}
	}
}

// The commands run as printed, in the folder of the module, and print what the guide
// shows.
func TestTerraformTestOfTheGuide(t *testing.T) {
	t.Parallel()
	const section = "With terraform test"
	shown(t, section, "hcl", "terraform-test/tests/service.tftest.hcl")
	scripts := blocksIn(t, testingGuide, section, "shell")
	w, binary := example(t)
	w.cli.Dir = filepath.Join(w.cli.Dir, "terraform-test")
	printed := "127.0.0.1:8080"
	address := startPrinted(t, binary, scripts[0], "mlws-emulator -listen "+printed, "-operation-duration", "0s")
	output := w.shell(strings.ReplaceAll(scripts[1], printed, address))
	shows(t, output, blocksIn(t, testingGuide, section, "text")[0], "...\n")
}

// The test in Go passes as it is, without a module but the standard library.
func TestGoTestOfTheGuide(t *testing.T) {
	t.Parallel()
	shown(t, "In Go", "go", "go/module_test.go")
	w, binary := example(t)
	w.cli.Dir = filepath.Join(w.cli.Dir, "go")
	w.tool("mlws-emulator", "exec "+binary+` "$@"`)
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	output := w.shell(blocksIn(t, testingGuide, "In Go", "shell")[0], "GOCACHE="+strings.TrimSpace(string(cache)), "GOPROXY=off", "GOFLAGS=-count=1", "GOTOOLCHAIN=local")
	if !strings.Contains(output, "ok  \texample.com/iris") {
		t.Errorf("it prints\n%s", output)
	}
}

// The steps of the workflow run as printed, one after the other, with the files of
// GitHub Actions for variables and for the PATH. The download gives an archive of
// this checkout.
func TestWorkflowOfTheGuide(t *testing.T) {
	t.Parallel()
	shown(t, "In GitHub Actions", "yaml", "github/test.yml")
	w, binary := example(t)
	w.cli.Dir = filepath.Join(w.cli.Dir, "terraform-test")
	runner := t.TempDir()
	pid := filepath.Join(runner, "pid")
	archive := packed(t, map[string]string{"mlws-emulator": "#!/bin/sh\necho $$ >" + pid + "\nexec " + binary + " \"$@\"\n"})
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatal(err)
	}
	w.tool("curl", `case "$*" in
*https://github.com/mlws/terraform-provider-mlws/releases/download/v1.2.3/mlws-emulator_1.2.3_linux_amd64.tar.gz*) exec cat `+archive+` ;;
esac
exec `+curl+` "$@"`)
	t.Cleanup(func() { stop(t, pid) })
	var pipeline workflow
	if err := yaml.Unmarshal([]byte(blocksIn(t, testingGuide, "In GitHub Actions", "yaml")[0]), &pipeline); err != nil {
		t.Fatal(err)
	}
	job, output := pipeline.Jobs["test"], ""
	environ := expanded(t, job.Env, nil)
	for _, name := range []string{"GITHUB_ENV", "GITHUB_PATH"} {
		write(t, filepath.Join(runner, name), "")
		environ = append(environ, name+"="+filepath.Join(runner, name))
	}
	environ = append(environ, "RUNNER_TEMP="+runner)
	for _, step := range job.Steps {
		if step.Run == "" {
			continue
		}
		output = w.step(strings.ReplaceAll(step.Run, "127.0.0.1:8080", freeAddress(t, w)), environ...)
		for _, line := range strings.Fields(read(t, filepath.Join(runner, "GITHUB_PATH"))) {
			w.cli.Environ["PATH"] = line + string(os.PathListSeparator) + w.cli.Environ["PATH"]
		}
		for _, line := range strings.Split(strings.TrimSpace(read(t, filepath.Join(runner, "GITHUB_ENV"))), "\n") {
			if name, value, found := strings.Cut(line, "="); found {
				w.cli.Environ[name] = value
			}
		}
		write(t, filepath.Join(runner, "GITHUB_PATH"), "")
	}
	if !strings.Contains(output, "3 passed, 0 failed.") {
		t.Errorf("the last step prints\n%s", output)
	}
}

// freeAddress returns an address for the emulator of a job: the same for all steps.
func freeAddress(t *testing.T, w workspace) string {
	t.Helper()
	if address := w.cli.Environ["TEST_ADDRESS"]; address != "" {
		return address
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	w.cli.Environ["TEST_ADDRESS"] = listener.Addr().String()
	return listener.Addr().String()
}

// packed makes a tar.gz of programs.
func packed(t *testing.T, programs map[string]string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "archive.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	compressed := gzip.NewWriter(file)
	members := tar.NewWriter(compressed)
	for name, content := range programs {
		err = members.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))})
		if err == nil {
			_, err = members.Write([]byte(content))
		}
	}
	for _, close := range []func() error{members.Close, compressed.Close, file.Close} {
		if err == nil {
			err = close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// stop ends the process that wrote its id into a file.
func stop(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		return // it was not started
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	if process, err := os.FindProcess(id); err == nil {
		_ = process.Kill()
	}
}
