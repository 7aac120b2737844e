// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatalf("want a number, got %q", text)
	}
	return n
}

// family is a script that tells its process, one that it has started, and its folder.
var family = []string{
	"import os, subprocess", "def init():", "    global other", "    other = subprocess.Popen(['sleep', '600']).pid",
	"def run(data): return '%d %d %s' % (os.getpid(), other, os.getcwd())",
}

type processes struct {
	pid, other int
	folder     string
}

func (s *session) family(service map[string]any) processes {
	s.t.Helper()
	fields := strings.Fields(strings.Trim(mustStatus(s.t, s.ask(service, "{}"), 200).raw, `"`))
	p := processes{number(s.t, fields[0]), number(s.t, fields[1]), filepath.Dir(fields[2])}
	if info, err := os.Stat(p.folder); err != nil || info.Mode().Perm() != 0o700 || !alive(p.pid) || !alive(p.other) {
		s.t.Fatalf("%+v: processes that run in a private folder: %v", p, err)
	}
	return p
}

func (p processes) gone() bool {
	_, err := os.Stat(p.folder)
	return !alive(p.pid) && !alive(p.other) && os.IsNotExist(err)
}

// A delete, a redeploy without code, and Close leave no process and no folder.
func TestExecuteLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := executing(t)
	image := s.script(family...)
	deleted := s.family(s.deploy(aci("svc-deleted", "environmentImageRequest", image)))
	s.succeed(s.call("DELETE", "/services/svc-deleted", nil))
	eventually(t, "delete", deleted.gone)

	removed := s.family(s.deploy(aci("svc-removed", "environmentImageRequest", image)))
	if err := s.e.RemoveService(s.scope, "svc-removed"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "RemoveService", removed.gone)

	plain := s.family(s.deploy(aci("svc-plain", "environmentImageRequest", image)))
	service := s.deploy(aci("svc-plain", "overwrite", true))
	if got := s.ask(service, "[1]"); got.json["service"] != "svc-plain" {
		t.Errorf("without code any more: %s", got.raw)
	}
	eventually(t, "redeployed without code", plain.gone)

	closed := s.family(s.deploy(aci("svc-closed", "environmentImageRequest", image)))
	mustStatus(t, s.call("POST", "/services", aci("svc-starting", "environmentImageRequest", s.script("import time", "time.sleep(600)"))), 202)
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	if !closed.gone() {
		t.Error("Close returned before everything was gone")
	}
}

// A service that is taken away while its code starts leaves nothing either.
func TestExecuteRemovedWhileStarting(t *testing.T) {
	t.Parallel()
	s := executing(t)
	told := filepath.Join(t.TempDir(), "told")
	s.call("POST", "/services", aci("svc-early", "environmentImageRequest", s.script(
		"import os, time", "def init():", "    open('"+told+".part', 'w').write('%d %s' % (os.getpid(), os.getcwd()))",
		"    os.rename('"+told+".part', '"+told+"')", "    time.sleep(0.3)", "def run(data): pass")))
	eventually(t, "the script starts", func() bool { _, err := os.Stat(told); return err == nil })
	if err := s.e.RemoveService(s.scope, "svc-early"); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(told)
	pid, folder, _ := strings.Cut(string(raw), " ")
	p := processes{number(t, pid), number(t, pid), filepath.Dir(folder)}
	eventually(t, "the process of a removed service", p.gone)
}

