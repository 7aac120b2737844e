// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// usual makes a client wait as long as it does in production.
func usual(c *azureml.Config) { c.Timing = azureml.Timing{} }

// badEnds are the ways in which an operation cannot be followed.
var badEnds = map[string]http.HandlerFunc{
	"401":             answer(401, `{"code":"Unauthorized"}`),
	"403":             answer(403, `{"code":"Forbidden"}`),
	"400":             answer(400, `{"code":"BadRequest"}`),
	"404":             answer(404, missing),
	"404 of a proxy":  answer(404, "404 page not found"),
	"slower than ctx": operation("Running", ""),
}

// minutes is a deadline that ends only what never ends.
func minutes(t *testing.T, n int) context.Context { return within(t, time.Duration(n)*time.Minute) }

// A regenerate that was accepted is looked for in the keys, however the wait for
// its operation ended.
func TestAcceptedRegenerateIsFollowed(t *testing.T) {
	tooLarge := answer(200, `{"state":"`+strings.Repeat("x", 33<<20)+`"}`)
	for name, poll := range badEnds {
		run(t, name+", changed", func(t *testing.T) {
			api, k := newKeyring(t, usual)
			k.lag(10)
			api.on("GET", opPath, poll)
			keys, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
			if err != nil || keys.Primary != "new-1" {
				t.Fatalf("got %q, %v", keys.Primary, err)
			}
			api.wantCount("POST", "/regenerateKeys", 1)
		})
		run(t, name+", unchanged", func(t *testing.T) {
			api, _ := newKeyring(t, usual)
			api.on("POST", irisPath+"/regenerateKeys", answer(202, "", "Operation-Location: op-1"))
			api.on("GET", opPath, poll)
			begun := time.Now()
			keys, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
			var ended *azureml.RegenerateError
			if !errors.As(err, &ended) || ended.Old != azureml.OldKeyListed || keys != (azureml.Keys{}) || azureml.IsNotFound(err) {
				t.Fatalf("got %q, %T %v", keys.Primary, err, err)
			}
			wantText(t, err, `Azure accepted to regenerate the Primary key of service "iris", and the service still lists the old one, which works`)
			took := time.Since(begun)
			if name == "slower than ctx" {
				took -= 10 * time.Minute
			}
			if took < 2*time.Minute || took > 2*time.Minute+30*time.Second {
				t.Errorf("it was looked for during %s", took)
			}
			api.wantCount("POST", "/regenerateKeys", 1)
		})
	}
	run(t, "larger than the bound, changed", func(t *testing.T) {
		api, _ := newKeyring(t, usual)
		api.on("GET", opPath, tooLarge)
		if keys, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, ""); err != nil || keys.Primary != "new-1" {
			t.Fatalf("got %q, %v", keys.Primary, err)
		}
	})
	for _, status := range []int{200, 202} {
		run(t, "its own reply is larger than the bound", func(t *testing.T) {
			api, k := newKeyring(t, usual)
			api.on("POST", irisPath+"/regenerateKeys", k.workAnd(answer(status, strings.Repeat("x", 33<<20), "Operation-Location: op-1")))
			if keys, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, ""); err != nil || keys.Primary != "new-1" {
				t.Fatalf("got %q, %v", keys.Primary, err)
			}
			api.wantCount("POST", "/regenerateKeys", 1)
		})
	}
	run(t, "the keys cannot be read", func(t *testing.T) {
		api, _ := newKeyring(t, usual)
		api.on("GET", opPath, does(func() { api.on("POST", irisPath+"/listkeys", answer(403, `{"code":"Forbidden"}`)) }, answer(403, "")))
		_, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
		var ended *azureml.RegenerateError
		if !errors.As(err, &ended) || ended.Old != azureml.OldKeyUnknown {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, "whether the old one still works is not known", "the keys could not be read")
	})
	run(t, "the service is deleted", func(t *testing.T) {
		api, _ := newKeyring(t, usual)
		api.on("GET", opPath, does(func() { api.on("POST", irisPath+"/listkeys", answer(404, missing)) }, answer(403, "")))
		if _, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, ""); !azureml.IsNotFound(err) {
			t.Fatalf("got %T %v", err, err)
		}
	})
	run(t, "the operation failed, and the key changed", func(t *testing.T) {
		api, _ := newKeyring(t, usual)
		api.on("GET", opPath, operation("Failed", `,"error":{"code":"Boom"}`))
		keys, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
		var ended *azureml.RegenerateError
		var operation *azureml.OperationError
		if !errors.As(err, &ended) || !errors.As(err, &operation) || ended.Old != azureml.OldKeyDead || ended.Keys.Primary != "new-1" || keys.Primary != "new-1" {
			t.Fatalf("got %q, %T %v", keys.Primary, err, err)
		}
		wantText(t, err, "has changed, and the old one no longer works", "Boom")
	})
	run(t, "the operation failed, and nothing changed", func(t *testing.T) {
		api, _ := newKeyring(t, usual)
		api.on("POST", irisPath+"/regenerateKeys", answer(202, "", "Operation-Location: op-1"))
		api.on("GET", opPath, operation("Failed", `,"error":{"code":"Boom"}`))
		begun := time.Now()
		_, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
		var ended *azureml.RegenerateError
		if !errors.As(err, &ended) || ended.Old != azureml.OldKeyListed || time.Since(begun) > 30*time.Second {
			t.Fatalf("after %s: %T %v", time.Since(begun), err, err)
		}
	})
}

