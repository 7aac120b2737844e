// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"archive/tar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// An exception in run() is a 502 with its traceback in the log; a run() that
// ends the process is one too, and the next request is answered.
func TestExecuteFailuresOfRun(t *testing.T) {
	t.Parallel()
	s := executing(t)
	service := s.deploy(patient("svc-fails", s.script(
		"import os, sys", "def init(): pass", "def run(data):",
		"    if data == 'raise': raise ValueError('no such flower')",
		"    if data == 'exit': sys.exit(3)",
		"    if data == 'die': os._exit(4)",
		"    return os.getpid()")))
	first := s.ask(service, "pid")
	for range 2 {
		raised := s.ask(service, "raise")
		raised.want(t, "an exception", 502, "ValueError: no such flower")
		if raised.header.Get("x-ms-run-function-failed") != "True" || raised.header.Get("x-ms-run-fn-exec-ms") == "" {
			t.Errorf("headers of the exception: %v", raised.header)
		}
	}
	if again := s.ask(service, "pid"); again.status != 200 || again.raw != first.raw {
		t.Errorf("the process did not survive an exception: %d %s, was %s", again.status, again.raw, first.raw)
	}
	for _, how := range []string{"exit", "die", "exit"} {
		s.ask(service, how).want(t, how, 502, "crashed")
		if again := s.ask(service, "pid"); again.status != 200 || again.raw == first.raw {
			t.Errorf("after %s: %d %s, was %s", how, again.status, again.raw, first.raw)
		}
	}
	log := s.logs("svc-fails")
	for _, text := range []string{"Traceback (most recent call last):", `src/score.py", line 4, in run`, "ValueError: no such flower", "SystemExit: 3", "exit status 4", "Another one is started"} {
		if !strings.Contains(log, text) {
			t.Errorf("the log has no %q:\n%s", text, log)
		}
	}
	if strings.Contains(log, "runner.py") {
		t.Errorf("the log shows our own frames:\n%s", log)
	}
	if state := s.call("GET", "/services/svc-fails", nil).json["state"]; state != "Healthy" {
		t.Errorf("state %v", state)
	}
}

// A run() that takes longer than scoringTimeoutMs is a 504, and its process is
// killed: the next request has another one.
func TestExecuteTimeout(t *testing.T) {
	t.Parallel()
	s := executing(t)
	service := s.deploy(patient("svc-slow", s.script(
		"import os, time", "def init(): pass", "def run(data):",
		"    if data == 'sleep': time.sleep(600)", "    while data == 'spin': pass", "    return os.getpid()"), "scoringTimeoutMs", 1200))
	for _, how := range []string{"sleep", "spin"} {
		before := s.ask(service, "pid")
		began := time.Now()
		s.ask(service, how).want(t, how, 504, "scoringTimeoutMs")
		if took := time.Since(began); took < 1200*time.Millisecond || took > 30*time.Second {
			t.Errorf("%s was ended after %s", how, took)
		}
		after := s.ask(service, "pid")
		if before.status != 200 || after.status != 200 || before.raw == after.raw {
			t.Errorf("after %s: %d %s, before: %d %s", how, after.status, after.raw, before.status, before.raw)
		}
		eventually(t, "the stuck process is killed", func() bool { return !alive(number(t, before.raw)) })
	}
}

// Replicas take so many requests together; one more waits for maxQueueWaitMs
// and is then a 503. A slow run() keeps nobody else waiting.
func TestExecuteConcurrency(t *testing.T) {
	t.Parallel()
	s := executing(t)
	folder := t.TempDir()
	gate := filepath.Join(folder, "gate")
	service := s.deploy(patient("svc-queue", s.script(
		"import os, time", "def init(): pass", "def run(data):",
		"    if data != 'quick': open(os.path.join('"+folder+"', data), 'w').close()",
		"    while data != 'quick' and not os.path.exists('"+gate+"'): time.sleep(0.01)",
		"    return data"), "numReplicas", 2, "maxConcurrentRequestsPerContainer", 2, "maxQueueWaitMs", 100))
	var group sync.WaitGroup
	for _, name := range []string{"one", "two", "three", "four"} {
		group.Go(func() {
			if got, err := s.try("POST", service["scoringUri"].(string), "", name); err != nil || got.status != 200 {
				t.Errorf("a request that found a free place: %d %s %v", got.status, got.raw, err)
			}
		})
	}
	eventually(t, "four run() at a time", func() bool { inside, _ := os.ReadDir(folder); return len(inside) == 4 })
	began := time.Now()
	s.ask(service, "quick").want(t, "one too many", 503, "busy")
	if waited := time.Since(began); waited < 100*time.Millisecond {
		t.Errorf("it waited for %s only", waited)
	}
	mustStatus(t, s.call("GET", "/services/svc-queue", nil), 200)
	s.deploy(aci("svc-other"))
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	mustStatus(t, s.ask(service, "quick"), 200)
}

