// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// withConda is a service with these dependencies, in an inline environment.
func withConda(text string) attrs {
	return attrs{"inference_config": fmt.Sprintf(`{
		entry_script = "score.py"
		source_url   = "aml://artifact/code/one/score.py"
		environment  = { name = "mine", base_image = "example.azurecr.io/base:1", conda_dependencies = %q }
	}`, text)}
}

// Dependencies that Azure would refuse 10 to 30 minutes later, or read only in part,
// are refused before anything is sent.
func TestAccCondaRefused(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Seed)
	var steps []resource.TestStep
	for text, want := range map[string]string{
		"---\nname: e\ndependencies:\n  - python=3.8\n---\nname: f\n":                   `second\s+document`,
		"name: e\ndependencies:\n  python: 3.8\n  pip:\n    - azureml-defaults\n":       `dependencies\s+is\s+not\s+a\s+list`,
		"name: e\ndependences:\n  - python=3.8\n":                                       `no\s+key\s+dependences;\s+dependencies\s+is\s+meant`,
		"name: e\ndependencies:\n  - python=3.8\nname: f\n":                             `mapping\s+key\s+"name"\s+already\s+defined`,
		"name: x\nimage: mcr.microsoft.com/azureml/base\nconda_file: environment.yml\n": `file\s+of\s+a\s+v2\s+environment`,
	} {
		steps = append(steps, resource.TestStep{Config: env.Config(block(env, aciType, "iris", withConda(text))), ExpectError: regexp.MustCompile(want)})
	}
	env.Test(t, resource.TestCase{Steps: steps})
	if calls := env.Calls(); len(calls) > 0 {
		t.Errorf("sent: %v", calls)
	}
}

// A null member of the dependencies is no difference, whether Azure returns it or not.
func TestAccCondaNullMember(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	config := env.Config(block(env, aciType, "iris", withConda("name: e\nchannels:\ndependencies:\n  - python=3.8\n  - pip:\n    - azureml-defaults\n")))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{Config: config, ConfigPlanChecks: emptyPlan()},
		{
			PreConfig: env.Edit(t, env.Name("iris"), func(service map[string]any) {
				delete(section(service, "environmentImageRequest.environment.python.condaDependencies"), "channels")
			}),
			Config: config, ConfigPlanChecks: emptyPlan(),
		},
	}})
}