// A Retry-After extends the time in which the keys are compared, up to five
// minutes.
func TestGraceIsExtendedByRetryAfter(t *testing.T) {
	for name, tc := range map[string]struct {
		wait            string
		atLeast, atMost time.Duration
	}{
		"a little": {"130", 130 * time.Second, 3 * time.Minute},
		"always":   {"30", 5 * time.Minute, 5*time.Minute + time.Second},
		"too long": {"3600", 5 * time.Minute, 5*time.Minute + time.Second},
	} {
		run(t, name, func(t *testing.T) {
			api, k := newKeyring(t, usual)
			refusal := answer(429, "", "Retry-After: "+tc.wait)
			api.on("POST", irisPath+"/regenerateKeys", answer(202, "", "Operation-Location: op-1"))
			api.on("GET", opPath, does(func() {
				api.on("POST", irisPath+"/listkeys", refusal)
				if name == "a little" {
					api.on("POST", irisPath+"/listkeys", refusal, k.list)
				}
			}, answer(403, "")))
			begun := time.Now()
			_, err := api.ws.RegenerateKey(minutes(t, 10), "iris", azureml.KeyPrimary, "")
			var ended *azureml.RegenerateError
			if took := time.Since(begun); !errors.As(err, &ended) || took < tc.atLeast || took > tc.atMost {
				t.Errorf("after %s: %v", took, err)
			}
		})
	}
}

// document is a service in a state, with a description.
func document(state, description string) http.HandlerFunc {
	return answer(200, `{"name":"iris","state":"`+state+`","operationId":"op-1","description":"`+description+`"}`)
}

func isNew(s *azureml.Service) bool { return s.Description != nil && *s.Description == "new" }