// The operation lasts until init() has ended, and the control plane answers
// meanwhile. The old code answers until the new one is up, and what it has
// begun comes to its end; nobody sees a gap or a step back.
func TestExecuteRedeploy(t *testing.T) {
	t.Parallel()
	s := executing(t)
	folder := t.TempDir()
	mark := func(name string) {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Error(err)
		}
	}
	marked := func(name string) func() bool {
		return func() bool { _, err := os.Stat(filepath.Join(folder, name)); return err == nil }
	}
	code := func(version string) map[string]any {
		return s.script("import os, time", "def there(name): return os.path.exists(os.path.join('"+folder+"', name))",
			"def init():", "    while not there('init-"+version+"'): time.sleep(0.01)",
			"def run(data):", "    if data == 'slow': open(os.path.join('"+folder+"', 'slow'), 'w').close()",
			"    while data == 'slow' and not there('enough'): time.sleep(0.01)", "    return '"+version+"'")
	}
	mark("init-old")
	service := s.deploy(patient("svc-code", code("old"), "maxConcurrentRequestsPerContainer", 3))
	var group sync.WaitGroup
	stop := make(chan struct{})
	group.Go(func() {
		seen := "old"
		for {
			select {
			case <-stop:
				return
			default:
			}
			got, err := s.try("POST", service["scoringUri"].(string), "", "{}")
			version := strings.Trim(got.raw, `"`)
			if err != nil || got.status != 200 || version == "old" && seen == "new" {
				t.Errorf("%s after %s: %d %v", version, seen, got.status, err)
				return
			}
			seen = version
		}
	})
	accepted := s.call("PATCH", "/services/svc-code", replacing("/environmentImageRequest", code("new")))
	group.Go(func() { // it ends after the new code has come up
		if got, err := s.try("POST", service["scoringUri"].(string), "", "slow"); err != nil || got.raw != `"old"` {
			t.Errorf("what the old code had begun: %d %s %v", got.status, got.raw, err)
		}
	})
	eventually(t, "the old code begins a slow request", marked("slow"))
	id := filepath.Base(accepted.header.Get("Operation-Location"))
	if state := s.call("GET", "/operations/"+id, nil).json["state"]; state != "Running" && state != "NotStarted" {
		t.Errorf("the operation is %v before init() has ended", state)
	}
	mark("init-new")
	s.succeed(accepted)
	s.ask(service, "{}").want(t, "after the operation", 200, "new")
	mark("enough")

	// A deployment that fails leaves the old code answering.
	failed := s.wait(s.call("PATCH", "/services/svc-code", replacing("/environmentImageRequest", s.script("raise Exception('worse')"))))
	if failed["state"] != "Failed" {
		t.Errorf("operation %v", failed)
	}
	s.ask(service, "{}").want(t, "after a failed deployment", 200, "new")
	close(stop)
	group.Wait()
}

