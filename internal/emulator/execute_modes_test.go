// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// scoring is one request to a service, and the answer that the serving image gives.
type scoring struct {
	method, query, contentType, body string
	status                           int
	text                             string // the answer, or a part of a refusal
}

func (s *session) scores(service map[string]any, calls []scoring) {
	s.t.Helper()
	for _, c := range calls {
		request, err := http.NewRequest(c.method, service["scoringUri"].(string)+c.query, strings.NewReader(c.body))
		if err != nil {
			s.t.Fatal(err)
		}
		request.Header.Set("Content-Type", c.contentType)
		got, err := send(s.e, request)
		if err != nil {
			s.t.Fatal(err)
		}
		if whole := c.status == 200; got.status != c.status || whole && got.raw != c.text || !strings.Contains(got.raw, c.text) {
			s.t.Errorf("%s %s %q (%s): %d %s, want %d %s", c.method, c.query, c.body, c.contentType, got.status, got.raw, c.status, c.text)
		}
		if c.status >= 400 && c.status < 500 && got.header.Get("x-ms-run-function-failed") == "True" {
			s.t.Errorf("%q is the caller's fault, and not that of run()", c.body)
		}
	}
}

// schemaLibrary is as much of inference-schema as says which functions are decorated.
var schemaLibrary = []string{
	"inference_schema/__init__.py", "",
	"inference_schema/schema_util.py", "def is_schema_decorated(f):\n    return getattr(f, \"schemas\", None) is not None\n",
	"inference_schema/schema_decorators.py", `import functools


def input_schema(param_name, param_type=None):
    def decorate(f):
        @functools.wraps(f)
        def g(*a, **k):
            return f(*a, **k)
        g.schemas = [param_name] + (getattr(f, "schemas", None) or [])
        return g
    return decorate
`,
}

const decorated = `from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("a")
@input_schema("b")
def run(a, b):
    return a + b
`

const isJSON = "application/json"

// With inference-schema, each parameter of run() is a member of the body.
func TestExecuteInputSchema(t *testing.T) {
	t.Parallel()
	s := executing(t)
	image := s.source(append([]string{"score.py", decorated}, schemaLibrary...)...)
	s.scores(s.deploy(aci("svc-schema", "environmentImageRequest", image)), []scoring{
		{"POST", "", isJSON, `{"a": 1, "b": 2}`, 200, "3"},
		{"POST", "", isJSON, "[1, 2]", 400, "JSON object"},
		{"POST", "", "text/plain", `{"a": 1, "b": 2}`, 415, "Expects Content-Type to be application/json"},
		{"POST", "", isJSON, `{"a": 1}`, 400, "A value is not provided for the 'b' parameter."},
		// And what follows from the same rules.
		{"POST", "", isJSON + "; charset=utf-8", `{"a": [1], "b": [2], "more": 3}`, 200, "[1, 2]"},
		{"POST", "", "application/vnd.own+json", `{"a": 1, "b": 2}`, 200, "3"},
		{"POST", "", isJSON, "{", 400, "not JSON"},
		{"POST", "", isJSON, "", 400, "empty"},
		{"GET", "?a=1&b=2", "", "", 200, "3"},
		{"GET", "?a=x&b=y", "", "", 200, `"xy"`},
		{"GET", "?a=1", "", "", 400, "'b' parameter"},
		{"OPTIONS", "", "", "", 200, ""},
	})
	image = s.source(append([]string{"score.py", `
from inference_schema.schema_decorators import input_schema
def init(): pass
@input_schema("data")
def run(data, scale=2, request_headers=None):
    return [data * scale, request_headers["X-Own"] if "X-Own" in request_headers else None]
`}, schemaLibrary...)...)
	s.scores(s.deploy(aci("svc-default", "environmentImageRequest", image)), []scoring{
		{"POST", "", isJSON, `{"data": 4}`, 200, "[8, null]"},
		{"POST", "", isJSON, `{"data": 4, "scale": 3, "request_headers": {"X-Own": "of the body"}}`, 200, "[12, null]"},
	})
}

// An image that goes by the driver program finds the script, and its decorators,
// under the name driver_module.
func TestExecuteDriverModule(t *testing.T) {
	t.Parallel()
	s := executing(t)
	const driver = `
import importlib.util, os, sys
sys.path.append(os.path.join(os.getcwd(), "src"))
spec = importlib.util.spec_from_file_location("entry_script", os.path.join(os.getcwd(), "src", "score.py"))
driver_module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(driver_module)

def init():
    driver_module.init()

def run(http_body, request_headers):
    return driver_module.run(http_body)
`
	image := s.source(append([]string{"score.py", decorated}, schemaLibrary...)...)
	image["assets"].([]any)[0] = s.asset("driver.py", driver, "mimeType", "application/x-python")
	delete(image["environment"].(map[string]any), "environmentVariables")
	s.scores(s.deploy(aci("svc-driver", "environmentImageRequest", image)), []scoring{
		{"POST", "", isJSON, `{"a": 1, "b": 2}`, 200, "3"},
		{"POST", "", isJSON, `{"a": 1}`, 400, "'b' parameter"},
	})
}

