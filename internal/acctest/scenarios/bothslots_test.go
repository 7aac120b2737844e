// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"strings"
	"testing"
)

// Regenerating both keys at once cuts off whoever uses one, which the plan warns
// of; nobody uses those of a service that the same apply creates.
func TestAccBothSlotsAtOnce(t *testing.T) {
	t.Parallel()
	env := start(t, "")
	config := func(trigger string) string {
		triggers := "triggers = { a = \"" + trigger + "\" }"
		primary := primaryKey(aciType, "iris", triggers)
		secondary := strings.NewReplacer(`"primary"`, `"secondary"`, `"Primary"`, `"Secondary"`).Replace(primary)
		return env.Config(block(env, aciType, "iris", "") + primary + secondary)
	}
	const warning = "Both keys of a service are regenerated in one apply"
	cli := env.NewCLI(t, config("1"))
	if output, err := cli.Run(applyArgs...); err != nil || strings.Contains(output, warning) {
		t.Fatalf("a new service: %v\n%s", err, output)
	}
	cli.Write(config("2"))
	if output, err := cli.Run("plan", "-no-color"); err != nil || !strings.Contains(output, warning) {
		t.Fatalf("keys that exist: %v\n%s", err, output)
	}
}
