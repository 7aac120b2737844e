// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A gateway in front of the API has a 404 of its own, in four forms. None of
// them has the API's code.
func TestNotFoundOfAGateway(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.deploy(aci("svc"))
	for kind, want := range map[emulator.FaultKind]struct{ media, body string }{
		emulator.FaultNotFoundText:  {"text/plain; charset=utf-8", "404"},
		emulator.FaultNotFoundEmpty: {"", ""},
		emulator.FaultNotFoundJSON:  {"application/json; charset=utf-8", `{"message":`},
		emulator.FaultNotFoundHTML:  {"text/html", "<title>404"},
	} {
		s.e.Fault(emulator.Fault{Operation: "GetService", Service: "svc", Kind: kind, Times: 1})
		reply := s.call("GET", "/services/svc", nil)
		if reply.status != http.StatusNotFound || reply.header.Get("Content-Type") != want.media || !strings.Contains(reply.raw, want.body) ||
			reply.json["code"] != nil || want.body == "" && reply.raw != "" {
			t.Errorf("%s: %d %q %q", kind, reply.status, reply.header.Get("Content-Type"), reply.raw)
		}
	}
	if reply := s.call("GET", "/services/svc", nil); reply.status != http.StatusOK {
		t.Errorf("after that: %d", reply.status)
	}
}

// Date and a Retry-After that is a date come from the emulator's clock, so that
// their difference is what was ordered, wherever the machine's clock is.
func TestDateIsTheEmulatorsClock(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.e.AdvanceClock(-40 * 24 * time.Hour)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	address := s.upload("LocalUpload", "c1", "a.txt", "x")
	for _, c := range []struct {
		operation string
		ask       func() answer
	}{
		{"ListServices", func() answer { return s.call("GET", "/services", nil) }},
		{"HeadBlob", func() answer { return s.do("HEAD", address, "", nil) }},
	} {
		before := s.e.Now().Truncate(time.Second)
		plain := c.ask()
		if date, err := http.ParseTime(plain.header.Get("Date")); err != nil || date.Before(before) || date.After(s.e.Now()) {
			t.Errorf("%s: Date %q, the clock says %s", c.operation, plain.header.Get("Date"), s.e.Now())
		}
		s.e.Fault(emulator.Fault{Operation: c.operation, Kind: emulator.FaultUnavailable, RetryAfter: 7 * time.Second, RetryAfterDate: true, Times: 1})
		reply := c.ask()
		date, dateErr := http.ParseTime(reply.header.Get("Date"))
		until, untilErr := http.ParseTime(reply.header.Get("Retry-After"))
		if dateErr != nil || untilErr != nil || until.Sub(date) != 7*time.Second {
			t.Errorf("%s: Date %q, Retry-After %q", c.operation, reply.header.Get("Date"), reply.header.Get("Retry-After"))
		}
	}
}

