// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

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

// disturbed runs terraform in a process group of its own, acts on it once a
// condition holds, and returns what it printed, in one line. The run has to fail.
func disturbed(t *testing.T, cli *acctest.CLI, when func() bool, act func(group int), args ...string) string {
	t.Helper()
	var output bytes.Buffer
	command := cli.Command(t.Context(), nil, args...)
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for acted := false; ; {
		select {
		case err := <-done:
			if err == nil || !acted {
				t.Fatalf("the run ended with %v, disturbed: %t\n%s", err, acted, output.String())
			}
			return oneLine(output.String())
		case <-time.After(2 * time.Millisecond):
			if !acted && when() {
				act(command.Process.Pid)
				acted = true
			}
		}
	}
}