// A process that does not come up again after a crash makes an Unhealthy
// service, until it does.
func TestExecuteCrashLoop(t *testing.T) {
	t.Parallel()
	s := executing(t)
	bad := filepath.Join(t.TempDir(), "bad")
	service := s.deploy(patient("svc-loop", s.script(
		"import os", "def init():", "    if os.path.exists('"+bad+"'): raise Exception('bad')", "def run(data):", "    if data == 'die': os._exit(1)", "    return 'fine'"),
		"maxQueueWaitMs", 300))
	if err := os.WriteFile(bad, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mustStatus(t, s.ask(service, "die"), 502)
	state := func() string { return s.call("GET", "/services/svc-loop", nil).json["state"].(string) }
	eventually(t, "Unhealthy", func() bool { return state() == "Unhealthy" })
	s.ask(service, "{}").want(t, "while it crashes", 503, "Unavailable")
	if err := os.Remove(bad); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Healthy again", func() bool { return state() == "Healthy" })
	s.ask(service, "{}").want(t, "after that", 200, "fine")
}

// PATCH may be answered with 200 while the code is still starting: the
// operation that the body names says when it is up.
func TestExecutePatchWith200(t *testing.T) {
	t.Parallel()
	s := executing(t, emulator.WithBehavior(emulator.Behavior{PatchStatus: 200}))
	service := s.deploy(patient("svc-code", s.script("def init(): pass", "def run(data): return 'old'")))
	patched := mustStatus(t, s.call("PATCH", "/services/svc-code", replacing("/environmentImageRequest", s.script("def init(): pass", "def run(data): return 'new'"))), 200)
	if patched.json["state"] != "Transitioning" {
		t.Errorf("state %v", patched.json["state"])
	}
	eventually(t, "the operation", func() bool {
		return s.call("GET", "/operations/"+patched.json["operationId"].(string), nil).json["state"] == "Succeeded"
	})
	s.ask(service, "{}").want(t, "after that", 200, "new")
}

// With a state file, services answer by their code again as soon as the
// emulator is up again, with the same address and key.
func TestExecuteSurvivesRestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := executing(t, emulator.WithStateFile(state))
	s.deploy(aci("svc-code", "authEnabled", true, "environmentImageRequest", s.script("def init(): pass", "def run(data): return 'still here'")))
	s.wait(s.call("POST", "/services", aci("svc-bad", "environmentImageRequest", s.script("raise Exception('bad')"))))
	mustStatus(t, s.call("POST", "/services", aci("svc-late", "environmentImageRequest", s.script("import time", "def init(): time.sleep(0.5)", "def run(data): return 'late'"))), 202)
	primary, _ := s.keys("svc-code")
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := executing(t, emulator.WithStateFile(state))
	service := again.call("GET", "/services/svc-code", nil).json
	again.do("POST", service["scoringUri"].(string), primary, "{}").want(t, "after a restart", 200, "still here")
	again.do("POST", service["scoringUri"].(string), "wrong", "{}").want(t, "with a wrong key", 401, "Unauthorized")
	if log := again.logs("svc-bad"); !strings.Contains(log, "not kept") {
		t.Errorf("the log of a deployment before the restart:\n%s", log)
	}
	eventually(t, "the deployment on its way", func() bool { return again.call("GET", "/services/svc-late", nil).json["state"] == "Healthy" })
	again.ask(again.call("GET", "/services/svc-late", nil).json, "{}").want(t, "deployed over the restart", 200, "late")
}

// An emulator that is killed takes the processes of its services with it, and
// what they have started, and their folders.
func TestExecuteEndsWithAKilledEmulator(t *testing.T) {
	t.Setenv(childExecutes, "1")
	state := filepath.Join(t.TempDir(), "state.json")
	s := executing(t, emulator.WithStateFile(state), emulator.WithOperationDuration(time.Millisecond))
	image := s.script(family...)
	service := s.deploy(aci("svc-code", "environmentImageRequest", image))
	path := strings.TrimPrefix(service["scoringUri"].(string), s.e.ResourceManagerURL())
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	killed := startChild(t, state)
	base, _, _ := strings.Cut(killed.url, "/modelmanagement")
	p := s.family(map[string]any{"scoringUri": base + path})
	killed.kill()
	eventually(t, "the processes of a killed emulator", p.gone)
}

// A deployment that timed out and recovers later has its code running then;
// code that does not come up leaves the service as it was.
func TestExecuteHealthyLater(t *testing.T) {
	t.Parallel()
	s := executing(t, emulator.WithOperationDuration(0))
	s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultHealthyLater, Times: 2, Delay: time.Minute})
	for name, script := range map[string]string{"svc-works": "def init(): pass", "svc-broken": "def init(): raise ValueError('never')"} {
		s.wait(s.call("POST", "/services", aci(name, "environmentImageRequest", s.script(script, "def run(data): return 'from the code'"))))
	}
	s.e.AdvanceClock(time.Minute)
	eventually(t, "the service recovers", func() bool { return s.call("GET", "/services/svc-works", nil).json["state"] == "Healthy" })
	s.ask(s.call("GET", "/services/svc-works", nil).json, "{}").want(t, "the service that recovered", 200, `"from the code"`)
	for range 20 {
		time.Sleep(5 * time.Millisecond)
		if broken := s.call("GET", "/services/svc-broken", nil).json; broken["state"] != "Unhealthy" || broken["error"] == nil {
			t.Fatalf("code that does not come up: %v", broken)
		}
	}
}
