// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A reset brings back the seed, with its services and keys, and takes back everything
// else; who has signed in stays signed in.
func TestReset(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Services = []emulator.ServiceSeed{{
		Name: "seeded", ComputeType: "ACI",
		Definition: object{
			"environmentImageRequest": object{"modelIds": []any{"iris:1"}}, "authEnabled": true,
			"keys": object{"primaryKey": "one", "secondaryKey": "two"},
		},
	}}
	s := open(t, emulator.WithStateFile(state), emulator.WithSeed(seed), emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PageSize: 3}))
	begun := s.e.Now()
	want := s.e.Inventory()
	if primary, secondary := s.keys("seeded"); primary != "one" || secondary != "two" {
		t.Fatalf("the keys of the seed: %s, %s", primary, secondary)
	}

	s.deploy(aci("mine"))
	s.succeed(s.call("DELETE", "/services/seeded", nil))
	s.call("POST", "/models", object{"name": "mine", "url": "https://example.com/m", "mimeType": "application/json"})
	uri := s.upload("LocalUpload", "c1", "model.pkl", "bytes")
	s.e.SetOperationDuration(time.Hour)
	running := s.call("POST", "/services", aci("on-its-way"))
	s.e.AdvanceClock(100 * time.Hour)
	s.e.Fault(emulator.Fault{Operation: "ListModels", Kind: emulator.FaultThrottle})
	s.control("POST", "behavior", `{"pageSize":9}`)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)

	if reply := s.control("POST", "reset", nil); reply.status != http.StatusNoContent || reply.raw != "" {
		t.Fatalf("reset: %d %s", reply.status, reply.raw)
	}
	if found := s.e.Requests(); len(found) != 0 {
		t.Errorf("requests of before: %v", found)
	}
	if got := s.e.Inventory(); !slices.Equal(got, want) {
		t.Errorf("after the reset:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if primary, secondary := s.e.Keys(s.scope, "seeded"); primary != "one" || secondary != "two" {
		t.Errorf("the keys of the seed: %s, %s", primary, secondary)
	}
	if ahead := s.e.Now().Sub(begun); ahead > time.Hour {
		t.Errorf("the clock is %s ahead", ahead)
	}
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	if reply := s.call("GET", "/models", nil); reply.status != http.StatusOK {
		t.Errorf("a fault of before: %d", reply.status)
	}
	if behavior := s.control("GET", "behavior", nil); behavior.json["pageSize"] != 3.0 {
		t.Errorf("behavior: %s", behavior.raw)
	}
	if got := s.blob("GET", uri, ""); got.status != http.StatusNotFound && got.status != http.StatusForbidden {
		t.Errorf("an upload of before: %d", got.status)
	}
	if files, err := os.ReadDir(state + ".blobs"); err != nil || len(files) != 1 {
		t.Errorf("uploads are left: %v %v", files, err)
	}
	_, id, _ := strings.Cut(running.header.Get("Operation-Location"), "/operations/")
	if reply := s.call("GET", "/operations/"+id, nil); reply.status != http.StatusNotFound {
		t.Errorf("an operation of before: %d", reply.status)
	}
	s.e.AdvanceClock(2 * time.Hour)
	if names := s.e.ServiceNames(s.scope); !slices.Equal(names, []string{"seeded"}) {
		t.Errorf("later there are services %v", names)
	}
	s.e.AdvanceClock(-2 * time.Hour)
	s.upload("LocalUpload", "c1", "model.pkl", "other bytes")
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := emulator.Start(t, emulator.WithStateFile(state), emulator.WithSeed(emulator.Seed{}))
	if got := again.ServiceNames(s.scope); !slices.Equal(got, []string{"seeded"}) {
		t.Errorf("the state file has %v", got)
	}
}

// A seed that cannot be read leaves everything as it is.
func TestResetWithoutSeed(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	state := filepath.Join(directory, "state.json")
	if err := emulator.Start(t, emulator.WithStateFile(state)).Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, emulator.WithStateFile(state), emulator.WithSeedFile(filepath.Join(directory, "none.yml")), emulator.WithOperationDuration(0))
	s.deploy(aci("mine"))
	s.e.AdvanceClock(time.Minute)
	before := s.e.Now()
	if reply := s.control("POST", "reset", nil); reply.status != http.StatusInternalServerError || !strings.Contains(reply.raw, "none.yml") {
		t.Errorf("reset: %d %s", reply.status, reply.raw)
	}
	if err := s.e.Reset(); err == nil {
		t.Error("Reset hides that the seed cannot be read")
	}
	if names := s.e.ServiceNames(s.scope); !slices.Equal(names, []string{"mine"}) || s.e.Now().Before(before) {
		t.Errorf("after a reset that failed: %v, %s", names, s.e.Now())
	}
}

// Health, certificate and variables are answered without a credential.
func TestWhatHarnessesAsk(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/p"))
	if reply := s.control("GET", "health", nil); reply.status != http.StatusOK || reply.raw != `{"status":"ok"}` {
		t.Errorf("health: %d %s", reply.status, reply.raw)
	}
	if reply := s.control("GET", "ca", nil); reply.raw != string(s.e.CACertPEM()) || !strings.HasPrefix(reply.raw, "-----BEGIN CERTIFICATE-----") {
		t.Errorf("ca: %d %s", reply.status, reply.raw)
	}
	lines, err := s.e.Shell("terraform")
	if err != nil {
		t.Fatal(err)
	}
	environment := s.control("GET", "env", nil)
	exported := 0
	for _, line := range lines {
		assignment, isExport := strings.CutPrefix(line, "export ")
		if !isExport {
			continue
		}
		exported++
		name, value, _ := strings.Cut(assignment, "=")
		if environment.json[name] != strings.Trim(value, "'") {
			t.Errorf("%s is %v, want %s", name, environment.json[name], value)
		}
	}
	if exported < 8 || len(environment.json) != exported {
		t.Errorf("the shell exports %d variables: %s", exported, environment.raw)
	}
}
