// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package faults_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// cell is one cell while it runs.
type cell struct {
	faults.Cell
	env *acctest.Env
	cli *acctest.CLI
	// artifacts are those of the seed.
	artifacts int
}

// newCell starts the workspace of a cell.
func newCell(t *testing.T, c faults.Cell) *cell {
	t.Helper()
	env := acctest.StartEmulated(t, acctest.Faults, emulator.WithOperationDuration(20*time.Millisecond))
	running := &cell{Cell: c, env: env, cli: env.NewCLI(t, "")}
	if c.Operation.WriteOnly {
		running.cli.SkipBelow(tfversion.Version1_11_0)
	}
	write(t, filepath.Join(running.cli.Dir, "model.pkl"), "weights")
	write(t, filepath.Join(running.cli.Dir, "code", "score.py"), "def init():\n    pass\n\n\ndef run(data):\n    return data\n")
	running.artifacts = len(env.Emulator.ArtifactIDs(env.WorkspaceID))
	return running
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// configure writes a configuration of the operation.
func (c *cell) configure(body string) {
	limits := ""
	if c.Fault.Endless() {
		limits = c.Operation.Timeouts
	}
	body = strings.NewReplacer("@timeouts@", limits, "@id@", c.env.ServiceID("iris")).Replace(body)
	c.cli.Write(c.env.Config(body))
}

var (
	apply = []string{"apply", "-auto-approve", "-json"}
	plan  = []string{"plan", "-out=next", "-json"}
)

// prepare makes what is there before the fault.
func (c *cell) prepare(t *testing.T) {
	t.Helper()
	if c.Operation.Before != "" {
		c.configure(c.Operation.Before)
		if made := terraform(t, c.cli, apply...); made.failed {
			t.Fatalf("the preparation failed:\n%s", made.text)
		}
	}
	if c.Operation.Forgets {
		if err := os.Remove(filepath.Join(c.cli.Dir, "terraform.tfstate")); err != nil {
			t.Fatal(err)
		}
	}
	c.configure(c.Operation.After)
	c.env.ResetLog()
}

// disturb runs the operation, which meets the fault.
func (c *cell) disturb(t *testing.T) report {
	t.Helper()
	if order := c.Fault.Order; order != nil {
		fault := *order
		fault.Operation = c.Operation.Call
		if c.Fault.OnReply {
			fault.Operation = c.Operation.Reply
		}
		switch {
		case c.Fault.Lasting:
		case c.Fault.Conflict == faults.Busy:
			fault.Times = 2
		default:
			fault.Times = 1
		}
		c.env.Emulator.Fault(fault)
	}
	if c.Fault.Moment == faults.Undisturbed {
		return terraform(t, c.cli, apply...)
	}
	if c.Operation.Kind == faults.Reads && (c.Fault.Moment == faults.Removed || c.Fault.Moment == faults.Changed) {
		c.interfere(t)
		return terraform(t, c.cli, apply...)
	}
	return c.atMoment(t)
}

// atMoment runs the operation, and acts while its request is under way.
func (c *cell) atMoment(t *testing.T) report {
	t.Helper()
	called := func() bool { return c.env.Count(c.Operation.Call) > 0 }
	if c.Operation.Starts {
		c.env.Emulator.SetOperationDuration(time.Hour)
		sent := called
		called = func() bool { return sent() && c.env.Count("GetOperation") > 0 }
	} else {
		c.env.Emulator.Fault(emulator.Fault{Operation: c.Operation.Call, Kind: emulator.FaultSlowBody, Delay: time.Minute, Times: 1})
	}
	r := start(t, c.cli, apply...)
	if !r.await(called) {
		t.Fatalf("the run ended before the request was under way:\n%s", r.output.String())
	}
	looks := c.looks()
	pids := acctest.ProvidersOf(t, r.command.Process.Pid)
	if len(pids) == 0 {
		t.Error("no provider was found")
	}
	switch c.Fault.Moment {
	case faults.Removed, faults.Changed:
		c.interfere(t)
		c.endFault()
	case faults.Interrupted:
		signal(t, -r.command.Process.Pid, syscall.SIGINT)
		// The provider looks for a key that only the reply of the operation brings, also
		// after the interrupt, so the operation ends meanwhile. Others go on after the run.
		if c.Operation.Kind == faults.Regenerates && r.await(func() bool { return c.looks() > looks }) {
			c.endFault()
		}
	case faults.ProviderKilled:
		for _, pid := range pids {
			signal(t, pid, syscall.SIGKILL)
		}
	case faults.TerraformKilled:
		signal(t, r.command.Process.Pid, syscall.SIGKILL)
		<-r.done
		c.endFault()
		for _, pid := range pids {
			awaitEnd(t, pid)
		}
	}
	return r.wait(t)
}

func signal(t *testing.T, pid int, what syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, what); err != nil {
		t.Error(err)
	}
}

// awaitEnd waits until a provider ends that has no Terraform any more, and ends one
// that does not.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	for range 3000 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the provider goes on without its Terraform, after there is nothing left to do")
	_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
}

// looks is how often the object was looked at so far.
func (c *cell) looks() int { return c.env.Count("GetService") + c.env.Count("ListKeys") }

// interfere deletes or changes the object as somebody else.
func (c *cell) interfere(t *testing.T) {
	t.Helper()
	describe := func(object map[string]any) { object["description"] = "somebody else's" }
	e, workspace := c.env.Emulator, c.env.WorkspaceID
	var err error
	switch removes := c.Fault.Moment == faults.Removed; {
	case removes && c.Operation.Kind == faults.Registers:
		err = e.RemoveModel(workspace, "churn:1")
	case removes:
		err = e.RemoveService(workspace, "iris")
	case c.Operation.Kind == faults.Registers:
		err = e.EditModel(workspace, "churn:1", describe)
	default:
		err = e.EditService(workspace, "iris", describe)
	}
	if err != nil {
		t.Error(err)
	}
}

// endFault ends the fault: nothing is disturbed any more, and nothing runs.
func (c *cell) endFault() {
	c.env.Emulator.ClearFaults()
	c.env.Emulator.SetOperationDuration(0)
}

// carriedOut counts the changes of this kind that had an effect.
func carriedOut(env *acctest.Env, kind faults.Kind) int {
	count := 0
	for _, request := range env.Requests() {
		done := request.Status >= 200 && request.Status < 300 || request.Status == 0 && request.Fault == string(emulator.FaultResetAfter)
		if done && slices.Contains(kind.Changes(), request.Operation) {
			count++
		}
	}
	return count
}