func TestAcceptedChangeIsFollowed(t *testing.T) {
	forbidden, failed, running := badEnds["403"], operation("Failed", `,"error":{"code":"Boom"}`), operation("Running", "")
	created := func(*azureml.Service) bool { return true }
	for name, tc := range map[string]struct {
		updated func(*azureml.Service) bool // nil: a create
		poll    http.HandlerFunc
		gets    []http.HandlerFunc
		ctx     time.Duration
		want    string // an error; empty: success
		warning string
		atMost  time.Duration
	}{
		"create, all is well":              {nil, operation("Succeeded", ""), []http.HandlerFunc{document("Transitioning", ""), document("Healthy", "")}, time.Hour, "", "", time.Second},
		"create, refused poll":             {nil, forbidden, []http.HandlerFunc{document("Transitioning", ""), document("Healthy", "")}, time.Hour, "", "403 Forbidden", time.Second},
		"create, lost operation":           {nil, badEnds["404"], []http.HandlerFunc{document("Healthy", "")}, time.Hour, "", "404 Not Found", 25 * time.Second},
		"create, failed, yet Healthy":      {nil, failed, []http.HandlerFunc{document("Healthy", "")}, time.Hour, "", "ended Failed: Boom", time.Second},
		"create, failed":                   {nil, failed, []http.HandlerFunc{document("Failed", "")}, time.Hour, "ended Failed: Boom", "", time.Second},
		"create, failed, still changing":   {nil, failed, []http.HandlerFunc{document("Transitioning", "")}, time.Hour, "ended Failed: Boom", "", time.Second},
		"create, refused poll, failed":     {nil, forbidden, []http.HandlerFunc{document("Failed", "")}, time.Hour, `service "iris" is Failed`, "", time.Second},
		"create, time has passed, Healthy": {nil, running, []http.HandlerFunc{document("Healthy", "")}, time.Minute, "", "the time ran out", time.Minute + time.Second},
		"create, time has passed":          {nil, running, []http.HandlerFunc{document("Transitioning", "")}, time.Minute, "the time ran out while waiting for operation op-1", "", time.Minute + time.Second},
		"create, refused poll, time over":  {nil, forbidden, []http.HandlerFunc{document("Transitioning", "")}, time.Minute, "403 Forbidden", "", time.Minute + time.Second},
		"create, a look fails":             {nil, failed, []http.HandlerFunc{answer(503, ""), document("Healthy", "")}, time.Hour, "", "Boom", time.Second},
		"create, nothing can be read":      {nil, forbidden, []http.HandlerFunc{forbidden}, time.Hour, "403 Forbidden", "", time.Minute},

		"update, all is well":              {isNew, operation("Succeeded", ""), []http.HandlerFunc{document("Healthy", "new")}, time.Hour, "", "", time.Second},
		"update, failed, old":              {isNew, failed, []http.HandlerFunc{document("Healthy", "old")}, time.Hour, "its old version still runs: operation op-1 (Service) ended Failed: Boom", "", time.Second},
		"update, failed, new":              {isNew, failed, []http.HandlerFunc{document("Healthy", "new")}, time.Hour, "", "ended Failed: Boom", time.Second},
		"update, refused poll, new later":  {isNew, forbidden, []http.HandlerFunc{document("Healthy", "old"), document("Healthy", "old"), document("Transitioning", "old"), document("Healthy", "new")}, time.Hour, "", "403 Forbidden", time.Minute},
		"update, refused poll, stays old":  {isNew, forbidden, []http.HandlerFunc{document("Healthy", "old")}, time.Hour, "its old version still runs", "", 2*time.Minute + 10*time.Second},
		"update, refused poll, failed":     {isNew, forbidden, []http.HandlerFunc{document("Failed", "new")}, time.Hour, `service "iris" is Failed`, "", time.Second},
		"update, time has passed, old":     {isNew, running, []http.HandlerFunc{document("Healthy", "old")}, time.Minute, "its old version still runs", "", time.Minute + time.Second},
		"update, time has passed, new":     {isNew, running, []http.HandlerFunc{document("Healthy", "new")}, time.Minute, "", "the time ran out", time.Minute + time.Second},
		"update, failed, not Healthy":      {isNew, failed, []http.HandlerFunc{document("Unhealthy", "new")}, time.Hour, "Boom", "", time.Second},
		"update, refused, slowly, as long": {isNew, forbidden, []http.HandlerFunc{document("Transitioning", "old")}, 20 * time.Minute, "the time ran out", "", 20*time.Minute + time.Second},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t, usual)
			api.on("GET", opPath, tc.poll)
			api.on("GET", irisPath, tc.gets...)
			ctx, ref, begun := within(t, tc.ctx), azureml.OperationRef{ID: "op-1"}, time.Now()
			var service *azureml.Service
			var warning *azureml.OperationWarning
			var err error
			if tc.updated == nil {
				service, warning, err = api.ws.WaitCreated(ctx, "iris", ref)
				tc.updated = created
			} else {
				service, warning, err = api.ws.WaitUpdated(ctx, "iris", ref, tc.updated)
			}
			if took := time.Since(begun); took > tc.atMost {
				t.Errorf("it took %s", took)
			}
			if tc.want != "" {
				wantText(t, err, tc.want)
				var old *azureml.OldVersionError
				if errors.As(err, &old) != strings.Contains(tc.want, "old version") || old != nil && *old.Service.Description != "old" {
					t.Errorf("got %T %v", err, err)
				}
				if service != nil || warning != nil || azureml.IsNotFound(err) {
					t.Errorf("with the error comes %v, %v", service, warning)
				}
				return
			}
			if err != nil || service.State != azureml.StateHealthy || !tc.updated(service) {
				t.Fatalf("got %+v, %v", service, err)
			}
			if (warning != nil) != (tc.warning != "") || warning != nil && !strings.Contains(warning.Error(), tc.warning) {
				t.Errorf("the warning is %v", warning)
			}
		})
	}
}

