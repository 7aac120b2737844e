// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the main job of the provider on a laptop without a
// subscription: it builds the provider and the emulator, and drives the
// installed terraform over examples/demo. Every line it prints is something it
// has checked; it exits with 1 if a check fails, and leaves nothing behind. With
// KEEP=1 it does not destroy at the end, and keeps the emulator and the
// configuration until it is interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report := &report{out: os.Stdout}
	kept, err := run(ctx, report, os.Getenv("KEEP") == "1")
	if ctx.Err() != nil && !kept {
		fmt.Println("\nInterrupted; everything was cleaned up.")
		stop()
		os.Exit(130)
	}
	if !kept {
		report.summary(err)
	}
	if err != nil {
		os.Exit(1)
	}
}

// run tells whether the person played with the demo before it ended.
func run(ctx context.Context, report *report, keep bool) (kept bool, err error) {
	terraformPath, err := terraformcli.Find(ctx)
	if err != nil {
		return false, err
	}
	root, err := repositoryRoot(ctx)
	if err != nil {
		return false, err
	}
	work, err := os.MkdirTemp("", "mlws-demo-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	report.begin("Build the provider and the emulator")
	if err := build(ctx, root, work); err != nil {
		return false, err
	}
	report.proved("both built from this checkout")

	report.begin("Start the emulator")
	running, err := startEmulator(ctx, filepath.Join(work, "bin", "mlws-emulator"), work)
	if err != nil {
		return false, err
	}
	defer running.stop()
	runs := "; it runs the uploaded code with python3"
	if !running.executes {
		runs = "; without python3 it cannot run the uploaded code"
	}
	report.proved("a workspace with an AKS cluster on %s%s", running.environ["ARM_RESOURCE_MANAGER_ENDPOINT"], runs)

	demo, err := newDemo(work, filepath.Join(root, "examples", "demo"), terraformPath, running)
	if err != nil {
		return false, err
	}
	steps := demo.steps()
	if keep {
		steps = steps[:len(steps)-1] // but the last one, which destroys
	}
	for _, step := range steps {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		report.begin(step.title)
		proof, err := step.run(ctx)
		if err != nil {
			return false, err
		}
		report.proved("%s", proof)
	}
	if !keep {
		return false, nil
	}
	if err := writeVariables(filepath.Join(work, "variables.sh"), demo.environ); err != nil {
		return false, err
	}
	report.keeping(demo.emulator, demo.directory)
	<-ctx.Done()
	return true, nil
}

// build builds both binaries into the folder bin of work.
func build(ctx context.Context, root, work string) error {
	// Files of an interrupted go command are removed with the folder.
	temporary := filepath.Join(work, "go")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		return err
	}
	for binary, pkg := range map[string]string{
		"terraform-provider-mlws": ".",
		"mlws-emulator":           "./internal/cmd/mlws-emulator",
	} {
		command := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(work, "bin", binary), pkg)
		command.Dir = root
		command.Env = append(os.Environ(), "GOTMPDIR="+temporary)
		ownProcessGroup(command)
		command.Cancel = func() error { return endProcessGroup(command) }
		command.WaitDelay = 10 * time.Second
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, output)
		}
	}
	return nil
}

// repositoryRoot is where go.mod is; the demo may be started from any folder of
// the module.
func repositoryRoot(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(output)))
	if _, err := os.Stat(filepath.Join(root, "examples", "demo", "main.tf")); err != nil {
		return "", errors.New("run the demo from a checkout of the provider (make demo)")
	}
	return root, nil
}
