// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A service answers through its own init() and run(), imports what lies beside
// it, may print, and gets its variables and the headers, and nothing of ours.
func TestExecute(t *testing.T) {
	t.Setenv("MLWS_TEST_SECRET_OF_THE_SHELL", "secret")
	s := executing(t)
	service := s.deploy(patient("svc-code", s.source("score.py", `
import json, os, sys
import helper

def init():
    global started
    started = helper.started()
    print("init prints")

def run(text, request_headers):
    print("run prints", text)
    os.write(1, b"and writes past sys.stdout\n")
    os.system("echo and a child writes")
    data = json.loads(text)
    if data.get("what") == "environment":
        return dict(os.environ)
    if data.get("what") == "stdin":
        return sys.stdin.read()
    return {"sum": sum(data["data"]), "started": started, "greeting": os.environ["GREETING"], "cwd": os.getcwd(), "headers": request_headers}
`, "helper.py", "def started():\n    return 1\n")))
	got := mustStatus(t, s.do("POST", service["scoringUri"].(string), "a-credential", `{"data": [1, 2, 3.5]}`), 200)
	if got.json["sum"] != 6.5 || got.json["started"] != 1.0 || got.json["greeting"] != "hello" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("answer %s", got.raw)
	}
	headers, _ := got.json["headers"].(map[string]any)
	if headers["Content-Type"] != "application/json" || strings.Contains(got.raw, "a-credential") {
		t.Errorf("run() got the headers %v", headers)
	}
	if got.header.Get("x-ms-run-function-failed") != "False" || got.header.Get("x-ms-run-fn-exec-ms") == "" {
		t.Errorf("headers %v", got.header)
	}
	environment := s.ask(service, `{"what": "environment"}`)
	if strings.Contains(environment.raw, "SECRET_OF_THE_SHELL") || environment.json["HOME"] != got.json["cwd"] || environment.json["AZUREML_ENTRY_SCRIPT"] != "src/score.py" {
		t.Errorf("environment %s", environment.raw)
	}
	s.ask(service, `{"what": "stdin"}`).want(t, "standard input is empty", 200, `""`)
	log := s.logs("svc-code")
	for _, text := range []string{"init prints", "run prints {\"data\"", "and writes past sys.stdout", "and a child writes", "Invoking user's init function"} {
		if !strings.Contains(log, text) {
			t.Errorf("the log has no %q:\n%s", text, log)
		}
	}
	if last := s.call("GET", "/services/svc-code/logs?tail=1", nil).json["content"].(string); strings.Count(last, "\n") != 1 {
		t.Errorf("the last line of the log: %q", last)
	}
}

// The result of run() is sent as JSON, texts too; a response with a status of its
// own is sent as it is. A GET's query is the input.
func TestExecuteResults(t *testing.T) {
	t.Parallel()
	s := executing(t)
	service := s.deploy(aci("svc-results", "environmentImageRequest", s.script(
		"import json", "class AMLResponse:",
		"    status_code, headers = 418, {'X-Own': 'yes', 'Content-Type': 'text/x-own', 'Content-Length': '4'}",
		"    def get_data(self): return b'body'",
		"def init(): pass",
		"def run(data):",
		"    return {'text': 'a \"text\"', 'bytes': b'bytes', 'list': [1, None], 'number': 1.5, 'nothing': None, 'own': AMLResponse(),",
		"            'odd': object(), 'binary': b'\\xff'}.get(json.loads(data)['want'], data)")))
	for want, body := range map[string]string{"text": `"a \"text\""`, "bytes": `"bytes"`, "list": "[1, null]", "number": "1.5", "nothing": "null", "echo": `"{\"want\": \"echo\"}"`} {
		if got := s.ask(service, `{"want": "`+want+`"}`); got.status != 200 || got.raw != body {
			t.Errorf("%s: %d %s", want, got.status, got.raw)
		}
	}
	own := s.ask(service, `{"want": "own"}`)
	if own.status != 418 || own.raw != "body" || own.header.Get("X-Own") != "yes" || own.header.Get("Content-Type") != "text/x-own" {
		t.Errorf("a response of its own: %d %s %v", own.status, own.raw, own.header)
	}
	s.ask(service, `{"want": "odd"}`).want(t, "what is not JSON", 502, "TypeError")
	s.ask(service, `{"want": "binary"}`).want(t, "bytes that are no text", 502, "UnicodeDecodeError")
	s.ask(service, "\xff").want(t, "a body that is no text", 400, "UTF-8")
	s.do("GET", service["scoringUri"].(string)+"?want=number", "", nil).want(t, "GET", 200, "1.5")
	large := `{"want": "` + strings.Repeat("x", 8<<20) + `"}`
	if got := s.ask(service, large); got.status != 200 || len(got.raw) < len(large) {
		t.Errorf("8 MiB there and back: %d, %d bytes", got.status, len(got.raw))
	}
}

