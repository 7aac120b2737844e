// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package adoption_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

const rehearsal = "../../../templates/guides/leave-v1-rehearsed.md"

// Three services move from v1 to v2 as the guide is printed, by real requests: the keys
// before and after are the same, v2 answers as v1, a rotation is carried over by one
// call, and v1 is gone in the end.
func TestAccLeaveV1Rehearsed(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	content, err := os.ReadFile(rehearsal)
	if err != nil {
		t.Fatal(err)
	}
	preparation, steps, found := strings.Cut(string(content), "## 1. ")
	moving, rest, foundRotation := strings.Cut(steps, "## 6. ")
	bridge, end, foundEnd := strings.Cut(rest, "## 8. ")
	if !found || !foundRotation || !foundEnd {
		t.Fatal("the page has other sections")
	}
	env := acctest.StartEmulated(t, acctest.Seed, emulator.WithOperationDuration(0), emulator.WithExecution())
	s, _ := withAzapi(t, env)
	s.cli.Environ["FOREIGN_SENDS"] = "1"
	s.prepare(preparation)

	s.play(moving)
	primary, secondary := env.MustKeys(t, "iris-keys")
	s.wantKeys("iris-keys-v2", primary, secondary)
	opened, openedToo := env.MustKeys(t, "iris-open")
	s.wantKeys("iris-open-v2", opened, openedToo)

	env.ResetLog()
	s.play(bridge)
	for operation, want := range map[string]int{"RegenerateKeys": 1, "RegenerateOnlineEndpointKeys": 1} {
		if got := env.Count(operation); got != want {
			t.Errorf("%d calls of %s, want %d", got, operation, want)
		}
	}
	kept, rotated := env.MustKeys(t, "iris-keys")
	if kept != primary || rotated == secondary {
		t.Error("the rotation has not changed the secondary key alone")
	}
	s.wantKeys("iris-keys-v2", kept, rotated)

	s.play(end)
	s.wantKeys("iris-keys-v2", kept, rotated)
	for _, name := range []string{"iris-keys", "iris-open", "iris-tokens"} {
		if _, exists := env.Emulator.ServiceJSON(env.WorkspaceID, name); exists {
			t.Errorf("%s is still there", name)
		}
	}
	state, err := s.run("cat v2/terraform.tfstate v2/terraform.tfstate.backup")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{primary, secondary, rotated, opened, openedToo} {
		if strings.Contains(state, key) {
			t.Error("a key is in a state of v2")
		}
	}
}

// prepare reads the variables that the page exports, for the emulator of the test.
func (s *session) prepare(page string) {
	s.t.Helper()
	for _, block := range blocks.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(block[2], "export ") {
			continue
		}
		lines := strings.ReplaceAll(block[2], "http://127.0.0.1:8080", s.env.Emulator.ResourceManagerURL())
		if lines == block[2] {
			s.t.Fatalf("the page does not read the variables of the emulator:\n%s", lines)
		}
		command := exec.Command("sh", "-e", "-c", lines+"\nenv")
		for name, value := range s.cli.Environ {
			command.Env = append(command.Env, name+"="+value)
		}
		output, err := command.Output()
		if err != nil {
			s.t.Fatalf("%v\n%s", err, output)
		}
		for _, line := range strings.Split(string(output), "\n") {
			name, value, _ := strings.Cut(line, "=")
			s.cli.Environ[name] = value
		}
		return
	}
	s.t.Fatal("the page exports nothing")
}

// wantKeys asserts that an online endpoint has these keys.
func (s *session) wantKeys(endpoint, primary, secondary string) {
	s.t.Helper()
	keys := s.env.ResourceManager(s.t, http.MethodPost, "/onlineEndpoints/"+endpoint+"/listKeys", nil)
	if keys["primaryKey"] != primary || keys["secondaryKey"] != secondary {
		s.t.Errorf("%s has other keys than its service", endpoint)
	}
}
