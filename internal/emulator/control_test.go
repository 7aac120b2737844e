// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The control API orders what the Go API orders.
func TestControlAPI(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("p"))
	control := func(method, path string, body any) answer {
		return s.do(method, s.e.ResourceManagerURL()+"/_emulator/"+path, "", body)
	}
	if reply := control("POST", "faults", `{"operation":"ListServices","kind":"throttle","retryAfter":"3s","times":1}`); reply.status != http.StatusNoContent {
		t.Fatalf("order a fault: %d %s", reply.status, reply.raw)
	}
	if reply := control("GET", "faults", nil); !strings.Contains(reply.raw, `"retryAfter":"3s"`) {
		t.Errorf("faults: %s", reply.raw)
	}
	if reply := s.call("GET", "/services", nil); reply.status != http.StatusTooManyRequests || reply.header.Get("Retry-After") != "3" {
		t.Errorf("the fault: %d %q", reply.status, reply.header.Get("Retry-After"))
	}
	for _, bad := range []string{`{"kind":"earthquake"}`, `{"kind":"throttle","retryAfter":"soon"}`, `{"kinds":"throttle"}`, `[`} {
		if reply := control("POST", "faults", bad); reply.status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, reply.status)
		}
	}
	control("POST", "faults", `{"operation":"CreateService","kind":"throttle","retryAfter":"4s","delay":"4s","times":1}`)
	if reply := control("GET", "faults", nil); !strings.Contains(reply.raw, `"retryAfter":"4s"`) || !strings.Contains(reply.raw, `"delay":"4s"`) {
		t.Errorf("two equal durations: %s", reply.raw)
	}
	before := s.e.Now()
	if reply := control("POST", "clock", `{"advance":"13h"}`); reply.status != http.StatusOK || s.e.Now().Sub(before) < 13*time.Hour {
		t.Errorf("clock: %d %s", reply.status, reply.raw)
	}
	if reply := control("POST", "behavior", `{"pageSize":7}`); reply.status != http.StatusOK || reply.json["pageSize"] != 7.0 {
		t.Errorf("behavior: %d %s", reply.status, reply.raw)
	}
	logged := control("GET", "requests", nil)
	requests, _ := logged.json["value"].([]any)
	if len(requests) != 1 || requests[0].(object)["operation"] != "ListServices" || requests[0].(object)["fault"] != "throttle" {
		t.Errorf("requests: %s", logged.raw)
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultInternalError}) // of every operation, and yet not of this one
	if reply := control("DELETE", "faults", nil); reply.status != http.StatusNoContent {
		t.Errorf("take faults back: %d", reply.status)
	}
	if reply := control("DELETE", "requests", nil); reply.status != http.StatusNoContent || len(s.e.Requests()) != 0 {
		t.Errorf("reset of the log: %d", reply.status)
	}
}

// The log lines of the binary are JSON, one per request, without credentials.
func TestLogLinesHoldNoSecret(t *testing.T) {
	t.Parallel()
	var lines safeBuffer
	s := open(t, emulator.WithLog(&lines), emulator.WithOperationDuration(0))
	s.deploy(aci("svc", "authEnabled", true, "keys", object{"primaryKey": "chosen-by-the-caller"}))
	key, _ := s.keys("svc")
	s.do("POST", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/v2.0/token", "", form("grant_type", "client_credentials",
		"client_id", emulator.OwnerClientID, "client_secret", emulator.OwnerSecret, "scope", "https://management.azure.com/.default"))
	text := lines.String()
	for _, secret := range []string{key, "chosen-by-the-caller", emulator.OwnerSecret, s.bearer} {
		if strings.Contains(text, secret) {
			t.Error("the log holds a secret")
		}
	}
	for line := range strings.Lines(text) {
		var request emulator.Request
		if err := json.Unmarshal([]byte(line), &request); err != nil || request.Operation == "" || request.Status == 0 {
			t.Errorf("log line %q: %v", line, err)
		}
	}
	if key != "chosen-by-the-caller" {
		t.Error("the chosen key was not taken")
	}
	if found := s.e.Requests(); !strings.Contains(found[0].Body, "chosen-by-the-caller") || found[0].Principal != "owner" {
		t.Errorf("in memory: %+v", found[0])
	}
}

// safeBuffer is written by the server and read by the test.
type safeBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
