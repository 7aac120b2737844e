// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package credential_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The provider is killed, as by a machine that goes away, at each step of a
// rotation. Whenever that happens, the key that the state calls active works,
// and the next apply finishes the rotation without cutting its users off.
func TestAccRotationSurvivesKills(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Moments)
	config := func(quarter int) string {
		return env.Config(aci(env, "iris", "") + rotation(fmt.Sprintf("triggers = { quarter = \"%d\" }", quarter)))
	}
	cli := env.NewCLI(t, config(0))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	quarter := 0
	for _, step := range []struct {
		name, operation string
		count           int
	}{
		{"signed in", "EntraToken", 1},
		{"the service was read", "GetService", 2}, // the first one is the refresh of the service
		{"the keys were read", "ListKeys", 2},     // the first one is the refresh of the rotation
		{"the regenerate was sent", "RegenerateKeys", 1},
		{"the operation was asked for", "GetOperation", 1},
		{"the new key was read", "ListKeys", 3},
	} {
		t.Run(step.name, func(t *testing.T) {
			quarter++
			before := rotationOf(t, cli)
			env.ResetLog()
			cli.Write(config(quarter))
			// The provider has to wait for the rest of the reply, and is killed meanwhile.
			env.Emulator.Fault(emulator.Fault{Operation: step.operation, Kind: emulator.FaultSlowBody, Delay: time.Minute, Skip: step.count - 1, Times: 1})
			_, killed := disturbed(t, cli, nil, func() bool { return env.Count(step.operation) >= step.count }, kill)
			requireScore(t, "the active key after the kill", before.uri, before.key, http.StatusOK)
			if !killed || rotationOf(t, cli) != before {
				t.Fatalf("the run was killed: %t, and must not have changed what is active in the state", killed)
			}
			if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
				t.Fatalf("the next apply: %v\n%s", err, output)
			}
			after := rotationOf(t, cli)
			if after.key == before.key || after.slot == before.slot {
				t.Error("the next apply did not finish the rotation")
			}
			requireScore(t, "the new active key", after.uri, after.key, http.StatusOK)
			requireScore(t, "the key that was active before", after.uri, before.key, http.StatusOK)
			if got := env.Count("RegenerateKeys"); got > 2 {
				t.Errorf("%d regenerate calls, want one, and one more where the first one's outcome was lost", got)
			}
		})
	}
	if output, err := cli.Run("plan", "-detailed-exitcode", "-no-color"); err != nil {
		t.Errorf("the plan after it is not empty: %v\n%s", err, output)
	}
}

// After an interrupt (Ctrl-C) while a key is being regenerated, Terraform stops in
// an orderly way, and the new key is in its state.
func TestAccInterruptedRegenerate(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Moments)
	cli := env.NewCLI(t, env.Config(aci(env, "iris", "")))
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	env.ResetLog()
	env.Emulator.SetOperationDuration(time.Hour) // until the interrupt
	cli.Write(env.Config(aci(env, "iris", "") + key("test", "iris", "") + `
resource "terraform_data" "user" {
  input = mlws_service_key.test.key
}`))
	var output acctest.Transcript
	command := cli.Command(t.Context(), nil, "apply", "-auto-approve", "-no-color")
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	await := func(what string, holds func() bool) {
		t.Helper()
		for !holds() {
			select {
			case err := <-done:
				t.Fatalf("the apply ended (%v) before %s:\n%s", err, what, output.String())
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
	await("the regenerate was sent", func() bool { return env.Count("RegenerateKeys") > 0 })
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	await("Terraform noticed the interrupt", func() bool { return strings.Contains(output.String(), "Stopping operation") })
	env.Emulator.SetOperationDuration(0)
	if err := <-done; err == nil {
		t.Errorf("the apply was not interrupted:\n%s", output.String())
	}
	live, _ := env.Emulator.Keys(env.WorkspaceID, env.Name("iris"))
	if stateOf(t, cli).attribute(t, "mlws_service_key", "key") != live {
		t.Errorf("the new key is not in the state:\n%s", output.String())
	}
	if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
		t.Errorf("the next apply: %v\n%s", err, output)
	}
	if got := env.Count("RegenerateKeys"); got != 1 {
		t.Errorf("%d regenerate calls, want 1", got)
	}
}

// kill ends a provider as a machine that goes away does.
func kill(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) } // it may have ended by itself

// disturbed runs an apply, and does something to its provider once the condition
// holds. It returns what was printed, and whether the apply failed.
func disturbed(t *testing.T, cli *acctest.CLI, environ []string, when func() bool, act func(pid int)) (output string, failed bool) {
	t.Helper()
	var printed bytes.Buffer
	command := cli.Command(t.Context(), environ, "apply", "-auto-approve", "-no-color")
	command.Stdout, command.Stderr = &printed, &printed
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for {
		select {
		case err := <-done:
			t.Logf("the apply ended with: %v", err)
			return printed.String(), err != nil
		case <-time.After(2 * time.Millisecond):
			if when() {
				for _, pid := range acctest.ProvidersOf(t, command.Process.Pid) {
					act(pid)
				}
				when = func() bool { return false }
			}
		}
	}
}

func requireScore(t *testing.T, what, uri, credential string, want int) {
	t.Helper()
	if got, err := acctest.Score(uri, credential); err != nil || got != want {
		t.Errorf("%s: scoring was answered with %d (%v), want %d", what, got, err, want)
	}
}
