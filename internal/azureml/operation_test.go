// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// TestOperationLocation: only the last path segment counts.
func TestOperationLocation(t *testing.T) {
	for name, tc := range map[string]struct{ location, want string }{
		"absolute":       {"https://westeurope.modelmanagement.azureml.net/modelmanagement/v1.0/x/operations/op-1", "op-1"},
		"another host":   {"http://10.0.0.1/api/subscriptions/x/operations/op-1?api-version=2018-11-19", "op-1"},
		"relative":       {"/api/operations/op-1", "op-1"},
		"no slash first": {"operations/op-1", "op-1"},
		"id only":        {"op-1", "op-1"},
		"trailing slash": {"https://h.example/operations/op-1/?x=/y", "op-1"},
		"encoded":        {"/operations/op%3A1", "op:1"},
		"not a URL":      {"::%zz/operations/op-1?a=b", "op-1"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("PATCH", irisPath, answer(202, "", "Operation-Location: "+tc.location))
			ref, err := api.ws.PatchService(t.Context(), "iris", []azureml.PatchOperation{{Op: "replace", Path: "/description", Value: "x"}})
			if err != nil || ref.ID != tc.want {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
		})
	}
}

const opPath = mmPath + "/operations/op-1"

func operation(state, rest string) http.HandlerFunc {
	return answer(200, `{"id":"op-1","operationType":"Service","state":"`+state+`"`+rest+`}`)
}

func TestWaitOperation(t *testing.T) {
	running := operation("Running", `,"operationDetails":{"subOperationType":"BuildImage","subOperationState":"Running"}`)
	failed := `,"error":{"code":"AciDeploymentFailed","statusCode":400,"message":"crashed","details":[{"code":"CrashLoopBackOff","message":"x"}]}`
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		state   string // of the *OperationError; empty: success
		polls   int
	}{
		"at once":            {[]http.HandlerFunc{operation("Succeeded", "")}, "", 1},
		"through its states": {[]http.HandlerFunc{operation("NotStarted", `,"operationDetails":null,"error":null`), running, running, operation("Succeeded", "")}, "", 4},
		"transient errors": {[]http.HandlerFunc{
			running, answer(503, ""), answer(502, htmlPage), cutOff(200, "{"), answer(429, ""), answer(200, "{"),
			operation("Succeeded", ""),
		}, "", 7},
		"not readable yet": {[]http.HandlerFunc{answer(404, missing), operation("Succeeded", "")}, "", 2},
		"new state":        {[]http.HandlerFunc{operation("Paused", ""), operation("succeeded", "")}, "", 2},
		"failed":           {[]http.HandlerFunc{running, operation("Failed", failed)}, "Failed", 2},
		"cancelled":        {[]http.HandlerFunc{operation("Cancelled", "")}, "Cancelled", 1},
		"timed out":        {[]http.HandlerFunc{operation("TimedOut", `,"error":{"code":"DeploymentTimedOut"}`)}, "TimedOut", 1},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", opPath, tc.replies...)
			err := api.ws.WaitOperation(within(t, 10*time.Second), azureml.OperationRef{ID: "op-1"})
			api.wantCount("GET", "/operations/op-1", tc.polls)
			if tc.state == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var ended *azureml.OperationError
			if !errors.As(err, &ended) || ended.Operation.State != tc.state || ended.Operation.ID != "op-1" {
				t.Fatalf("got %T %v", err, err)
			}
			if name == "failed" {
				wantText(t, err, "operation op-1 (Service) ended Failed: AciDeploymentFailed: crashed; CrashLoopBackOff: x")
			}
		})
	}
}

func TestWaitOperationOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		if err := api.ws.WaitOperation(t.Context(), azureml.OperationRef{}); err != nil || len(api.log) != 0 {
			t.Errorf("got %v after %d requests", err, len(api.log))
		}
	})
}

func TestWaitOperationRefused(t *testing.T) {
	for name, reply := range map[string]http.HandlerFunc{
		"forbidden": answer(403, `{"code":"Forbidden"}`),
		"missing":   answer(404, missing), // for longer than it takes to become readable
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", opPath, reply)
			err := api.ws.WaitOperation(within(t, 10*time.Second), azureml.OperationRef{ID: "op-1"})
			var refused *azureml.ResponseError
			if !errors.As(err, &refused) {
				t.Fatalf("got %T %v", err, err)
			}
		})
	}
}

func TestWaitOperationTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", opPath, operation("Running", `,"operationDetails":{"subOperationType":"BuildImage"}`), answer(503, `{"code":"ServiceBusy","message":"later"}`))
		err := api.ws.WaitOperation(within(t, 300*time.Millisecond), azureml.OperationRef{ID: "op-1"})
		var timeout *azureml.WaitTimeoutError
		var last *azureml.ResponseError
		if !errors.As(err, &timeout) || !errors.As(err, &last) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %T %v", err, err)
		}
		if timeout.Last != "Running (BuildImage)" || last.StatusCode != 503 {
			t.Errorf("got %+v", timeout)
		}
		wantText(t, err, "waiting for operation op-1, last seen as Running (BuildImage)", "ServiceBusy: later")
	})
}

func TestWaitCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		ctx, cancel := context.WithCancel(t.Context())
		api.on("GET", opPath, operation("Running", ""), does(cancel, operation("Running", "")))
		err := api.ws.WaitOperation(ctx, azureml.OperationRef{ID: "op-1"})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		wantText(t, err, "was cancelled, last seen as Running")
	})
}

// Polls begin fast, slow down to a tenth of the time so far and to ten seconds, and are
// spread a little, so that many clients do not ask together.
func TestPollsAreSpacedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, usual)
		var at []time.Time
		api.on("GET", opPath, does(func() { at = append(at, time.Now()) }, operation("Running", "")))
		_ = api.ws.WaitOperation(within(t, 4*time.Minute), azureml.OperationRef{ID: "op-1"})
		pauses := map[time.Duration]bool{}
		for i, next := 1, 150*time.Millisecond; i < len(at); i++ {
			want := min(next, max(time.Second, at[i-1].Sub(at[0])/10), 10*time.Second)
			pause := at[i].Sub(at[i-1])
			if pause < want*4/5 || pause > want {
				t.Errorf("pause %d is %s, want %s, or a fifth less", i, pause, want)
			}
			if want == 10*time.Second {
				pauses[pause] = true
			}
			next = min(next*8/5, 10*time.Second)
		}
		if len(pauses) < 10 {
			t.Errorf("%d different pauses of ten seconds in %d polls", len(pauses), len(at))
		}
	})
}

func TestPollsHonourRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", opPath, answer(200, `{"state":"Running"}`, "Retry-After: 1"), operation("Succeeded", ""))
		begun := time.Now()
		if err := api.ws.WaitOperation(t.Context(), azureml.OperationRef{ID: "op-1"}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < time.Second {
			t.Errorf("the second poll came after %s", took)
		}
	})
}
