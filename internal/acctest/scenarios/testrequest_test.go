// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package scenarios_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// An interrupt while the test request waits for an endpoint says nothing about
// the service: it is not tainted, and the next apply tests it and does nothing else.
func TestAccInterruptedTestRequest(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	env.Emulator.Fault(emulator.Fault{Operation: "Score", Kind: emulator.FaultUnavailable})
	cli := env.NewCLI(t, env.Config(block(env, aciType, "iris", `test_request = { body = "{}" }`)))
	output := disturbed(t, cli, func() bool { return env.Count("Score") > 0 }, interrupt(t), applyArgs...)
	requireError(t, output, "The test request was not finished", "The run was interrupted", "the next apply sends the test request again")
	if s := stateOf(t, cli); len(s.objects) != 1 || s.tainted[aciType+".iris"] {
		t.Fatalf("the state has %d objects, and the service is tainted: %t; want it there and not tainted", len(s.objects), s.tainted[aciType+".iris"])
	}
	plan, err := cli.Run("plan", "-detailed-exitcode", "-no-color")
	if err == nil || !strings.Contains(plan, "The test request has not succeeded yet") {
		t.Errorf("the plan does not say what is left to do (%v):\n%s", err, plan)
	}
	env.Emulator.ClearFaults()
	env.ResetLog()
	mustApply(t, env, cli)
	if calls := env.Calls(); len(calls) != 0 || env.Count("Score") != 1 {
		t.Errorf("the next apply called %v and scored %d times, want only one test request", calls, env.Count("Score"))
	}
}
