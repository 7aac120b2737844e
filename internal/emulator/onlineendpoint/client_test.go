// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

type object = map[string]any

// session is a hand-made client of the v2 part of Resource Manager. It knows paths and
// JSON, and nothing of the emulator's types.
type session struct {
	t      testing.TB
	e      *emulator.Emulator
	bearer string
}

func open(t testing.TB, options ...emulator.Option) *session {
	t.Helper()
	e := emulator.Start(t, append([]emulator.Option{emulator.WithOperationDuration(0)}, options...)...)
	return &session{t: t, e: e, bearer: e.AccessToken(emulator.OwnerClientID)}
}

func (s session) as(clientID string) *session {
	s.bearer = s.e.AccessToken(clientID)
	return &s
}

// answer is a reply, with its JSON if it is an object.
type answer struct {
	status int
	header http.Header
	raw    string
	json   object
}

// call sends a request to a path below the workspace, or to a whole address.
func (s *session) call(method, path string, body any) answer {
	s.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = s.e.ResourceManagerURL() + emulator.DefaultWorkspaceID + path + "?api-version=2026-05-01"
	}
	return s.do(method, address, s.bearer, body)
}

func (s *session) do(method, address, bearer string, body any, headers ...string) answer {
	s.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, reader)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	reply := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &reply.json)
	return reply
}

// want fails the test unless a reply has this status.
func (s *session) want(status int, reply answer) answer {
	s.t.Helper()
	if reply.status != status {
		s.t.Fatalf("%d %s, want %d", reply.status, reply.raw, status)
	}
	return reply
}

// ended follows the operation of a PUT to its end, and returns it.
func (s *session) ended(reply answer) object {
	s.t.Helper()
	if reply.status != http.StatusOK && reply.status != http.StatusCreated || reply.header.Get("Azure-AsyncOperation") == "" {
		s.t.Fatalf("%d %s, want an operation", reply.status, reply.raw)
	}
	for range 6000 { // code that is executed starts slowly on a busy machine
		operation := s.want(http.StatusOK, s.call("GET", reply.header.Get("Azure-AsyncOperation"), nil))
		if operation.json["status"] != "InProgress" {
			return operation.json
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatal("the operation did not end")
	return nil
}

// put sends a PUT, waits until it has succeeded, and returns the object.
func (s *session) put(path string, body any) object {
	s.t.Helper()
	if operation := s.ended(s.call("PUT", path, body)); operation["status"] != "Succeeded" {
		s.t.Fatalf("PUT %s: %v", path, operation)
	}
	return s.want(http.StatusOK, s.call("GET", path, nil)).json
}

func (s *session) keys(name string) (primary, secondary string) {
	s.t.Helper()
	reply := s.want(http.StatusOK, s.call("POST", "/onlineEndpoints/"+name+"/listKeys", nil))
	primary, _ = reply.json["primaryKey"].(string)
	secondary, _ = reply.json["secondaryKey"].(string)
	return primary, secondary
}

// endpoint is a request as small as it may be, with more properties in pairs.
func endpoint(pairs ...any) object {
	return object{"location": "westeurope", "properties": change(object{"authMode": "Key"}, pairs)}
}

func change(body object, pairs []any) object {
	for i := 0; i < len(pairs); i += 2 {
		body[pairs[i].(string)] = pairs[i+1]
	}
	return body
}

// problem reads the code of a wrapped error, and its first detail.
func (a answer) problem() (code, detail, target string) {
	wrapped, _ := a.json["error"].(object)
	code, _ = wrapped["code"].(string)
	details, _ := wrapped["details"].([]any)
	if len(details) == 0 {
		return code, "", ""
	}
	first, _ := details[0].(object)
	detail, _ = first["code"].(string)
	target, _ = first["target"].(string)
	return code, detail, target
}

// properties are the properties of an object.
func properties(of object) object {
	inner, _ := of["properties"].(object)
	return inner
}

// management calls the model-management API and its neighbours, of v1: path begins
// with the API, and {scope} is the workspace.
func (s *session) management(method, path string, body any) answer {
	s.t.Helper()
	return s.do(method, s.e.ModelManagementURL()+strings.Replace(path, "{scope}", emulator.DefaultWorkspaceID, 1), s.bearer, body)
}

// id is the id of an object in the workspace.
func id(path string) string { return emulator.DefaultWorkspaceID + path }

// deployment is a request as small as it may be, with more properties in pairs. It is
// made of a model and an environment of the seed.
func deployment(pairs ...any) object {
	return object{"location": "westeurope", "properties": change(object{
		"endpointComputeType": "Managed", "instanceType": "Standard_DS3_v2",
		"model": id("/models/iris/versions/1"), "environmentId": id("/environments/sklearn-env/versions/1"),
	}, pairs)}
}

// score calls the scoring address of an endpoint. headers are in pairs.
func (s *session) score(endpoint, credential string, input any, headers ...string) answer {
	s.t.Helper()
	address, _ := properties(s.want(http.StatusOK, s.call("GET", "/onlineEndpoints/"+endpoint, nil)).json)["scoringUri"].(string)
	return s.do("POST", address, credential, input, headers...)
}
