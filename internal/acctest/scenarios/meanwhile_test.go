// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Somebody else changes a service while an apply deploys it. The apply has done
// what it was to do: it ends well, taints nothing, and says what is different;
// the next plan puts it right.
func TestAccChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Moments)
			config := func(text string) string {
				return env.Config(block(env, typeName, "iris", fmt.Sprintf("description = %q\n  tags = { a = \"1\" }", text)))
			}
			cli := env.NewCLI(t, config("created"))
			requireMeanwhile(t, env, cli, "CreateService")
			if s := stateOf(t, cli); len(s.objects) != 1 || s.tainted[typeName+".iris"] {
				t.Fatalf("the state has %d objects, and the service is tainted: %t", len(s.objects), s.tainted[typeName+".iris"])
			}
			mustApply(t, env, cli)

			env.ResetLog()
			cli.Write(config("updated"))
			requireMeanwhile(t, env, cli, "PatchService")
			mustApply(t, env, cli)
		})
	}
}

// requireMeanwhile applies, and describes the service again during this change of it.
func requireMeanwhile(t *testing.T, env *acctest.Env, cli *acctest.CLI, change string) {
	t.Helper()
	keepOperations(env)
	edited := make(chan error, 1)
	go func() {
		defer endOperations(env)
		for t.Context().Err() == nil && !asked(env, change)() {
			time.Sleep(2 * time.Millisecond)
		}
		edited <- env.Emulator.EditService(env.WorkspaceID, env.Name("iris"), func(service map[string]any) {
			service["description"] = "somebody else's"
		})
	}()
	output, err := cli.Run(applyArgs...)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if err := <-edited; err != nil {
		t.Fatal(err)
	}
	if text := acctest.OneLine(output); !strings.Contains(text, "Not everything is as it was sent") || !strings.Contains(text, "other values of: description. Somebody else") {
		t.Errorf("the apply does not say what is different:\n%s", output)
	}
}

// A redeployment that goes on after the wait for it has ended may change keys
// that nobody knows any more by the next apply: that is said.
func TestAccOverwriteGoesOn(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Edits)
	config := func(cores string) string {
		return env.Config(block(env, aciType, "iris", "cpu_cores = "+cores))
	}
	cli := env.NewCLI(t, config("0.1"))
	mustApply(t, env, cli)
	env.Emulator.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationEndless, Times: 1})
	env.ResetLog()
	newDeadline(t, askedSince(env, "CreateService", "GetOperation", 2)).serve(t, cli)
	cli.Write(config("0.2"))
	output, err := cli.Run(applyArgs...)
	if err == nil {
		t.Fatalf("the apply took a redeployment that goes on for done:\n%s", output)
	}
	requireError(t, acctest.OneLine(output), "The keys were not compared", "Once it is Healthy, compare them", "did not become Healthy again")
}