// A script that does not come up is a failed deployment, with the texts of its
// compute type and the traceback in the log.
func TestExecuteFailuresOfInit(t *testing.T) {
	t.Parallel()
	s := executing(t)
	for name, test := range map[string]struct{ script, log string }{
		"svc-raises":  {"def init(): raise FileNotFoundError('model.pkl')\ndef run(d): pass", "FileNotFoundError: model.pkl"},
		"svc-imports": {"import nothing_of_that_name", "No module named 'nothing_of_that_name'"},
		"svc-syntax":  {"def init(:", "SyntaxError"},
		"svc-no-run":  {"def init(): pass", "score.py defines no function run()"},
		"svc-no-data": {"def init(): pass\ndef run(): pass", "run() takes no parameter"},
		"svc-exits":   {"import sys\ndef init(): sys.exit('enough')\ndef run(d): pass", "SystemExit: enough"},
		"svc-dies":    {"import os\ndef init(): os._exit(7)\ndef run(d): pass", "ended in init(): exit status 7"},
	} {
		operation := s.wait(s.call("POST", "/services", aci(name, "environmentImageRequest", s.script(test.script))))
		failure, _ := operation["error"].(map[string]any)
		if code, _, message := (answer{json: failure}).problem(); operation["state"] != "Failed" || failure["code"] != "AciDeploymentFailed" || code != "CrashLoopBackOff" || !strings.Contains(message, "init()") {
			t.Errorf("%s: operation %v", name, operation)
		}
		service := s.call("GET", "/services/"+name, nil).json
		if why, _ := service["error"].(map[string]any); service["state"] != "Failed" || why["code"] != "AciDeploymentFailed" || service["scoringUri"] != nil {
			t.Errorf("%s: service %v", name, service)
		}
		if log := s.logs(name); !strings.Contains(log, test.log) || strings.Contains(log, "runner.py") {
			t.Errorf("%s: the log has no %q, or frames of ours:\n%s", name, test.log, log)
		}
	}
	onAKS := s.wait(s.call("POST", "/services", patient("svc-aks", s.script("raise Exception('at import')"))))
	failure, _ := onAKS["error"].(map[string]any)
	if code, _, _ := (answer{json: failure}).problem(); onAKS["state"] != "Failed" || failure["code"] != "KubernetesDeploymentFailed" || code != "CrashLoopBackOff" {
		t.Errorf("on AKS: %v", onAKS)
	}
	// The same service can be deployed again, with code that works.
	s.succeed(s.call("POST", "/services", patient("svc-aks", s.script("def init(): pass", "def run(data): return 'better'"), "overwrite", true)))
	s.ask(s.call("GET", "/services/svc-aks", nil).json, "{}").want(t, "after a better deployment", 200, "better")
}

// An init() without an end is a deployment that times out.
func TestExecuteInitTimeout(t *testing.T) {
	t.Parallel()
	s := executing(t, emulator.WithInitTimeout(500*time.Millisecond))
	operation := s.wait(s.call("POST", "/services", aci("svc-hangs", "environmentImageRequest", s.script("import time", "def init(): time.sleep(600)", "def run(data): pass"))))
	failure, _ := operation["error"].(map[string]any)
	if operation["state"] != "TimedOut" || failure["code"] != "DeploymentTimedOut" {
		t.Errorf("operation %v", operation)
	}
	if state := s.call("GET", "/services/svc-hangs", nil).json["state"]; state != "Unhealthy" {
		t.Errorf("state %v", state)
	}
	if log := s.logs("svc-hangs"); !strings.Contains(log, "init() was stopped after 500ms") {
		t.Errorf("log:\n%s", log)
	}
}

