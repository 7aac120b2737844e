// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestErrorBodies(t *testing.T) {
	long := strings.Repeat("long ", 5000)
	for name, tc := range map[string]struct {
		status  int
		body    string
		headers []string
		want    string // the whole text
	}{
		"flat": {
			400, `{"code":"BadRequest","statusCode":400,"message":"The request is invalid.","details":[{"code":"ComputeResourceNotCreated","message":"aks is not Succeeded"}]}`, nil,
			"GET /services/iris was answered with 400 Bad Request: BadRequest: The request is invalid; ComputeResourceNotCreated: aks is not Succeeded",
		},
		"target": {
			400, `{"code":"BadRequest","message":"no","details":[{"code":"Bad","message":"unknown field","target":"/cpu"}]}`, nil,
			"GET /services/iris was answered with 400 Bad Request: BadRequest: no; Bad: unknown field [/cpu]",
		},
		"repeated": {
			409, `{"code":"Conflict","statusCode":409,"message":"Conflict","details":[{"code":"ServiceExists","message":"it already contains x"}]}`, nil,
			"GET /services/iris was answered with 409 Conflict: Conflict; ServiceExists: it already contains x",
		},
		"correlation": {
			404, `{"code":"NotFound","statusCode":404,"message":"none","correlation":{"operation":"o1","RequestId":"r1"}}`,
			[]string{"x-ms-request-id: header"},
			"GET /services/iris was answered with 404 Not Found: NotFound: none (request id r1)",
		},
		"request id": {
			403, `{"code":"Forbidden","message":"none"}`,
			[]string{"x-ms-request-id: abc"},
			"GET /services/iris was answered with 403 Forbidden: Forbidden: none (request id abc)",
		},
		"wrapped": {
			403, `{"error":{"code":"AuthorizationFailed","message":"The client\n does not have   authorization","details":null},"correlation":{"RequestId":"r2"}}`, nil,
			"GET /services/iris was answered with 403 Forbidden: AuthorizationFailed: The client does not have authorization (request id r2)",
		},
		"text in error": {400, `{"error":"nope"}`, nil, "GET /services/iris was answered with 400 Bad Request: nope"},
		"HTML":          {404, htmlPage, nil, "GET /services/iris was answered with 404 Not Found: the gateway answered 404 Not Found with an HTML page, not the service itself; this is not the API's own answer, so it does not say whether the service exists"},
		"empty 404":     {404, "", nil, "GET /services/iris was answered with 404 Not Found; this is not the API's own answer, so it does not say whether the service exists"},
		"foreign 404":   {404, `{"statusCode":404,"message":"Resource not found"}`, nil, "GET /services/iris was answered with 404 Not Found: Resource not found; this is not the API's own answer, so it does not say whether the service exists"},
		"empty":         {401, "", nil, "GET /services/iris was answered with 401 Unauthorized"},
		"white space":   {401, " \n", nil, "GET /services/iris was answered with 401 Unauthorized"},
		"cut off":       {400, `{"code":"BadReq`, nil, "GET /services/iris was answered with 400 Bad Request: the body is cut-off JSON and gives no reason"},
		"array":         {400, `[{"code":"secret"}]`, nil, "GET /services/iris was answered with 400 Bad Request: the body is JSON of another form and gives no reason"},
		"text":          {400, `Bad Request secret`, nil, "GET /services/iris was answered with 400 Bad Request: the body is not JSON and gives no reason"},
		"no reason":     {400, `{"other":"secret"}`, nil, "GET /services/iris was answered with 400 Bad Request: the body gives no reason"},
		"odd types":     {400, `{"code":7,"message":{"a":1},"statusCode":"400","details":[null,"x",{"code":"Real","message":["a"]}]}`, nil, "GET /services/iris was answered with 400 Bad Request: 7; Real"},
		"odd status":    {499, `{"code":"X"}`, nil, "GET /services/iris was answered with 499: X"},
		"echoed secrets": {
			400, `{"code":"BadRequest","message":"Bearer abcdefghijklmnop1234 and eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln and https://x/?sig=abcdefghij%3D refused"}`, nil,
			"GET /services/iris was answered with 400 Bad Request: BadRequest: Bearer (redacted) and (redacted) and https://x/?sig=(redacted) refused",
		},
		"larger than the bound": {400, `{"code":"C","message":"` + strings.Repeat("x", 64<<10) + `"}`, nil, "GET /services/iris was answered with 400 Bad Request: the body is larger than 64 KiB and gives no reason that can be read"},
		"long":                  {400, `{"code":"C","message":"` + long + `"}`, nil, ""},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, answer(tc.status, tc.body, tc.headers...))
			_, err := api.ws.GetService(t.Context(), "iris")
			var refused *azureml.ResponseError
			if !errors.As(err, &refused) {
				t.Fatalf("got %T %v", err, err)
			}
			if tc.want != "" && err.Error() != tc.want {
				t.Errorf("got  %s\nwant %s", err, tc.want)
			}
			if n := utf8.RuneCountInString(err.Error()); n > 2200 {
				t.Errorf("the text has %d characters", n)
			}
			if refused.StatusCode != tc.status || refused.Method != http.MethodGet || !strings.HasSuffix(refused.Path, "/services/iris") {
				t.Errorf("got %+v", refused)
			}
		})
	}
}

func TestCutOffErrorBodyKeepsTheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, cutOff(403, `{"code":"Forbi`))
		_, err := api.ws.GetService(t.Context(), "iris")
		wantText(t, err, "403 Forbidden: the body is cut-off JSON")
	})
}

func TestIsNotFound(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		want   bool
	}{
		"flat":           {404, missing, true},
		"empty":          {404, "", false},
		"text":           {404, "404 page not found", false},
		"no code":        {404, `{"statusCode":404,"message":"Resource not found"}`, false},
		"no status":      {404, `{"code":"NotFound","message":"x"}`, false},
		"another status": {404, `{"code":"NotFound","statusCode":500,"message":"x"}`, false},
		"wrapped":        {404, `{"error":{"code":"NotFound","message":"x"}}`, false},
		"XML":            {404, "<Error><Code>BlobNotFound</Code></Error>", false},
		"gateway":        {404, htmlPage, false},
		"workspace":      {404, `{"code":"WorkspaceNotFound","statusCode":404,"message":"x"}`, false},
		"resource group": {404, `{"error":{"code":"ResourceGroupNotFound","message":"x"}}`, false},
		"parent":         {404, `{"error":{"code":"ParentResourceNotFound","message":"x"}}`, false},
		"gone":           {410, "", false},
		"forbidden":      {403, missing, false},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, answer(tc.status, tc.body))
			if _, err := api.ws.GetService(t.Context(), "iris"); azureml.IsNotFound(err) != tc.want {
				t.Errorf("IsNotFound(%v) is %t", err, !tc.want)
			}
		})
	}
	if azureml.IsNotFound(nil) || azureml.IsNotFound(errors.New("404")) {
		t.Error("an error of another kind is a 404")
	}
}

func TestErrorTexts(t *testing.T) {
	reason := &azureml.ServiceError{Code: "AciDeploymentFailed", Message: "The container crashed.", Details: []azureml.ServiceErrorDetail{{Code: "CrashLoopBackOff", Message: "see the log"}}}
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"operation": {
			&azureml.OperationError{Operation: azureml.Operation{ID: "op1", OperationType: "Service", State: "Failed", SubOperationType: "DeployService", Error: reason}},
			"operation op1 (Service) ended Failed in its step DeployService: AciDeploymentFailed: The container crashed; CrashLoopBackOff: see the log",
		},
		"operation without reason": {&azureml.OperationError{Operation: azureml.Operation{ID: "op1", State: "Cancelled"}}, "operation op1 ended Cancelled; the service gave no reason"},
		"deployment":               {&azureml.DeploymentError{Service: "iris", State: azureml.StateFailed}, `service "iris" is Failed; the service gave no reason, its container log may`},
		"wait":                     {&azureml.WaitTimeoutError{What: "x", Last: "Running", LastErr: errors.New("boom")}, "the time ran out while waiting for x, last seen as Running; the last error was: boom"},
		"exists":                   {&azureml.ExistsError{Existing: &azureml.Service{ServiceSpec: azureml.ServiceSpec{Name: "iris", ComputeType: "AKS"}, State: "Healthy"}}, `a service named "iris" exists already (AKS, Healthy)`},
		"exists, unseen":           {&azureml.ExistsError{}, "a service of this name exists already"},
		"unknown":                  {&azureml.UnknownOutcomeError{What: "it was left", Err: errors.New("reset")}, "it was left; the request got no usable reply: reset"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.err.Error() != tc.want {
				t.Errorf("got  %s\nwant %s", tc.err, tc.want)
			}
		})
	}
}

func FuzzServiceError(f *testing.F) {
	for _, seed := range []string{
		missing, `{"error":{"code":"a","message":"b","details":[{}]}}`, `null`, `"text"`, `{"error":null}`, `{"error":{"error":{"code":"x"}}}`,
		`{"details":{"a":1},"statusCode":1e400}`, `{"message":"\ud800\n<html>"}`, `[]`, `{`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var e azureml.ServiceError
		if err := json.Unmarshal(body, &e); err != nil {
			if json.Valid(body) {
				t.Errorf("valid JSON is refused: %v", err)
			}
			return
		}
		text := e.String()
		if strings.ContainsAny(text, "\n\r\t\x00") || !utf8.ValidString(text) || utf8.RuneCountInString(text) > 2000 {
			t.Errorf("not a readable line: %q", text)
		}
	})
}
