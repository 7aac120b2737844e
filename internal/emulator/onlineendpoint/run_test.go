// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package onlineendpoint_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner/pythontest"
)

// upload stores files in a folder of the artifact API, and returns the address of the
// folder in blob storage.
func (s *session) upload(folder string, files ...string) string {
	s.t.Helper()
	const artifacts = "/artifact/v2.0{scope}/artifacts/LocalUpload/"
	for i := 0; i < len(files); i += 2 {
		s.want(http.StatusOK, s.management("POST", artifacts+folder+"/content?path="+files[i], files[i+1]))
	}
	workspace := s.want(http.StatusOK, s.call("GET", s.e.ResourceManagerURL()+emulator.DefaultWorkspaceID+"?api-version=2022-05-01", nil)).json
	account := properties(workspace)["storageAccount"].(string)
	return "https://" + account[strings.LastIndex(account, "/")+1:] + ".blob.core.windows.net/azureml/LocalUpload/" + folder
}

// coded registers code, and returns a deployment of it.
func (s *session) coded(name, uri string, pairs ...any) object {
	s.t.Helper()
	reply := s.call("PUT", "/codes/"+name+"/versions/1", object{"properties": object{"codeUri": uri}})
	if reply.status != http.StatusCreated && reply.status != http.StatusOK {
		s.t.Fatalf("the code: %d %s", reply.status, reply.raw)
	}
	code := object{"codeId": id("/codes/" + name + "/versions/1"), "scoringScript": "score.py"}
	return deployment(append([]any{"codeConfiguration", code, "requestSettings", object{"requestTimeout": "PT1M", "maxQueueWait": "PT1M"}}, pairs...)...)
}

const script = `
import os, json
from helper import double
def init():
    global model
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.txt")) as file:
        model = file.read()
    print("loaded " + model)
def run(data):
    number = json.loads(data)["number"]
    if number < 0:
        raise ValueError("a negative number")
    return {"pid": os.getpid(), "model": model, "double": double(number), "greeting": os.environ.get("GREETING")}
`

// A deployment answers by its own code, with its model, its modules and its variables,
// also after a restart.
func TestCodeIsRun(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	options := []emulator.Option{emulator.WithExecution(), emulator.WithStateFile(filepath.Join(t.TempDir(), "state.json"))}
	s := open(t, options...)
	uri := s.upload("1a2b3c4d", "src/score.py", script, "src/helper.py", "def double(n):\n    return 2 * n\n", "model/model.txt", "a tree")
	s.want(http.StatusCreated, s.call("PUT", "/models/tree/versions/1", object{"properties": object{"modelUri": uri + "/model/model.txt"}}))
	s.put("/onlineEndpoints/iris", endpoint("keys", object{"primaryKey": "k"}))
	body := s.coded("iris", uri+"/src", "model", id("/models/tree/versions/1"), "environmentVariables", object{"GREETING": "hello"})
	s.put(blue, body)
	s.put("/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100}))
	check := func(s *session) (pid int) {
		t.Helper()
		reply := s.want(http.StatusOK, s.score("iris", "k", object{"number": 21}))
		if reply.json["model"] != "a tree" || reply.json["double"] != 42.0 || reply.json["greeting"] != "hello" || reply.header.Get("azureml-model-deployment") != "blue" {
			t.Errorf("the score: %s %v", reply.raw, reply.header)
		}
		return int(reply.json["pid"].(float64))
	}
	check(s)
	if reply := s.score("iris", "wrong", object{"number": 21}); reply.status != http.StatusUnauthorized {
		t.Errorf("with a wrong key: %d", reply.status)
	}
	failed := s.score("iris", "k", object{"number": -1})
	if failed.status != http.StatusFailedDependency || failed.header.Get("ms-azureml-model-error-statuscode") != "500" || failed.header.Get("ms-azureml-model-error-reason") != "model_error" {
		t.Errorf("an exception in run(): %d %v %s", failed.status, failed.header, failed.raw)
	}
	if log := s.call("POST", blue+"/getLogs", object{}).json["content"].(string); !strings.Contains(log, "loaded a tree") || !strings.Contains(log, "a negative number") {
		t.Errorf("the log: %s", log)
	}
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, options...)
	pid := check(again)
	again.put(blue, body)
	ended(t, pid)
	pid = check(again)
	again.put("/onlineEndpoints/iris", endpoint())
	again.want(http.StatusAccepted, again.call("DELETE", blue, nil))
	if reply := again.score("iris", "k", object{"number": 1}); reply.status != http.StatusNotFound {
		t.Errorf("after the deletion: %d %s", reply.status, reply.raw)
	}
	ended(t, pid)
}

// ended waits until a process is gone.
func ended(t *testing.T, pid int) {
	t.Helper()
	for range 2000 {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("the process %d still runs", pid)
}

// Code that does not come up fails its deployment, and the code of before answers on.
func TestCodeThatDoesNotComeUp(t *testing.T) {
	t.Parallel()
	pythontest.Need(t)
	s := open(t, emulator.WithExecution())
	s.put("/onlineEndpoints/iris", endpoint("keys", object{"primaryKey": "k"}))
	good := s.upload("00000001", "score.py", "def init():\n    pass\ndef run(data):\n    return {\"good\": True}\n")
	s.put(blue, s.coded("good", good))
	s.put("/onlineEndpoints/iris", endpoint("traffic", object{"blue": 100}))
	bad := s.upload("00000002", "score.py", "def init():\n    raise ValueError(\"no model\")\ndef run(data):\n    return 1\n")
	for i, c := range []struct{ name, uri, code, text, log string }{
		{"init() fails", bad, "ResourceNotReady", "User container has crashed or terminated.", "no model"},
		{"no files", strings.Replace(bad, "00000002", "00000003", 1), "ResourceNotReady", "has no files", "has no files"},
		{"not in storage", "https://elsewhere.blob.core.windows.net/azureml/LocalUpload/00000001", "ResourceNotReady", "is not in the storage of this workspace", "is not in the storage"},
		{"another account", strings.Replace(good, "https://st", "https://xx", 1), "ResourceNotReady", "is not in the storage of this workspace", ""},
	} {
		operation := s.ended(s.call("PUT", blue, s.coded("bad"+strconv.Itoa(i), c.uri)))
		failure, _ := operation["error"].(object)
		if message, _ := failure["message"].(string); operation["status"] != "Failed" || failure["code"] != c.code || !strings.Contains(message, c.text) {
			t.Errorf("%s: %v", c.name, operation)
		}
		if log := s.call("POST", blue+"/getLogs", object{}).json["content"].(string); !strings.Contains(log, c.log) {
			t.Errorf("%s: the log is %s", c.name, log)
		}
		if reply := s.score("iris", "k", object{}); reply.json["good"] != true {
			t.Errorf("%s: the score is %d %s", c.name, reply.status, reply.raw)
		}
	}
}
