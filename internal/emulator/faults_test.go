// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Faults that replace the answer: nothing is handled.
func TestFaultsInsteadOfAnAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	for _, c := range []struct {
		fault       emulator.Fault
		status      int
		code, retry string
	}{
		{emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: 2 * time.Second}, 429, "TooManyRequests", "2"},
		{emulator.Fault{Kind: emulator.FaultInternalError}, 500, "InternalServerError", ""},
		{emulator.Fault{Kind: emulator.FaultUnavailable}, 503, "ServiceUnavailable", ""},
		{emulator.Fault{Kind: emulator.FaultUnavailable, RetryAfter: time.Second}, 503, "ServiceUnavailable", "1"},
		{emulator.Fault{Kind: emulator.FaultError, Status: 418, Code: "Teapot", Message: "short and stout"}, 418, "Teapot", ""},
		{emulator.Fault{Kind: emulator.FaultError, DetailCode: "KubernetesUnaccessible", DetailMessage: "no route"}, 400, "KubernetesUnaccessible", ""},
		{emulator.Fault{Kind: emulator.FaultBusy}, 409, "OperationInProgress", ""},
		{emulator.Fault{Kind: emulator.FaultExists}, 409, "ServiceExists", ""},
		{emulator.Fault{Kind: emulator.FaultCapacity}, 409, "ServiceUnavailable", ""},
	} {
		c.fault.Operation, c.fault.Times = "CreateService", 1
		s.e.Fault(c.fault)
		reply := s.call("POST", "/services", aci("svc"))
		code, _ := reply.json["code"].(string)
		if c.status == http.StatusConflict || c.fault.DetailCode != "" {
			code, _, _ = reply.problem()
		}
		if reply.status != c.status || code != c.code || reply.header.Get("Retry-After") != c.retry {
			t.Errorf("%s: %d %s, Retry-After %q", c.fault.Kind, reply.status, reply.raw, reply.header.Get("Retry-After"))
		}
	}
	if names := s.e.ServiceNames(s.scope); len(names) != 0 {
		t.Errorf("a refused create left %v", names)
	}
	s.succeed(s.call("POST", "/services", aci("svc")))
}

func TestFaultsOfGateways(t *testing.T) {
	t.Parallel()
	s := open(t)
	for kind, status := range map[emulator.FaultKind]int{emulator.FaultBadGateway: 502, emulator.FaultGatewayTimeout: 504} {
		s.e.Fault(emulator.Fault{Operation: "ListServices", Kind: kind, Times: 1})
		reply := s.call("GET", "/services", nil)
		if reply.status != status || reply.header.Get("Content-Type") != "text/html" || !strings.Contains(reply.raw, "nginx") {
			t.Errorf("%s: %d %s", kind, reply.status, reply.raw)
		}
	}
}

func TestThrottleUntilADate(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: 5 * time.Second, RetryAfterDate: true, Times: 1})
	reply := s.call("GET", "/services", nil)
	until, err := http.ParseTime(reply.header.Get("Retry-After"))
	if ahead := until.Sub(s.e.Now()); err != nil || ahead < 2*time.Second || ahead > 6*time.Second {
		t.Errorf("Retry-After %q", reply.header.Get("Retry-After"))
	}
}

// A reset before the work leaves nothing, one after it leaves the service; the
// caller sees the same.
func TestResets(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	for kind, left := range map[emulator.FaultKind]int{emulator.FaultResetBefore: 0, emulator.FaultResetAfter: 1} {
		s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: kind, Times: 1})
		if reply, err := s.try("POST", s.url("/services"), s.bearer, aci("svc")); err == nil {
			t.Errorf("%s: got an answer: %d", kind, reply.status)
		}
		if names := s.e.ServiceNames(s.scope); len(names) != left {
			t.Errorf("%s: services %v", kind, names)
		}
		if left > 0 {
			if err := s.e.RemoveService(s.scope, "svc"); err != nil {
				t.Error(err)
			}
		}
	}
	for _, request := range s.e.Requests() {
		if request.Status != 0 || request.Fault == "" {
			t.Errorf("logged as %+v", request)
		}
	}
}