// An operation that ends in a build step has a build log behind a signed address
// that asks for no token, and its service has no container log.
func TestBuildLog(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationFailed, SubOperation: "BuildImage", BuildLog: "pip: no such package", Times: 1})
	operation := s.wait(s.call("POST", "/services", aci("svc-image")))
	if operation["state"] != "Failed" || at(operation, "/operationDetails/subOperationType") != "BuildImage" || at(operation, "/operationDetails/subOperationState") != "Failed" ||
		at(operation, "/error/code") != "ImageBuildFailed" || strings.Contains(operation["streamingOperationLog"].(string), "Deploying service") {
		t.Errorf("the operation: %v", operation)
	}
	address, _ := operation["operationLog"].(string)
	if reply := s.do("GET", address, "", nil); reply.status != http.StatusOK || reply.raw != "pip: no such package" {
		t.Errorf("the build log: %d %q", reply.status, reply.raw)
	}
	if reply := s.do("GET", strings.Replace(address, "sig=", "sig=x", 1), "", nil); reply.status != http.StatusForbidden {
		t.Errorf("the build log without its signature: %d", reply.status)
	}
	if logs := s.call("GET", "/services/svc-image/logs", nil); logs.json["content"] != "" {
		t.Errorf("the container log: %s", logs.raw)
	}
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	again := s.call("GET", "/operations/"+operation["id"].(string), nil).json
	if reply := s.do("GET", again["operationLog"].(string), "", nil); reply.raw != "pip: no such package" || at(again, "/operationDetails/subOperationType") != "BuildImage" {
		t.Errorf("after a restart: %q, %v", reply.raw, again)
	}

	s.e.Fault(emulator.Fault{Operation: "PatchService", Kind: emulator.FaultOperationTimedOut, SubOperation: "BuildEnvironment", Times: 1})
	operation = s.wait(s.call("PATCH", "/services/svc-image", replace("/description", "x")))
	if operation["state"] != "TimedOut" || at(operation, "/operationDetails/subOperationType") != "BuildEnvironment" || at(operation, "/error/code") != "DeploymentTimedOut" {
		t.Errorf("a build that timed out: %v", operation)
	}
	if reply := s.do("GET", operation["operationLog"].(string), "", nil); !strings.Contains(reply.raw, "ResolvePackageNotFound") {
		t.Errorf("the log by default: %q", reply.raw)
	}

	s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationFailed, SubOperation: "DeployService", Times: 1})
	operation = s.wait(s.call("POST", "/services", aci("svc-deploy")))
	if operation["operationLog"] != nil || at(operation, "/error/code") != "AciDeploymentFailed" || at(operation, "/operationDetails/subOperationType") != "DeployService" {
		t.Errorf("a failure of the last step: %v", operation)
	}
	if logs := s.call("GET", "/services/svc-deploy/logs", nil); !strings.Contains(logs.raw, "Traceback") {
		t.Errorf("its container log: %s", logs.raw)
	}
	operation = s.wait(s.call("POST", "/services", aci("svc-fine")))
	if operation["operationLog"] != nil || operation["state"] != "Succeeded" {
		t.Errorf("a success: %v", operation)
	}
	// A deletion has no build step: the order waits for a deployment.
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, SubOperation: "BuildImage", Times: 1})
	s.succeed(s.call("DELETE", "/services/svc-fine", nil))
	if operation = s.wait(s.call("POST", "/services", aci("svc-next"))); operation["state"] != "Failed" {
		t.Errorf("the deployment after the deletion: %v", operation)
	}
}

// A PATCH that is answered 200 may name the operation before its own. The update
// goes on anyway.
func TestPatchNamesAnOlderOperation(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	created := s.deploy(aks("svc"))
	s.e.SetOperationDuration(time.Hour)
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOlderOperation, Times: 1})
	reply := s.call("PATCH", "/services/svc", replace("/description", "new"))
	if reply.status != http.StatusOK || reply.json["operationId"] != created["operationId"] || reply.json["description"] != "new" {
		t.Errorf("the reply: %d %s", reply.status, reply.raw)
	}
	service := s.call("GET", "/services/svc", nil).json
	if service["operationId"] == created["operationId"] || service["state"] != "Transitioning" {
		t.Errorf("the service: %v %v", service["operationId"], service["state"])
	}
	s.e.SetOperationDuration(0)
	if service = s.call("GET", "/services/svc", nil).json; service["state"] != "Healthy" {
		t.Errorf("at its end: %v", service["state"])
	}
}

// The first polls of an operation are refused; the operation itself goes on, and
// other operations are not touched.
func TestOperationRefused(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	other := s.call("POST", "/services", aci("svc-other")).header.Get("Operation-Location")
	for status, code := range map[int]string{400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound"} {
		s.e.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationRefused, Status: status, Polls: 2, Times: 1})
		accepted := s.call("POST", "/services", aci("svc", "overwrite", true))
		if accepted.status != http.StatusAccepted {
			t.Fatalf("%d: the create itself: %d %s", status, accepted.status, accepted.raw)
		}
		location := accepted.header.Get("Operation-Location")
		for poll := range 3 {
			reply := s.do("GET", location, s.bearer, nil)
			if poll < 2 && (reply.status != status || reply.json["code"] != code) || poll == 2 && (reply.status != 200 || reply.json["state"] != "Succeeded") {
				t.Errorf("%d, poll %d: %d %s", status, poll+1, reply.status, reply.raw)
			}
			if reply := s.do("GET", other, s.bearer, nil); reply.status != 200 {
				t.Errorf("%d: another operation: %d", status, reply.status)
			}
		}
	}
	// Without a number it is every poll, until the faults are cleared.
	s.e.Fault(emulator.Fault{Operation: "DeleteService", Service: "svc", Kind: emulator.FaultOperationRefused, Status: 404, Times: 1})
	location := s.call("DELETE", "/services/svc", nil).header.Get("Operation-Location")
	for range 5 {
		if reply := s.do("GET", location, s.bearer, nil); reply.status != 404 {
			t.Errorf("a later poll: %d", reply.status)
		}
	}
	s.e.ClearFaults()
	if reply := s.do("GET", location, s.bearer, nil); reply.status != 200 {
		t.Errorf("after ClearFaults: %d", reply.status)
	}
}

