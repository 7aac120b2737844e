// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const rotationGuide = "../../docs/guides/rotation-without-downtime.md"

// workflow is the part of a GitHub Actions workflow that decides whether two
// runs can meet, and who may sign in.
type workflow struct {
	On struct {
		Schedule []struct{ Cron string }
	}
	Permissions map[string]string
	Concurrency struct {
		Group            string
		CancelInProgress *bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		RunsOn      string `yaml:"runs-on"`
		Environment string
		Env         map[string]string
		Steps       []step
	}
}

// step is a step of a workflow.
type step struct {
	Uses, Run string
	Env       map[string]string
	Directory string `yaml:"working-directory"`
}

// A scheduled rotation without a shared state regenerates the key in use. So the
// pipeline of the guide has a backend, one run at a time, and its own sign-in.
func TestPipelineOfTheGuide(t *testing.T) {
	t.Parallel()
	guide := read(t, rotationGuide)
	_, section, found := strings.Cut(guide, "\n## From a pipeline\n")
	section, _, closed := strings.Cut(section, "\n## ")
	if !found || !closed {
		t.Fatal("the guide has no section about a pipeline")
	}
	var configuration, text string
	for _, block := range anyFence.FindAllStringSubmatch(section, -1) {
		switch block[1] {
		case "hcl":
			configuration += block[2]
		case "yaml":
			text += block[2]
		}
	}

	for what, pattern := range map[string]string{
		`backend "azurerm"`:      `(?m)^  backend "azurerm" \{$`,
		"store_key = false":      `(?m)^  store_key +=  *false$`,
		"prevent_destroy = true": `(?m)^    prevent_destroy = true$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(configuration) {
			t.Errorf("the configuration lacks %s:\n%s", what, configuration)
		}
	}
	if !regexp.MustCompile(`\*\*Keep the state [^*]*remote backend[^*]*regenerates[^*]*\*\*`).MatchString(section) {
		t.Error("the guide does not say in bold what happens without a remote backend")
	}

	var pipeline workflow
	if err := yaml.Unmarshal([]byte(text), &pipeline); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(pipeline.On.Schedule) != 1 || pipeline.On.Schedule[0].Cron == "" {
		t.Errorf("the workflow has no schedule: %+v", pipeline.On)
	}
	if pipeline.Permissions["id-token"] != "write" || pipeline.Permissions["contents"] != "read" || len(pipeline.Permissions) != 2 {
		t.Errorf("the permissions are %v, want contents: read and id-token: write", pipeline.Permissions)
	}
	if cancels := pipeline.Concurrency.CancelInProgress; pipeline.Concurrency.Group == "" || cancels == nil || *cancels {
		t.Errorf("runs can overlap, or are cancelled: %+v", pipeline.Concurrency)
	}
	if len(pipeline.Jobs) != 1 {
		t.Errorf("%d jobs, want 1", len(pipeline.Jobs))
	}
	for name, job := range pipeline.Jobs {
		if job.RunsOn == "" || job.Environment == "" || job.Env["ARM_USE_OIDC"] != "true" {
			t.Errorf("job %s needs a runner, an environment and ARM_USE_OIDC: %+v", name, job)
		}
		var commands []string
		for _, step := range job.Steps {
			if step.Uses != "" && !strings.Contains(step.Uses, "@v") {
				t.Errorf("%s has no version", step.Uses)
			}
			if step.Run != "" {
				commands = append(commands, step.Run)
			}
		}
		if len(commands) != 2 || !strings.HasPrefix(commands[0], "terraform init") || !strings.HasPrefix(commands[1], "terraform apply") {
			t.Errorf("job %s runs %q", name, commands)
		}
	}
}

// The warning of the guide is true: with the state of the run before, an apply
// regenerates nothing; without it, it regenerates the key in use.
func TestRotationWithoutItsStateRegeneratesTheKeyInUse(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Pace, emulator.WithOperationDuration(0))
	service := env.NewCLI(t, env.Config(`
resource "mlws_aci_service" "iris" {
  name         = "iris"
  model_ids    = ["`+env.Model+`"]
  auth_enabled = true
}
`))
	apply := func(cli *acctest.CLI) {
		t.Helper()
		if output, err := cli.Run("apply", "-auto-approve", "-no-color"); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	apply(service)
	rotation := env.NewCLI(t, env.Config(`
data "mlws_service" "iris" {
  name = "iris"
}
resource "mlws_service_key_rotation" "iris" {
  service_id   = data.mlws_service.iris.id
  rotate_after = "2160h"
}
output "key" {
  value = {
    slot  = mlws_service_key_rotation.iris.active_key_type
    value = mlws_service_key_rotation.iris.active_key
  }
  sensitive = true
}
`))
	type key struct{ Slot, Value string }
	handedOut := func() (result key) {
		t.Helper()
		apply(rotation)
		outputs, err := rotation.Output(t.Context())
		if err == nil {
			err = json.Unmarshal(outputs["key"].Value, &result)
		}
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	first := handedOut()
	if second := handedOut(); second != first {
		t.Errorf("with its state, the second run handed out another key (%s)", second.Slot)
	}
	for _, file := range []string{"terraform.tfstate", "terraform.tfstate.backup"} {
		if err := os.Remove(filepath.Join(rotation.Dir, file)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	third := handedOut()
	if third.Slot != first.Slot || third.Value == first.Value {
		t.Errorf("without its state, the run handed out %s, and %s is in use; its value changed: %t", third.Slot, first.Slot, third.Value != first.Value)
	}
	if got := env.Count("RegenerateKeys"); got != 2 {
		t.Errorf("%d regenerate calls, want 2", got)
	}
}