func TestSpoiltBodies(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.e.Fault(emulator.Fault{Operation: "ListModels", Kind: emulator.FaultTruncatedJSON, Times: 1})
	if reply := s.call("GET", "/models", nil); reply.status != http.StatusOK || json.Valid([]byte(reply.raw)) {
		t.Errorf("truncated: %d, valid JSON", reply.status)
	}
	s.e.Fault(emulator.Fault{Operation: "ListModels", Kind: emulator.FaultSlowBody, Delay: 80 * time.Millisecond, Times: 1})
	begun := time.Now()
	if reply := s.call("GET", "/models", nil); !json.Valid([]byte(reply.raw)) || time.Since(begun) < 80*time.Millisecond {
		t.Errorf("slow body came after %s", time.Since(begun))
	}
}

// The fate of operations, with the error in the operation and in the service.
func TestOperationFaults(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	for _, c := range []struct {
		kind          emulator.FaultKind
		body          object
		ends, service string
		code          string
	}{
		{emulator.FaultOperationFailed, aci("one"), "Failed", "Failed", "AciDeploymentFailed"},
		{emulator.FaultOperationFailed, aks("two"), "Failed", "Failed", "KubernetesDeploymentFailed"},
		{emulator.FaultOperationCancelled, aci("three"), "Cancelled", "Failed", "OperationCancelled"},
		{emulator.FaultOperationTimedOut, aks("four"), "TimedOut", "Unhealthy", "DeploymentTimedOut"},
	} {
		s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: c.kind, Times: 1})
		operation := s.wait(s.call("POST", "/services", c.body))
		problem, _ := operation["error"].(object)
		if operation["state"] != c.ends || problem["code"] != c.code {
			t.Errorf("%s: %v", c.kind, operation)
		}
		service := s.call("GET", "/services/"+c.body["name"].(string), nil).json
		problem, _ = service["error"].(object)
		if service["state"] != c.service || problem["code"] != c.code {
			t.Errorf("%s: service %v %v", c.kind, service["state"], service["error"])
		}
	}
	// A failed service stays, and can be overwritten or deleted.
	s.succeed(s.call("POST", "/services", aci("one", "overwrite", true)))
	s.succeed(s.call("DELETE", "/services/two", nil))
	if logs := s.call("GET", "/services/four/logs?tail=100&init=False", nil); !strings.Contains(logs.raw, "Traceback") {
		t.Errorf("logs of a failed service: %s", logs.raw)
	}
}

func TestEndlessOperation(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationEndless, Times: 1})
	created := s.call("POST", "/services", aci("svc"))
	s.e.AdvanceClock(30 * time.Minute)
	if state := s.call("GET", "/services/svc", nil).json["state"]; state != "Transitioning" {
		t.Errorf("state %v", state)
	}
	if reply := s.call("DELETE", "/services/svc", nil); reply.status != http.StatusConflict {
		t.Errorf("delete while it runs: %d", reply.status)
	}
	s.e.ClearFaults()
	if operation := s.wait(created); operation["state"] != "TimedOut" {
		t.Errorf("after ClearFaults: %v", operation["state"])
	}
	s.succeed(s.call("DELETE", "/services/svc", nil))
}

func TestUnhealthyLater(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultUnhealthyLater, Delay: time.Minute, Times: 1})
	service := s.deploy(aci("svc"))
	if service["state"] != "Healthy" || s.score(service, "") != http.StatusOK {
		t.Errorf("at first: %v", service["state"])
	}
	s.e.AdvanceClock(time.Minute)
	if state := s.call("GET", "/services/svc", nil).json["state"]; state != "Unhealthy" {
		t.Errorf("a minute later: %v", state)
	}
	if got := s.score(service, ""); got != http.StatusServiceUnavailable {
		t.Errorf("score: %d", got)
	}
}

