// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/demo/fleet"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
)

// emulatorProcess is a running emulator and the environment that it told us to
// use it with.
type emulatorProcess struct {
	command  *exec.Cmd
	environ  map[string]string
	executes bool // scoring calls are answered by the uploaded code
	log      *os.File
}

// startEmulator starts the emulator on free ports and reads the export lines
// that it prints for a person; the last of them means that it is ready. Where
// there is a python3 it runs the code that the demo uploads, which is the demo's own.
func startEmulator(ctx context.Context, binary, work string) (*emulatorProcess, error) {
	log, err := os.Create(filepath.Join(work, "emulator.log"))
	if err != nil {
		return nil, err
	}
	// Not bound to ctx, and out of reach of the terminal's Ctrl-C: an interrupted
	// terraform still needs it, to end what it has begun.
	seed := filepath.Join(work, "seed.yml")
	if err := writeSeed(seed); err != nil {
		return nil, err
	}
	args := []string{"-seed", seed, "-listen", "127.0.0.1:0", "-tls-listen", "127.0.0.1:0", "-ca-file", filepath.Join(work, "emulator-ca.pem"), "-operation-duration", "1s"}
	_, pythonErr := pyrunner.Find(ctx)
	if pythonErr == nil {
		args = append(args, "-execute")
	}
	command := exec.Command(binary, args...)
	command.Stderr = log
	ownProcessGroup(command)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	process := &emulatorProcess{command: command, environ: map[string]string{}, executes: pythonErr == nil, log: log}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "ready" {
			return process, nil
		}
		if assignment, ok := strings.CutPrefix(line, "export "); ok {
			name, value, _ := strings.Cut(assignment, "=")
			process.environ[name] = strings.Trim(value, `'"`)
		}
	}
	process.stop()
	text, _ := os.ReadFile(log.Name())
	return nil, errors.Join(ctx.Err(), fmt.Errorf("the emulator ended before it was ready:\n%s", text))
}

// writeSeed writes the workspace of the demo: the default one, with the services of
// the rotation.
func writeSeed(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(emulator.WriteSeed(file, fleet.Seed()), file.Close())
}

// stop ends the emulator and waits for it, so that its files can be removed.
func (p *emulatorProcess) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	_ = p.command.Wait()
	_ = p.log.Close()
}

// writeVariables writes a file for a shell to read: terraform then reaches the
// emulator, and uses this build of the provider.
func writeVariables(path string, environ map[string]string) error {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(environ)) {
		if name != "PATH" && name != "HOME" {
			fmt.Fprintf(&lines, "export %s='%s'\n", name, strings.ReplaceAll(environ[name], "'", `'\''`))
		}
	}
	return os.WriteFile(path, []byte(lines.String()), 0o600)
}
