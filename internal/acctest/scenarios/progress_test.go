// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The log at info says how far a create, an update and a delete have come, and
// no secret: an image takes long to build.
func TestAccProgressInTheLog(t *testing.T) {
	t.Parallel()
	const duration = 5 * time.Minute
	env := start(t, acctest.Pace, emulator.WithOperationDuration(duration))
	stepByStep(t, env, duration)
	config := func(model string) string {
		service := strings.Replace(block(env, aksType, "iris", `test_request = { body = "{}" }`), env.Model, model, 1)
		return env.Config(service + primaryKey(aksType, "iris", ""))
	}
	cli := env.NewCLI(t, config(env.Model))
	logged := func(args ...string) string {
		t.Helper()
		logFile := filepath.Join(t.TempDir(), "log")
		command := cli.Command(t.Context(), []string{"TF_LOG_PROVIDER=INFO", "TF_LOG_PATH=" + logFile}, args...)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("terraform %s: %v\n%s", args[0], err, output)
		}
		content, err := os.ReadFile(logFile)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	deployed := []string{"NotStarted BuildImage", "Running BuildImage", "Running DeployService", "Succeeded DeployService", "Healthy"}

	created := logged(applyArgs...)
	requireProgress(t, created, "Creating service iris: ", deployed)
	requireProgress(t, created, "", []string{"Tested service iris"})
	primary, secondary := env.Emulator.Keys(env.WorkspaceID, env.Name("iris"))
	cli.Write(config(env.OtherModel))
	updated := logged(applyArgs...)
	requireProgress(t, updated, "Updating service iris: ", deployed)
	deleted := logged("destroy", "-auto-approve", "-no-color")
	requireProgress(t, deleted, "Deleting service iris: ", []string{"Running", "Succeeded"})

	for _, secret := range append([]string{primary, secondary}, secrets...) {
		if all := created + updated + deleted; strings.Contains(all, secret) {
			t.Errorf("a secret is in the log: %s", lineOf([]byte(all), secret))
		}
	}
}

// requireProgress requires lines of the provider at info, in this order.
func requireProgress(t *testing.T, log, what string, states []string) {
	t.Helper()
	lines := strings.Split(log, "\n")
	for _, state := range states {
		for len(lines) > 0 && !strings.Contains(lines[0], "[INFO]  provider.terraform-provider-mlws: "+what+state) {
			lines = lines[1:]
		}
		if len(lines) == 0 {
			t.Errorf("the log lacks %q, or has it too early:\n%s", what+state, log)
			return
		}
		for _, field := range []string{" service=iris", " elapsed="} {
			if !strings.Contains(lines[0], field) {
				t.Errorf("%q is not in %s", field, lines[0])
			}
		}
	}
}

// stepByStep moves the time on by a part of an operation whenever one was asked
// for, so that whoever asks sees every step of it.
func stepByStep(t *testing.T, env *acctest.Env, duration time.Duration) {
	go func() {
		for seen := 0; t.Context().Err() == nil; time.Sleep(5 * time.Millisecond) {
			if asked := env.Count("GetOperation"); asked > seen {
				seen = asked
				env.Emulator.AdvanceClock(duration * 2 / 5)
			}
		}
	}()
}
