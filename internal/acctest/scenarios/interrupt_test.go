// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package scenarios_test

import (
	"bytes"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// lasting are operations that run until the test ends them, by endOperations.
func lasting() emulator.Option { return emulator.WithOperationDuration(time.Hour) }

// interrupt is what Ctrl-C does: every process of the group gets the signal.
func interrupt(t *testing.T) func(group int) {
	return func(group int) {
		if err := syscall.Kill(-group, syscall.SIGINT); err != nil {
			t.Error(err)
		}
	}
}

// An interrupt at any wait: the error says so, the state knows the service, and
// the next apply ends as if nothing had happened.
func TestAccInterrupted(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Moments, lasting())
	config := func(description string) string {
		return env.Config(block(env, aksType, "iris", "description = \""+description+"\""))
	}
	cli := env.NewCLI(t, config("one"))
	const address = aksType + ".iris"

	output := disturbed(t, cli, asked(env, "CreateService"), interrupt(t), applyArgs...)
	requireError(t, output, "The service was created, but did not become Healthy", "the run was interrupted while it waited for operation", "run terraform apply again")
	if s := stateOf(t, cli); len(s.objects) != 1 || !s.tainted[address] {
		t.Fatalf("the state has %d objects, and the service is tainted: %t; want it there and tainted", len(s.objects), s.tainted[address])
	}
	endOperations(env)
	mustApply(t, env, cli)

	keepOperations(env)
	env.ResetLog()
	cli.Write(config("two"))
	output = disturbed(t, cli, asked(env, "PatchService"), interrupt(t), applyArgs...)
	requireError(t, output, "The service was changed, but did not become Healthy again", "the run was interrupted while it waited for operation")
	if stateOf(t, cli).tainted[address] {
		t.Error("an interrupted update tainted the service")
	}
	endOperations(env)
	mustApply(t, env, cli)
	if calls := fmt.Sprint(env.Calls()); calls != "[PatchService]" {
		t.Errorf("the interrupted update and the apply after it called %s, want one PATCH", calls)
	}

	keepOperations(env)
	env.ResetLog()
	output = disturbed(t, cli, asked(env, "DeleteService"), interrupt(t), "destroy", "-auto-approve", "-no-color")
	requireError(t, output, "Could not delete the service", "the run was interrupted")
	if objects := stateOf(t, cli).objects; len(objects) != 1 {
		t.Errorf("the state has %d objects after the interrupted destroy, want the service", len(objects))
	}
	endOperations(env)
	if output, err := cli.Run("destroy", "-auto-approve", "-no-color"); err != nil {
		t.Errorf("the next destroy: %v\n%s", err, output)
	}
	if err := env.CheckNothingLeft(nil); err != nil {
		t.Error(err)
	}
}

// A provider that is killed in the middle of a create cannot tell Terraform what
// it has created. The next apply finds the service, creates no second one, and
// shows the block that imports it; with that block it ends well.
func TestAccKilledDuringCreate(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Moments, lasting())
	config := env.Config(block(env, aksType, "iris", `properties = { team = "a" }`))
	cli := env.NewCLI(t, config)
	disturbed(t, cli, asked(env, "CreateService"), func(group int) {
		pids := acctest.ProvidersOf(t, group)
		if len(pids) == 0 {
			t.Error("no provider was found")
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		}
	}, applyArgs...)
	if names := env.Emulator.ServiceNames(env.WorkspaceID); len(names) != 1 {
		t.Fatalf("the workspace has %v, want the service", names)
	}

	output, err := cli.Run(applyArgs...)
	if err == nil {
		t.Fatalf("the apply took a service over that its state does not know:\n%s", output)
	}
	requireError(t, acctest.OneLine(output), "The service exists already", `a service named "iris" that is not in this configuration's state`,
		"in a run that was ended early", "import { to = mlws_aks_service.iris # put the resource's address here id = \""+env.ServiceID("iris")+"\" }")
	if names := env.Emulator.ServiceNames(env.WorkspaceID); len(names) != 1 {
		t.Fatalf("the workspace has %v, want one service", names)
	}

	endOperations(env)
	cli.Write(config + importBlock(t, output))
	env.ResetLog()
	mustApply(t, env, cli)
	if calls := env.Calls(); len(calls) != 0 {
		t.Errorf("the import called %v", calls)
	}
}

// disturbed runs terraform in a process group of its own, acts on it once a
// condition holds, and returns what it printed, in one line. The run has to fail.
func disturbed(t *testing.T, cli *acctest.CLI, when func() bool, act func(group int), args ...string) string {
	t.Helper()
	var output bytes.Buffer
	command := cli.Command(t.Context(), nil, args...)
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for acted := false; ; {
		select {
		case err := <-done:
			if err == nil || !acted {
				t.Fatalf("the run ended with %v, disturbed: %t\n%s", err, acted, output.String())
			}
			return acctest.OneLine(output.String())
		case <-time.After(2 * time.Millisecond):
			if !acted && when() {
				act(command.Process.Pid)
				acted = true
			}
		}
	}
}
