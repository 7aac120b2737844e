// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// session is a hand-made client of one emulator: it knows paths and JSON, and
// nothing of the provider's own client.
type session struct {
	t      testing.TB
	e      *emulator.Emulator
	bearer string
	scope  string
}

func open(t testing.TB, options ...emulator.Option) *session {
	t.Helper()
	e := emulator.Start(t, options...)
	return &session{t: t, e: e, bearer: e.AccessToken(emulator.OwnerClientID), scope: emulator.DefaultWorkspaceID}
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
	json   map[string]any
}

func (s *session) do(method, address, bearer string, body any) answer {
	s.t.Helper()
	reply, err := s.try(method, address, bearer, body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, address, err)
	}
	return reply
}

func (s *session) try(method, address, bearer string, body any) (answer, error) {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, address, reader)
	if err != nil {
		return answer{}, err
	}
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	request.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		request.Header.Set("Content-Type", "application/json-patch+json")
	}
	return send(s.e, request)
}

func send(e *emulator.Emulator, request *http.Request) (answer, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(e.CACertPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: dialLoopback}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	reply := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if len(raw) > 0 {
		_ = json.Unmarshal(raw, &reply.json)
	}
	return reply, err
}

func (s *session) url(path string) string {
	return s.e.ModelManagementURL() + "/modelmanagement/v1.0" + s.scope + path
}

// call sends a control call as this session's principal.
func (s *session) call(method, path string, body any) answer {
	s.t.Helper()
	return s.do(method, s.url(path), s.bearer, body)
}

// wait follows a 202 to the end of its operation and returns that operation.
func (s *session) wait(accepted answer) map[string]any {
	s.t.Helper()
	location := accepted.header.Get("Operation-Location")
	if accepted.status != http.StatusAccepted || location == "" {
		s.t.Fatalf("want 202 with Operation-Location, got %d %s", accepted.status, accepted.raw)
	}
	id := location[strings.LastIndex(location, "/")+1:]
	for range 6000 { // code that is executed starts slowly on a busy machine
		operation := s.call("GET", "/operations/"+id, nil)
		if operation.status != http.StatusOK {
			s.t.Fatalf("operation: %d %s", operation.status, operation.raw)
		}
		if state := operation.json["state"]; state != "NotStarted" && state != "Running" {
			return operation.json
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatal("the operation did not end")
	return nil
}

func (s *session) succeed(accepted answer) {
	s.t.Helper()
	if operation := s.wait(accepted); operation["state"] != "Succeeded" {
		s.t.Fatalf("operation: %v", operation)
	}
}

// aci and aks are requests as small as they may be, changed by the pairs that follow.
func aci(name string, pairs ...any) map[string]any {
	return change(map[string]any{
		"name": name, "computeType": "ACI", "environmentImageRequest": map[string]any{"modelIds": []string{"iris:1"}},
	}, pairs)
}

func aks(name string, pairs ...any) map[string]any {
	return change(map[string]any{
		"name": name, "computeType": "AKS", "computeName": emulator.DefaultCompute,
		"environmentImageRequest": map[string]any{"modelIds": []string{"iris:1"}},
	}, pairs)
}

func change(body map[string]any, pairs []any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		body[pairs[i].(string)] = pairs[i+1]
	}
	return body
}

// deploy creates a service, waits for it, and returns it.
func (s *session) deploy(body map[string]any) map[string]any {
	s.t.Helper()
	s.succeed(s.call("POST", "/services", body))
	return s.call("GET", "/services/"+body["name"].(string)+"?expand=true", nil).json
}

func (s *session) keys(name string) (primary, secondary string) {
	s.t.Helper()
	reply := s.call("POST", "/services/"+name+"/listkeys", nil)
	if reply.status != http.StatusOK {
		s.t.Fatalf("listkeys: %d %s", reply.status, reply.raw)
	}
	return reply.json["primaryKey"].(string), reply.json["secondaryKey"].(string)
}

func (s *session) token(name string) string {
	s.t.Helper()
	reply := s.call("POST", "/services/"+name+"/token", nil)
	if reply.status != http.StatusCreated {
		s.t.Fatalf("token: %d %s", reply.status, reply.raw)
	}
	return reply.json["accessToken"].(string)
}

// score returns the status of a scoring call with this credential.
func (s *session) score(service map[string]any, credential string) int {
	s.t.Helper()
	return s.do("POST", service["scoringUri"].(string), credential, map[string]any{"data": []int{1}}).status
}

// problem reads a flat error's first detail.
func (a answer) problem() (code, target, message string) {
	details, _ := a.json["details"].([]any)
	if len(details) == 0 {
		return "", "", ""
	}
	first, _ := details[0].(map[string]any)
	code, _ = first["code"].(string)
	target, _ = first["target"].(string)
	message, _ = first["message"].(string)
	return code, target, message
}

func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

func splitPath(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }
