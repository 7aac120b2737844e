// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/filetree/filetreetest"
)

// A plan by a real terraform shows what the apply would fail on, and what Terraform
// itself says nothing about: names inside { } that it drops.
func TestAccPlanWarns(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Log)
	src := filetreetest.Folder(t, "src", map[string]string{
		"score.py": "def init():\n    pass\n\n\ndef run(data):\n    return data\n", "lib/helper.py": "x = 1\n", ".gitignore": "lib/\n",
	})
	code := `inference_config = { entry_script = "score.py", source_directory = "` + src + `", environment = { name = "sklearn-emv" } }`
	config := strings.Replace(block(env, aksType, "iris", "autoscale = { minReplicas = 2 }\n"+code), env.Model, "missing:7", 1)
	cli := env.NewCLI(t, env.Config(config))
	output, err := cli.Run("plan", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	text := acctest.OneLine(output)
	for _, want := range []string{
		"An object has no members", "No member of autoscale is set", "The members of autoscale are: enabled, max_replicas, min_replicas,",
		`no model "missing:7"`, `no environment "sklearn-emv". It has the similar name sklearn-env.`, "leaves 1 files out of the code that is uploaded, with Python files: lib/helper.py.",
		"1 to add",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the plan does not say %q:\n%s", want, text)
		}
	}
	if calls := env.Calls(); len(calls) > 0 {
		t.Errorf("the plan changed something: %v", calls)
	}
}