// A fault of a service's polls, and one of a single operation, leave the polls of
// others alone.
func TestFaultsOfOnePoll(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	one := s.call("POST", "/services", aci("svc-one")).header.Get("Operation-Location")
	two := s.call("POST", "/services", aci("svc-two")).header.Get("Operation-Location")
	polls := func() string {
		var seen strings.Builder
		for _, location := range []string{one, two} {
			seen.WriteString(map[bool]string{true: ".", false: "x"}[s.do("GET", location, s.bearer, nil).status == 200])
		}
		return seen.String()
	}
	s.e.Fault(emulator.Fault{Operation: "GetOperation", Service: "svc-two", Kind: emulator.FaultUnavailable})
	if got := polls(); got != ".x" {
		t.Errorf("polls of svc-two: %s", got)
	}
	s.e.ClearFaults()
	s.e.Fault(emulator.Fault{Operation: "GetOperation", OperationID: one[strings.LastIndex(one, "/")+1:], Kind: emulator.FaultUnavailable})
	if got := polls(); got != "x." {
		t.Errorf("polls of the first operation: %s", got)
	}
	s.e.ClearFaults()
	service := s.call("GET", "/services/svc-one", nil).json
	for name, want := range map[string]int{"svc-one": 503, "svc-two": 200} {
		s.e.Fault(emulator.Fault{Operation: "Score", Service: name, Kind: emulator.FaultUnavailable})
		if got := s.score(service, ""); got != want {
			t.Errorf("scoring svc-one with a fault of %s: %d", name, got)
		}
		s.e.ClearFaults()
	}
}

// A fault of an operation's end waits for a call that starts one.
func TestOperationFaultsWaitForAnOperation(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Times: 1})
	s.call("GET", "/services", nil)
	if operation := s.wait(s.call("POST", "/services", aci("svc"))); operation["state"] != "Failed" {
		t.Errorf("the fault was spent on another call: %v", operation["state"])
	}
}

// A reply can be made longer than any bound, and stays the same JSON.
func TestLargeReply(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	for _, size := range []int{0, 200_000} {
		s.e.Fault(emulator.Fault{Operation: "GetService", Kind: emulator.FaultLargeReply, Size: size, Times: 1})
		reply := s.call("GET", "/services/svc", nil)
		if want := max(size, 16<<20*(1-min(size, 1))); len(reply.raw) != want || reply.json["name"] != "svc" || !strings.HasPrefix(reply.raw, "{ ") || !strings.HasSuffix(reply.raw, "}") {
			t.Errorf("size %d: %d bytes", size, len(reply.raw))
		}
	}
}

// A refusal and a gateway's answer can be held back; a caller that hangs up does
// not have to wait for it.
func TestRefusalsCanBeSlow(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, operation := range []string{"ListServices", "GetBlob"} {
		for _, kind := range []emulator.FaultKind{emulator.FaultThrottle, emulator.FaultNotFoundText} {
			s.e.Fault(emulator.Fault{Operation: operation, Kind: kind, Delay: 80 * time.Millisecond, Times: 1})
			begun := time.Now()
			address := s.url("/services")
			if operation == "GetBlob" {
				address = s.upload("LocalUpload", string(kind), "a.txt", "x")
			}
			if reply := s.do("GET", address, s.bearer, nil); reply.status < 400 || time.Since(begun) < 80*time.Millisecond {
				t.Errorf("%s, %s: %d after %s", operation, kind, reply.status, time.Since(begun))
			}
		}
	}
}

// hastyClock is seven seconds later every time that it is asked.
type hastyClock struct{ asked atomic.Int64 }

func (c *hastyClock) Now() time.Time {
	return fixtureTime.Add(7 * time.Second * time.Duration(c.asked.Add(1)))
}

// Date and Retry-After are one reading of the clock, however fast it runs.
func TestDateAndRetryAfterAreOneReading(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithClock(&hastyClock{}))
	s.e.Fault(emulator.Fault{Operation: "ListServices", Kind: emulator.FaultThrottle, RetryAfter: time.Minute, RetryAfterDate: true})
	reply := s.call("GET", "/services", nil)
	date, dateErr := http.ParseTime(reply.header.Get("Date"))
	until, untilErr := http.ParseTime(reply.header.Get("Retry-After"))
	if dateErr != nil || untilErr != nil || until.Sub(date) != time.Minute {
		t.Errorf("Date %q, Retry-After %q", reply.header.Get("Date"), reply.header.Get("Retry-After"))
	}
}