func TestAcceptedDeletionIsFollowed(t *testing.T) {
	there, gone := answer(200, serviceJSON("Healthy", "op-1", "{}")), answer(404, missing)
	failed := operation("Failed", `,"error":{"code":"Boom"}`)
	later := answer(200, strings.ReplaceAll(serviceJSON("Healthy", "op-9", "{}"), "2021-04-01", "2026-04-01"))
	marked := answer(200, serviceJSON("Healthy", "op-9", `{"mlws.deploymentId":"of-somebody"}`))
	for name, tc := range map[string]struct {
		poll   http.HandlerFunc
		gets   []http.HandlerFunc // after the one before the deletion
		want   string             // an error; empty: success
		atMost time.Duration
	}{
		"all is well":                  {operation("Succeeded", ""), []http.HandlerFunc{there, gone}, "", time.Second},
		"lost operation, still there":  {badEnds["404"], []http.HandlerFunc{there}, "404 Not Found", 3 * time.Minute},
		"lost operation, gone":         {badEnds["404"], []http.HandlerFunc{there, there, gone}, "", time.Minute},
		"refused poll, gone later":     {badEnds["403"], []http.HandlerFunc{there, there, answer(503, ""), gone}, "", time.Minute},
		"failed, still there":          {failed, []http.HandlerFunc{there}, "ended Failed: Boom", time.Second},
		"failed, yet gone":             {failed, []http.HandlerFunc{gone}, "", time.Second},
		"time has passed, still there": {operation("Running", ""), []http.HandlerFunc{there}, "the time ran out", 31 * time.Minute},
		"time has passed, gone":        {operation("Running", ""), []http.HandlerFunc{gone}, "", 31 * time.Minute},
		"times are left out":           {operation("Succeeded", ""), []http.HandlerFunc{answer(200, `{"name":"iris","state":"Healthy"}`), gone}, "", time.Second},
		"recreated":                    {operation("Succeeded", ""), []http.HandlerFunc{there, later}, "somebody else has created another service of that name since (at 2026-04-01T12:34:56Z)", time.Second},
		"recreated with a marker":      {operation("Succeeded", ""), []http.HandlerFunc{marked}, "somebody else has created another service", time.Second},
		"recreated, refused poll":      {badEnds["403"], []http.HandlerFunc{later}, "somebody else has created another service", time.Second},
		"nothing can be read":          {badEnds["403"], []http.HandlerFunc{badEnds["401"]}, "whether the service is gone could not be looked up", 3 * time.Minute},
		"a page is not gone":           {failed, []http.HandlerFunc{answer(404, htmlPage), there}, "ended Failed: Boom", time.Second},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t, usual)
			api.on("DELETE", irisPath, answer(202, "", "Operation-Location: op-1"))
			api.on("GET", opPath, tc.poll)
			api.on("GET", irisPath, append([]http.HandlerFunc{there}, tc.gets...)...)
			begun, ctx := time.Now(), minutes(t, 30)
			ref, err := api.ws.DeleteService(ctx, "iris")
			if err != nil || ref.ID != "op-1" {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
			err = api.ws.WaitDeleted(ctx, "iris", ref)
			if took := time.Since(begun); took > tc.atMost {
				t.Errorf("it took %s", took)
			}
			var recreated *azureml.RecreatedError
			if azureml.IsNotFound(err) || errors.As(err, &recreated) != strings.Contains(tc.want, "another service") {
				t.Errorf("got %T %v", err, err)
			}
			if tc.want != "" {
				wantText(t, err, tc.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A gateway's 404 to a deletion is not believed: the request is sent again, and
// the service is looked at in the end.
func TestDeletionBelievesTheAPIOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		get     http.HandlerFunc
		want    string
		sent    int
	}{
		"once":              {[]http.HandlerFunc{answer(404, ""), answer(202, "", "Operation-Location: op-1")}, nil, "", 2},
		"always, and there": {[]http.HandlerFunc{answer(404, "404 page not found")}, nil, `service "iris" was to be deleted, and is still there`, 4},
		"always, and gone":  {[]http.HandlerFunc{answer(404, htmlPage)}, answer(404, missing), "", 4},
		"not to be read":    {[]http.HandlerFunc{answer(404, "")}, answer(404, ""), "whether it was could not be looked up", 4},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t, usual)
			api.on("DELETE", irisPath, tc.replies...)
			if tc.get != nil {
				api.on("GET", irisPath, tc.get)
			}
			_, err := api.ws.DeleteService(minutes(t, 10), "iris")
			api.wantCount("DELETE", "/iris", tc.sent)
			if tc.want != "" {
				wantText(t, err, tc.want)
				if azureml.IsNotFound(err) {
					t.Errorf("%v counts as gone", err)
				}
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A 200 to a PATCH names the service's latest operation, perhaps an older one.
func TestPatchIgnoresAnOlderOperation(t *testing.T) {
	for body, want := range map[string]string{serviceJSON("Healthy", "op-0", "{}"): "", serviceJSON("Healthy", "op-1", "{}"): "op-1"} {
		run(t, want, func(t *testing.T) {
			api := newWire(t)
			api.on("PATCH", irisPath, answer(200, body))
			if ref, err := api.ws.PatchService(t.Context(), "iris", description); err != nil || ref.ID != want {
				t.Errorf("got %q, %v", ref.ID, err)
			}
		})
	}
	run(t, "lost reply", func(t *testing.T) {
		api := newWire(t)
		api.on("PATCH", irisPath, reset, answer(200, serviceJSON("Healthy", "op-1", "{}")))
		if ref, err := api.ws.PatchService(t.Context(), "iris", description); err != nil || ref.ID != "op-1" {
			t.Errorf("got %q, %v", ref.ID, err)
		}
	})
}

// A service that changes in between is given the whole grace period once more.
func TestGraceBeginsAgainWithAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, usual)
		begun := time.Now()
		api.on("GET", opPath, badEnds["403"])
		api.on("GET", irisPath, func(w http.ResponseWriter, r *http.Request) {
			switch took := time.Since(begun); {
			case took < 100*time.Second:
				document("Healthy", "old")(w, r)
			case took < 200*time.Second:
				document("Transitioning", "old")(w, r)
			case took < 300*time.Second:
				document("Healthy", "old")(w, r)
			default:
				document("Healthy", "new")(w, r)
			}
		})
		if _, warning, err := api.ws.WaitUpdated(minutes(t, 30), "iris", azureml.OperationRef{ID: "op-1"}, isNew); err != nil || warning == nil {
			t.Errorf("got %v, %v", warning, err)
		}
	})
}