// A lone script without variables is found by the driver; its parameter may
// have any name, and need not have one.
func TestExecuteLoneScript(t *testing.T) {
	t.Parallel()
	s := executing(t)
	for name, signature := range map[string]string{"svc-named": "anything", "svc-star": "*args", "svc-only": "*, body, request_headers=None", "svc-more": "body, more=1"} {
		expression := strings.Split(strings.TrimLeft(signature, "*, "), ",")[0]
		service := s.deploy(aci(name, "environmentImageRequest", map[string]any{
			"driverProgram": "score.py", "modelIds": []string{"raw:1"}, "environment": map[string]any{"name": "e"},
			"assets": []any{s.asset("score.py", "def init():\n    pass\ndef run("+signature+"):\n    return "+expression+"\n")},
		}))
		s.ask(service, "in").want(t, signature, 200, `"in"`)
	}
}

// AZUREML_MODEL_DIR is the folder of the one model, or the folder above those
// of several; files and folders keep their names.
func TestExecuteModels(t *testing.T) {
	t.Parallel()
	s := executing(t)
	register := func(name string, doc map[string]any, files ...string) string {
		container := "231101-" + name
		for i := 0; i < len(files); i += 2 {
			s.upload("LocalUpload", container, files[i], files[i+1])
		}
		prefix, _, _ := strings.Cut(files[0], "/")
		asset := mustStatus(t, s.call("POST", "/assets", map[string]any{"name": name, "artifacts": []any{map[string]any{"prefix": "LocalUpload/" + container + "/" + prefix}}}), 200)
		doc["name"], doc["mimeType"], doc["url"] = name, "application/json", "aml://asset/"+asset.json["id"].(string)
		return mustStatus(t, s.call("POST", "/models", doc), 200).json["id"].(string)
	}
	file := register("one", map[string]any{}, "model.json", `{"w": 2}`)
	folder := register("two", map[string]any{}, "saved/a.bin", "A", "saved/deep/b.bin", "B")
	packed := register("three", map[string]any{"unpack": true}, "m.tar.gz", targz(t, "inside/c.bin", "C"))
	image := s.script("import os", "def init():", "    global found", "    top = os.environ['AZUREML_MODEL_DIR']",
		"    found = {os.path.relpath(os.path.join(d, f), top): open(os.path.join(d, f)).read() for d, _, files in os.walk(top) for f in files}",
		"def run(data): return [os.path.relpath(os.environ['AZUREML_MODEL_DIR']), found]")
	for i, test := range []struct {
		models []string
		want   string
	}{
		{[]string{file}, `["azureml-models/one/1",{"model.json":"{\"w\": 2}"}]`},
		{[]string{folder}, `["azureml-models/two/1",{"saved/a.bin":"A","saved/deep/b.bin":"B"}]`},
		{[]string{packed}, `["azureml-models/three/1",{"inside/c.bin":"C"}]`},
		{[]string{file, folder}, `["azureml-models",{"one/1/model.json":"{\"w\": 2}","two/1/saved/a.bin":"A","two/1/saved/deep/b.bin":"B"}]`},
		{[]string{"raw:1"}, `["azureml-models/raw/1",{}]`},
		{[]string{}, `["azureml-models",{}]`},
	} {
		name := "svc-models-" + string(rune('a'+i))
		image["modelIds"] = test.models
		service := s.deploy(aci(name, "environmentImageRequest", image))
		var got any
		if err := json.Unmarshal([]byte(s.ask(service, "{}").raw), &got); err != nil {
			t.Errorf("%v: %v", test.models, err)
		}
		if raw, _ := json.Marshal(got); string(raw) != test.want {
			t.Errorf("%v: got %s, want %s", test.models, raw, test.want)
		}
	}
	if log := s.logs("svc-models-e"); !strings.Contains(log, "no files of model raw:1") {
		t.Errorf("nothing says why the folder is empty:\n%s", log)
	}
}