const fourBytes = "\xff\xfe\x00\x80"

// With @rawhttp, run() gets the request: any bytes, by any method. The library of
// the case comes with the code; without one, there is that of the image.
func TestExecuteRawHTTP(t *testing.T) {
	t.Parallel()
	s := executing(t)
	const script = `from azureml.contrib.services.aml_request import rawhttp


def init():
    pass


@rawhttp
def run(request):
    return [request.method, len(request.get_data())]
`
	calls := []scoring{
		{"POST", "", "application/octet-stream", fourBytes, 200, `["POST", 4]`},
		{"GET", "", "", "", 200, `["GET", 0]`},
		{"OPTIONS", "", "", "", 200, `["OPTIONS", 0]`},
	}
	brought := s.source("score.py", script, "azureml/__init__.py", "", "azureml/contrib/__init__.py", "", "azureml/contrib/services/__init__.py", "",
		"azureml/contrib/services/aml_request.py", "_rawHttpRequested = False\n\n\ndef rawhttp(f):\n    global _rawHttpRequested\n    _rawHttpRequested = True\n    return f\n")
	s.scores(s.deploy(aci("svc-raw", "environmentImageRequest", brought)), calls)
	s.scores(s.deploy(aci("svc-library", "environmentImageRequest", s.source("score.py", script))), calls)

	rich := s.source("score.py", `
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse
def init(): pass
@rawhttp
def run(request):
    if request.method == "GET":
        return {"x": request.args.get("x"), "all": request.args.getlist("x"), "path": request.full_path, "own": isinstance(request, AMLRequest)}
    if request.headers.get("content-type") == "application/json":
        return request.get_json()["a"]
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form["b"]
    if request.get_data() == b"broken":
        return AMLResponse("it broke", 500)
    return AMLResponse({"size": len(request.data)}, 201, {"X-Own": "yes"}, json_str=True)
`)
	service := s.deploy(aci("svc-rich", "environmentImageRequest", rich))
	s.scores(service, []scoring{
		{"GET", "?x=1&x=2", "", "", 200, `{"x": "1", "all": ["1", "2"], "path": "/score?x=1&x=2", "own": true}`},
		{"POST", "", isJSON, `{"a": 7}`, 200, "7"},
		{"POST", "", isJSON, `{`, 502, "JSONDecodeError"},
		{"POST", "", "application/x-www-form-urlencoded", "b=8&c=9", 200, `"8"`},
		{"POST", "", "image/png", fourBytes, 201, `{"size": 4}`},
	})
	request, err := http.NewRequest("POST", service["scoringUri"].(string), strings.NewReader("broken"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := send(s.e, request); err != nil || got.status != 500 || got.raw != "it broke" || got.header.Get("x-ms-run-function-failed") != "True" {
		t.Errorf("%v %d %s %v", err, got.status, got.raw, got.header)
	}
}

// A plain run() gets text: the body, or the query as a JSON object.
func TestExecutePlain(t *testing.T) {
	t.Parallel()
	s := executing(t)
	service := s.deploy(aci("svc-plain", "environmentImageRequest", s.script("def init(): pass", "def run(text): return text")))
	quoted := func(text string) string { raw, _ := json.Marshal(text); return string(raw) }
	s.scores(service, []scoring{
		{"POST", "", "text/plain", "größe", 200, `"gr\u00f6\u00dfe"`},
		{"POST", "", "application/octet-stream", fourBytes, 400, "cannot be decoded as UTF-8"},
		{"GET", "?a=1&b=%5B1,2%5D&c=a&d=null&e=x&e=y", "", "", 200, quoted(`{"a": 1, "b": [1, 2], "c": "a", "d": null, "e": ["x", "y"]}`)},
		{"OPTIONS", "", "", "", 200, ""},
	})
}

// Both decorators at once are refused by the image when it loads the script.
func TestExecuteBothDecorators(t *testing.T) {
	t.Parallel()
	s := executing(t)
	script := strings.Replace(decorated, `@input_schema("a")`, `@rawhttp
@input_schema("a")`, 1)
	image := s.source(append([]string{"score.py", "from azureml.contrib.services.aml_request import rawhttp\n" + script}, schemaLibrary...)...)
	operation := s.wait(s.call("POST", "/services", aci("svc-both", "environmentImageRequest", image)))
	if operation["state"] != "Failed" || at(operation, "/error/code") != "AciDeploymentFailed" {
		t.Error(operation)
	}
	if log := s.logs("svc-both"); !strings.Contains(log, "both @rawhttp and @input_schema") {
		t.Error(log)
	}
}