// The service keeps trying a deployment that timed out. It may recover, or be
// overtaken by the next one.
func TestHealthyLater(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	order := emulator.Fault{Operation: "CreateService", Kind: emulator.FaultHealthyLater, Delay: time.Minute, Times: 1}
	s.e.Fault(order)
	operation := s.wait(s.call("POST", "/services", aci("svc")))
	if operation["state"] != "TimedOut" || at(operation, "/error/code") != "DeploymentTimedOut" {
		t.Errorf("the operation: %v", operation)
	}
	if service := s.call("GET", "/services/svc", nil).json; service["state"] != "Unhealthy" || service["error"] == nil || service["scoringUri"] != nil {
		t.Errorf("at first: %v", service)
	}
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state)) // it is still to come after a restart
	s.e.AdvanceClock(time.Minute)
	service := s.call("GET", "/services/svc", nil).json
	if service["state"] != "Healthy" || service["error"] != nil || s.score(service, "") != http.StatusOK {
		t.Errorf("a minute later: %v", service)
	}
	if again := s.call("GET", "/operations/"+operation["id"].(string), nil).json; again["state"] != "TimedOut" {
		t.Errorf("the operation became %v", again["state"])
	}

	order.Operation = "PatchService"
	s.e.Fault(order)
	s.wait(s.call("PATCH", "/services/svc", replace("/authEnabled", true)))
	s.e.Fault(emulator.Fault{Operation: "PatchService", Kind: emulator.FaultOperationFailed, Times: 1})
	s.wait(s.call("PATCH", "/services/svc", replace("/description", "next")))
	s.e.AdvanceClock(2 * time.Minute)
	if service := s.call("GET", "/services/svc", nil).json; service["state"] != "Failed" {
		t.Errorf("what a later deployment replaced recovered: %v", service["state"])
	}
}

func TestKeyAndTokenFaults(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("keyed", "authEnabled", true))
	s.deploy(aks("tokened", "authEnabled", false, "aadAuthEnabled", true))
	old, _ := s.keys("keyed")
	s.succeed(s.call("POST", "/services/keyed/regenerateKeys", object{"keyType": "Primary"}))
	s.e.Fault(emulator.Fault{Kind: emulator.FaultStaleKeys, Times: 1})
	if stale, _ := s.keys("keyed"); stale != old {
		t.Error("listkeys is not stale")
	}
	fresh, _ := s.keys("keyed")
	if fresh == old {
		t.Error("listkeys stays stale")
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultTokenOutage, Times: 1})
	if reply := s.call("POST", "/services/tokened/token", nil); reply.status != http.StatusServiceUnavailable {
		t.Errorf("token in an outage: %d", reply.status)
	}
	s.succeed(s.call("POST", "/services", aci("keyed", "authEnabled", true, "overwrite", true, "keys", object{"primaryKey": "mine"})))
	if kept, _ := s.keys("keyed"); kept != fresh {
		t.Error("keys did not survive an overwrite")
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOverwriteChangesKeys, Times: 1})
	s.succeed(s.call("POST", "/services", aci("keyed", "authEnabled", true, "overwrite", true)))
	if changed, _ := s.keys("keyed"); changed == fresh {
		t.Error("keys survived an overwrite that was ordered to change them")
	}
}

// Orders count, skip, choose by service and by chance, and end.
func TestWhichCallsAFaultHits(t *testing.T) {
	t.Parallel()
	s := open(t)
	hits := func(calls int) string {
		var seen strings.Builder
		for range calls {
			seen.WriteString(map[bool]string{true: "x", false: "."}[s.call("GET", "/services/none", nil).status == http.StatusServiceUnavailable])
		}
		return seen.String()
	}
	s.e.Fault(emulator.Fault{Operation: "GetService", Kind: emulator.FaultUnavailable, Skip: 1, Times: 2})
	if got := hits(5); got != ".xx.." {
		t.Errorf("skip 1, times 2: %s", got)
	}
	s.e.Fault(emulator.Fault{Operation: "GetService", Service: "other", ServiceToCome: true, Kind: emulator.FaultUnavailable})
	if got := hits(2); got != ".." {
		t.Errorf("another service's fault: %s", got)
	}
	s.e.Fault(emulator.Fault{Operation: "CreateService", Service: "mine", Kind: emulator.FaultExists})
	if theirs, mine := s.call("POST", "/services", aci("theirs")), s.call("POST", "/services", aci("mine")); theirs.status != 202 || mine.status != 409 {
		t.Errorf("a fault of one service's create: %d and %d", theirs.status, mine.status)
	}
	s.e.ClearFaults()
	s.e.Fault(emulator.Fault{Operation: "GetService", Kind: emulator.FaultUnavailable, Probability: 0.5})
	if n := strings.Count(hits(100), "x"); n < 15 || n > 85 {
		t.Errorf("probability 0.5 hit %d of 100", n)
	}
	s.e.ClearFaults()
	if got := hits(2); got != ".." {
		t.Errorf("after ClearFaults: %s", got)
	}
}
