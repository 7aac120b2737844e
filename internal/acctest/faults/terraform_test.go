// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package faults_test

import (
	"errors"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
)

// report is what a run of terraform has said, and how it ended.
type report struct {
	faults.Report
	failed bool
	text   string
}

// terraform runs terraform with JSON output.
func terraform(t *testing.T, cli *acctest.CLI, args ...string) report {
	t.Helper()
	return start(t, cli, args...).wait(t)
}

// running is a terraform that runs in a process group of its own.
type running struct {
	command *exec.Cmd
	output  *acctest.Transcript
	done    chan struct{}
	err     error // once done is closed
}

func start(t *testing.T, cli *acctest.CLI, args ...string) *running {
	t.Helper()
	r := &running{output: &acctest.Transcript{}, done: make(chan struct{})}
	r.command = cli.Command(t.Context(), nil, args...)
	r.command.Stdout, r.command.Stderr = r.output, r.output
	r.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A provider that outlives its Terraform holds the pipe open.
	r.command.WaitDelay = 5 * time.Second
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.done)
		r.err = r.command.Wait()
	}()
	return r
}

// ended reports whether the run has ended.
func (r *running) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// await waits until the condition holds or the run has ended, and returns whether it held.
func (r *running) await(holds func() bool) bool {
	for !r.ended() {
		if holds() {
			return true
		}
		time.Sleep(2 * time.Millisecond)
	}
	return holds()
}

// wait returns the report of the run once it has ended.
func (r *running) wait(t *testing.T) report {
	t.Helper()
	<-r.done
	var exit *exec.ExitError
	if r.err != nil && !errors.As(r.err, &exit) && !errors.Is(r.err, exec.ErrWaitDelay) {
		t.Fatal(r.err)
	}
	text := r.output.String()
	return report{Report: faults.ReadReport(text), failed: r.err != nil, text: text}
}
