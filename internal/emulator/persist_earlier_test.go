// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// fixtureTime is an hour after testdata/state-1.json was written.
var fixtureTime = time.Date(2026, 11, 28, 16, 0, 0, 0, time.UTC)

// A state file that the first version of the emulator wrote loads whole, and
// loads again after this version has written it.
func TestStateOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	written, err := os.ReadFile("testdata/state-1.json")
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(state, written, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, round := range []string{"first", "second"} {
		s := open(t, emulator.WithStateFile(state), emulator.WithClock(fixedClock{fixtureTime}))
		checkFirstVersion(t, s, round)
		if err := s.e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

type fixedClock struct{ now time.Time }

func (c fixedClock) Now() time.Time { return c.now }

func checkFirstVersion(t *testing.T, s *session, round string) {
	t.Helper()
	if got := s.e.Now(); !got.Equal(fixtureTime.Add(time.Minute)) {
		t.Errorf("%s: the clock was a minute ahead, and says %s", round, got)
	}
	states := map[string]string{}
	for _, name := range s.e.ServiceNames(s.scope) {
		state, _ := s.call("GET", "/services/"+name, nil).json["state"].(string)
		states[name] = state
	}
	want := map[string]string{
		"svc-failed": "Failed", "svc-keys": "Healthy", "svc-later": "Healthy", "svc-running": "Healthy", "svc-sick": "Transitioning", "svc-token": "Healthy",
	}
	for name, state := range want {
		if states[name] != state {
			t.Errorf("%s: service %s is %q, want %s", round, name, states[name], state)
		}
	}
	if len(states) != len(want) {
		t.Errorf("%s: services %v", round, states)
	}
	if primary, secondary := s.keys("svc-keys"); primary != "second-primary-key" || secondary != "secondary-key-of-svc-keys" {
		t.Errorf("%s: keys %s, %s", round, primary, secondary)
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultStaleKeys, Times: 1})
	if primary, _ := s.keys("svc-keys"); primary != "primary-key-of-svc-keys" {
		t.Errorf("%s: the key before the regeneration is %s", round, primary)
	}
	keyed := s.call("GET", "/services/svc-keys", nil).json
	if keyed["publicFqdn"] != "fixture-label.westeurope.azurecontainer.io" || at(keyed, "/createdBy/userName") != "owner" || keyed["createdTime"] == nil {
		t.Errorf("%s: svc-keys is %v", round, keyed)
	}
	if status := s.score(keyed, "second-primary-key"); status != 200 {
		t.Errorf("%s: scoring: %d", round, status)
	}
	failed := s.call("GET", "/services/svc-failed", nil).json
	operation := s.call("GET", "/operations/"+failed["operationId"].(string), nil).json
	details, _ := at(operation, "/error/details").([]any)
	if at(failed, "/error/code") != "AciDeploymentFailed" || len(details) != 1 || details[0].(object)["code"] != "CrashLoopBackOff" || operation["state"] != "Failed" {
		t.Errorf("%s: svc-failed: %v, its operation: %v", round, failed["error"], operation)
	}
	if reply := s.call("PATCH", "/services/svc-running", replace("/description", "x")); round == "first" && reply.status != 409 {
		t.Errorf("a change while an operation runs: %d", reply.status)
	}
	s.e.AdvanceClock(3 * time.Hour)
	if _, secondary := s.e.Keys(s.scope, "svc-running"); secondary != "key-to-come" {
		t.Errorf("%s: the regeneration that was on its way gave %s", round, secondary)
	}
	s.e.AdvanceClock(-3 * time.Hour)
	if ids := s.e.ModelIDs(s.scope); !slices.Equal(ids, []string{"iris:1", "iris:2", "raw:1", "mine:1", "mine:2"}) {
		t.Errorf("%s: models %v", round, ids)
	}
	if ids := s.e.ArtifactIDs(s.scope); !slices.Equal(ids, []string{"LocalUpload/c1/model.pkl"}) || s.e.AssetCount(s.scope) != 1 {
		t.Errorf("%s: artifacts %v and %d assets", round, ids, s.e.AssetCount(s.scope))
	}
	if reply := s.do("GET", s.e.ResourceManagerURL()+"/environment/v1.0"+s.scope+"/environments/registered/versions/1", s.bearer, nil); at(reply.json, "/environmentVariables/A") != "b" {
		t.Errorf("%s: the environment: %s", round, reply.raw)
	}
	if reply := s.as("deployer").call("GET", "/services/svc-keys", nil); reply.status != 200 {
		t.Errorf("%s: the added principal: %d", round, reply.status)
	}
}