// An archive that cannot be unpacked fails the deployment, with the reason, and
// nothing is written outside of the folder.
func TestExecuteRefusesArchives(t *testing.T) {
	t.Parallel()
	s := executing(t)
	outside := t.TempDir()
	link := func(name, target string) tar.Header {
		return tar.Header{Name: name, Linkname: target, Typeflag: tar.TypeSymlink}
	}
	file := func(name string) tar.Header {
		return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: 1}
	}
	bad := map[string]struct {
		members []tar.Header
		want    string
	}{
		"svc-above":    {[]tar.Header{file("../above.py")}, "leads out of the archive"},
		"svc-absolute": {[]tar.Header{file(outside + "/absolute.py")}, "leads out of the archive"},
		"svc-link":     {[]tar.Header{link("src/link", "../../elsewhere")}, "the link leads out"},
		"svc-abslink":  {[]tar.Header{link("src/link", outside)}, "the link leads out"},
		"svc-chain":    {[]tar.Header{link("a", "."), link("a/b", ".."), file("a/b/c")}, "escapes"},
		"svc-device":   {[]tar.Header{{Name: "src/device", Typeflag: tar.TypeChar}}, "neither a file nor a folder"},
	}
	for name, test := range bad {
		s.refusesToDeploy(name, s.archive(pack(t, test.members, []string{"", "x", "", "x", "", "x"})), test.want)
	}
	s.refusesToDeploy("svc-text", s.archive("no archive"), "it is not a tar.gz")
	whole := targz(t, "src/score.py", strings.Repeat("# a long script\n", 1000))
	s.refusesToDeploy("svc-half", s.archive(whole[:len(whole)/2]), "EOF")
	image := s.script("")
	image["assets"] = []any{map[string]any{"id": "a", "url": "https://example.com/score.py"}}
	image["driverProgram"] = "a"
	s.refusesToDeploy("svc-far", image, "fetches nothing from elsewhere")
	image["assets"] = []any{map[string]any{"id": "a", "url": "aml://artifact/LocalUpload/none/score.py"}}
	s.refusesToDeploy("svc-none", image, "was not uploaded")
	image["assets"] = []any{change(s.asset("score.py", "x"), []any{"id", "../../score.py"})}
	image["driverProgram"] = "../../score.py"
	s.refusesToDeploy("svc-id", image, "leads out of the folder")
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("something was written outside: %v %v", left, err)
	}
}

// Links within the archive are kept, of both kinds, and programs stay programs.
func TestExecuteArchiveWithLinks(t *testing.T) {
	t.Parallel()
	s := executing(t)
	script := "import os, subprocess\nimport soft, hard\ndef init(): pass\ndef run(d):\n    return [soft.N, hard.N, os.path.islink('src/soft.py'), subprocess.check_output(['src/tool'], text=True)]\n"
	tool := "#!/bin/sh\necho tool"
	service := s.deploy(aci("svc-links", "environmentImageRequest", s.archive(pack(t, []tar.Header{
		{Name: "src/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "src/soft.py", Linkname: "../lib/real.py", Typeflag: tar.TypeSymlink}, // before what it leads to
		{Name: "lib/real.py", Typeflag: tar.TypeReg, Mode: 0o644, Size: 5},
		{Name: "src/hard.py", Linkname: "lib/real.py", Typeflag: tar.TypeLink},
		{Name: "src/score.py", Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(script))},
		{Name: "src/tool", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(tool))},
	}, []string{"", "", "", "", "", "N = 7", "", "", "", script, "", tool}))))
	s.ask(service, "{}").want(t, "what the links lead to", 200, `[7, 7, true, "tool\n"]`)
}

func (s *session) refusesToDeploy(name string, image map[string]any, why string) {
	s.t.Helper()
	operation := s.wait(s.call("POST", "/services", aci(name, "environmentImageRequest", image)))
	failure, _ := operation["error"].(map[string]any)
	if _, _, message := (answer{json: failure}).problem(); operation["state"] != "Failed" || !strings.Contains(message, why) {
		s.t.Errorf("%s: want %q, got %v", name, why, operation)
	}
	if log := s.logs(name); !strings.Contains(log, why) {
		s.t.Errorf("%s: the log does not say %q:\n%s", name, why, log)
	}
}
