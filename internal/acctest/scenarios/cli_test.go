// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

var applyArgs = []string{"apply", "-auto-approve", "-no-color"}

// mustApply applies, and requires an empty plan after it and a state that is the workspace's.
func mustApply(t *testing.T, env *acctest.Env, cli *acctest.CLI) {
	t.Helper()
	if output, err := cli.Run(applyArgs...); err != nil {
		t.Fatalf("the apply failed: %v\n%s", err, output)
	}
	if err := sameAsLive(env, stateOf(t, cli).objects); err != nil {
		t.Error(err)
	}
	requireEmptyPlan(t, cli)
}

func requireEmptyPlan(t *testing.T, cli *acctest.CLI) {
	t.Helper()
	if output, err := cli.Run("plan", "-detailed-exitcode", "-no-color"); err != nil {
		t.Errorf("the plan is not empty: %v\n%s", err, output)
	}
}

// state is what a state file holds.
type state struct {
	objects []object
	tainted map[string]bool
}

func stateOf(t *testing.T, cli *acctest.CLI) state {
	t.Helper()
	var file struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status     string
				Attributes map[string]any
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err == nil {
		if err := json.Unmarshal(content, &file); err != nil {
			t.Fatal(err)
		}
	}
	s := state{tainted: map[string]bool{}}
	for _, resource := range file.Resources {
		for _, instance := range resource.Instances {
			o := object{address: resource.Type + "." + resource.Name, typeName: resource.Type, attributes: map[string]string{}}
			for name, value := range instance.Attributes {
				if text, ok := value.(string); ok {
					o.attributes[name] = text
				}
			}
			s.objects = append(s.objects, o)
			s.tainted[o.address] = instance.Status == "tainted"
		}
	}
	return s
}
