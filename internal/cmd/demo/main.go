// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the main job of the provider on a laptop without a
// subscription: it builds the provider and the emulator, and drives the
// installed terraform over examples/demo. Every line it prints is something it
// has checked; it exits with 1 if a check fails, and leaves nothing behind.
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
	err := run(ctx, report)
	if ctx.Err() != nil {
		fmt.Println("\nInterrupted; everything was cleaned up.")
		stop()
		os.Exit(130)
	}
	report.summary(err)
	if err != nil {
		os.Exit(1)
	}
}

func run(ctx context.Context, report *report) (err error) {
	terraformPath, err := terraformcli.Find(ctx)
	if err != nil {
		return err
	}
	root, err := repositoryRoot(ctx)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "mlws-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	report.begin("Build the provider and the emulator")
	if err := build(ctx, root, work); err != nil {
		return err
	}
	report.proved("both built from this checkout")

	report.begin("Start the emulator")
	running, err := startEmulator(ctx, filepath.Join(work, "bin", "mlws-emulator"), work)
	if err != nil {
		return err
	}
	defer running.stop()
	runs := "; it runs the uploaded code with python3"
	if !running.executes {
		runs = "; without python3 it cannot run the uploaded code"
	}
	report.proved("a workspace with an AKS cluster on %s%s", running.environ["ARM_RESOURCE_MANAGER_ENDPOINT"], runs)

	demo, err := newDemo(work, filepath.Join(root, "examples", "demo"), terraformPath, running)
	if err != nil {
		return err
	}
	for _, step := range demo.steps() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		report.begin(step.title)
		proof, err := step.run(ctx)
		if err != nil {
			return err
		}
		report.proved("%s", proof)
	}
	return nil
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
