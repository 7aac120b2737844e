// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

var wrapped = regexp.MustCompile(`[\s│╷╵]+`)

// unwrapped returns what terraform printed as one line.
func unwrapped(output string) string { return wrapped.ReplaceAllString(output, " ") }

// succeed runs terraform, which must not fail, and returns what it printed.
func succeed(t *testing.T, cli *acctest.CLI, args ...string) string {
	t.Helper()
	output, err := cli.Run(append(args, "-no-color")...)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return unwrapped(output)
}

// One plan that rotates a slot for two objects is refused, and leaves both as they
// are; each of them alone rotates it.
func TestAccOneSlotIsRotatedOnce(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", "") + rotation(""))
	cli := env.NewCLI(t, config)
	first := succeed(t, cli, "apply", "-auto-approve")
	if !strings.Contains(first, "0 destroyed") {
		t.Fatal(first)
	}
	if plan := succeed(t, cli, "plan", "-detailed-exitcode"); !strings.Contains(plan, "Two objects own one key") {
		t.Errorf("two owners are not warned about: %s", plan)
	}
	before := rotationOf(t, cli)
	env.ResetLog()
	output, err := cli.Run("apply", "-auto-approve", "-no-color", "-replace="+keyAddress, "-replace="+rotationAddress)
	if err == nil || !strings.Contains(unwrapped(output), "One key would be regenerated twice") {
		t.Errorf("the apply is not refused: %v\n%s", err, output)
	}
	if got := env.Count("RegenerateKeys"); got != 0 || rotationOf(t, cli) != before {
		t.Errorf("%d regenerate calls, want 0; the rotation is as it was: %t", got, rotationOf(t, cli) == before)
	}
	for _, address := range []string{keyAddress, rotationAddress} {
		env.ResetLog()
		succeed(t, cli, "apply", "-auto-approve", "-replace="+address)
		if got := env.Count("RegenerateKeys"); got != 1 {
			t.Errorf("%s: %d regenerate calls, want 1", address, got)
		}
	}
}

// Two new keys of one slot cannot be told apart in a plan: the second one is refused
// in the apply, before anything is sent for it.
func TestAccTwoNewKeysOfOneSlot(t *testing.T) {
	t.Parallel()
	env := start(t)
	cli := env.NewCLI(t, env.Config(aci(env, "iris", "")+key("one", "iris", "")+key("two", "iris", "")))
	output, err := cli.Run("apply", "-auto-approve", "-no-color")
	if err == nil || !strings.Contains(unwrapped(output), "for another one already") {
		t.Errorf("the second key is not refused: %v\n%s", err, output)
	}
	if got := env.Count("RegenerateKeys"); got != 1 {
		t.Errorf("%d regenerate calls, want 1", got)
	}
}

// A rotation that was lost with its state is warned about before it is made again,
// and the command that the warning prints brings it back.
func TestAccLostRotationIsImported(t *testing.T) {
	t.Parallel()
	env := start(t)
	cli := env.NewCLI(t, env.Config(aci(env, "iris", "")+rotation("")))
	if created := succeed(t, cli, "apply", "-auto-approve"); strings.Contains(created, "A new rotation") {
		t.Errorf("nobody has a key of a service that is new: %s", created)
	}
	before := rotationOf(t, cli)
	if replaced := succeed(t, cli, "plan", "-replace="+rotationAddress); strings.Contains(replaced, "A new rotation") {
		t.Errorf("a replacement is no loss: %s", replaced)
	}
	succeed(t, cli, "state", "rm", rotationAddress)
	plan := succeed(t, cli, "plan")
	command := regexp.MustCompile(`terraform import 'mlws_service_key_rotation\.<name>' '([^']+)'`).FindStringSubmatch(plan)
	if command == nil || !strings.Contains(plan, "A new rotation regenerates the "+before.slot+" key") {
		t.Fatalf("the plan does not say how to import: %s", plan)
	}
	env.ResetLog()
	succeed(t, cli, "import", rotationAddress, command[1])
	succeed(t, cli, "apply", "-auto-approve")
	if got := env.Count("RegenerateKeys"); got != 0 || rotationOf(t, cli) != before {
		t.Errorf("%d regenerate calls, want 0; the rotation is as it was: %t", got, rotationOf(t, cli) == before)
	}
}