// Credentials count before any code runs, and what has no code echoes as ever.
func TestExecuteAuthentication(t *testing.T) {
	t.Parallel()
	s := executing(t)
	marker := filepath.Join(t.TempDir(), "ran")
	service := s.deploy(aci("svc-auth", "authEnabled", true, "environmentImageRequest", s.script(
		"def init(): pass", "def run(data):", "    open('"+marker+"', 'w').close()", "    return 'ran'")))
	primary, _ := s.keys("svc-auth")
	if got := s.score(service, "wrong"); got != http.StatusUnauthorized {
		t.Errorf("with a wrong key: %d", got)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("the code ran without a key")
	}
	if got := s.score(service, primary); got != http.StatusOK {
		t.Errorf("with the key: %d", got)
	}
	if _, err := os.Stat(marker); err != nil {
		t.Error("the code did not run")
	}
	plain := s.deploy(aci("svc-plain"))
	if got := s.ask(plain, `[1]`); got.json["service"] != "svc-plain" {
		t.Errorf("without code: %s", got.raw)
	}
	off := open(t)
	echo := off.deploy(aci("svc-off", "environmentImageRequest", off.script("raise Exception('never')")))
	if got := off.ask(echo, `[1]`); got.json["service"] != "svc-off" {
		t.Errorf("without execution: %s", got.raw)
	}
}

// The variables of a registered environment count if the request refers to it.
func TestExecuteRegisteredEnvironment(t *testing.T) {
	t.Parallel()
	s := executing(t)
	mustStatus(t, s.do("PUT", s.e.ResourceManagerURL()+"/environment/v1.0"+s.scope+"/environments/mine/versions/7", s.bearer, map[string]any{
		"Name": "mine", "EnvironmentVariables": map[string]any{"AZUREML_ENTRY_SCRIPT": "src/score.py", "COLOUR": "green"},
	}), 200)
	image := s.script("import os", "def init(): pass", "def run(data): return os.environ['COLOUR']")
	delete(image, "environment")
	image["environmentReference"] = map[string]any{"name": "mine", "version": "7"}
	s.ask(s.deploy(aci("svc-env", "environmentImageRequest", image)), "{}").want(t, "the variable", 200, "green")
}

// Code runs for callers that reach the loopback interface by its own name: not
// for other interfaces, and not for a web page with a name that resolves to it.
func TestExecuteIsForLoopback(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0"} {
		if _, err := emulator.New(emulator.WithExecution(), emulator.WithListen(address, "127.0.0.1:0")); err == nil || !strings.Contains(err.Error(), "loopback only") {
			t.Errorf("listening on %s: %v", address, err)
		}
	}
	s := executing(t, emulator.WithPublicURL("http://emulator.example:8080"))
	for host, want := range map[string]int{
		"attacker.example": http.StatusMisdirectedRequest, "127.0.0.1.attacker.example:80": http.StatusMisdirectedRequest,
		"emulator.example:8080": 200, "localhost:1": 200, "st.blob.localhost:1": 200, "[::1]:1": 200, "127.0.0.1": 200,
	} {
		request, err := http.NewRequest("GET", strings.Replace(s.e.AuthorityURL(), "/prefix", "", 1)+"/"+emulator.DefaultTenantID+"/v2.0/.well-known/openid-configuration", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		got, err := send(s.e, request)
		if err != nil || got.status != want {
			t.Errorf("host %s: %d %v, want %d", host, got.status, err, want)
		}
	}
}
