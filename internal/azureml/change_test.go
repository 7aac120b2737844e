// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

var description = []azureml.PatchOperation{
	{Op: "replace", Path: "/description", Value: "a <b>"},
	{Op: "add", Path: "/properties/" + azureml.PointerToken("p/q"), Value: "v"},
}

const busyBody = `{"code":"Conflict","statusCode":409,"message":"Conflict","details":[{"code":"OperationInProgress","message":"wait"}]}`

func TestPatchService(t *testing.T) {
	for name, tc := range map[string]struct {
		replies  []http.HandlerFunc
		want     string // the operation
		requests int
	}{
		"202":                  {[]http.HandlerFunc{answer(202, "", "Operation-Location: /operations/op-1")}, "op-1", 1},
		"202, body cut off":    {[]http.HandlerFunc{cutOff(202, "{", "Operation-Location: /operations/op-1")}, "op-1", 1},
		"200 with operationId": {[]http.HandlerFunc{answer(200, `{"name":"iris","operationId":"op-2"}`)}, "op-2", 1},
		"200 without":          {[]http.HandlerFunc{answer(200, `{"name":"iris","operationId":null}`)}, "", 1},
		"200, no body":         {[]http.HandlerFunc{answer(200, "")}, "", 1},
		"lost reply":           {[]http.HandlerFunc{reset, answer(202, "", "Operation-Location: op-1")}, "op-1", 2},
		"throttled":            {[]http.HandlerFunc{answer(429, ""), answer(202, "", "Operation-Location: op-1")}, "op-1", 2},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("PATCH", irisPath, tc.replies...)
			ref, err := api.ws.PatchService(within(t, 5*time.Second), "iris", description)
			if err != nil || ref.ID != tc.want {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
			api.wantCount("PATCH", "/iris", tc.requests)
			sent := api.asked("PATCH", "/iris")[0]
			if got := sent.Header.Get("Content-Type"); got != "application/json-patch+json" {
				t.Errorf("Content-Type %q", got)
			}
			want := `[{"op":"replace","path":"/description","value":"a <b>"},{"op":"add","path":"/properties/p~1q","value":"v"}]`
			if sent.Body != want {
				t.Errorf("sent %s", sent.Body)
			}
		})
	}
}

func TestPatchErrorsHideSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		key := "key-pem-text"
		api.on("PATCH", irisPath, answer(400, `{"code":"BadRequest","message":"key-pem-text and hunter2 are not valid"}`))
		_, err := api.ws.PatchService(t.Context(), "iris", []azureml.PatchOperation{
			{Op: "replace", Path: "/sslKey", Value: &key},
			{Op: "replace", Path: "/environmentImageRequest", Value: &azureml.EnvironmentImage{
				Environment: []byte(`{"docker":{"baseImageRegistry":{"username":"u","password":"hunter2"}}}`),
			}},
		})
		wantText(t, err, "BadRequest: (redacted) and (redacted) are not valid")
	})
}

func TestDeleteService(t *testing.T) {
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		want    string
	}{
		"200":                  {[]http.HandlerFunc{answer(200, "")}, ""},
		"200 with the service": {[]http.HandlerFunc{answer(200, serviceJSON("Healthy", "old-operation", "{}"))}, ""},
		"202":                  {[]http.HandlerFunc{answer(202, "", "Operation-Location: https://h.example/op-1")}, "op-1"},
		"204":                  {[]http.HandlerFunc{answer(204, "")}, ""},
		"404":                  {[]http.HandlerFunc{answer(404, missing)}, ""},
		"lost, then 404":       {[]http.HandlerFunc{reset, answer(404, missing)}, ""},
		"lost, then 204":       {[]http.HandlerFunc{answer(504, htmlPage), answer(204, "")}, ""},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("DELETE", irisPath, tc.replies...)
			ref, err := api.ws.DeleteService(within(t, 5*time.Second), "iris")
			if err != nil || ref.ID != tc.want {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
			api.wantCount("DELETE", "/iris", len(tc.replies))
		})
	}
	run(t, "refused", func(t *testing.T) {
		api := newWire(t)
		api.on("DELETE", irisPath, answer(403, `{"code":"Forbidden"}`))
		_, err := api.ws.DeleteService(t.Context(), "iris")
		wantText(t, err, "DELETE /services/iris was answered with 403 Forbidden")
	})
}

func TestBusyServiceIsWaitedFor(t *testing.T) {
	done := answer(204, "")
	for name, tc := range map[string]struct {
		script func(*wire)
		want   string // empty: success
	}{
		"operation runs": {func(api *wire) {
			api.on("GET", irisPath, answer(200, serviceJSON("Transitioning", "op-1", "{}")))
			api.on("GET", opPath, operation("Running", ""), operation("Running", ""), operation("Failed", ""))
			api.on("DELETE", irisPath, answer(409, busyBody), done)
		}, ""},
		"nothing is seen to run": {func(api *wire) {
			api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "op-1", "{}")))
			api.on("GET", opPath, operation("Succeeded", ""))
			api.on("DELETE", irisPath, answer(409, ""), answer(409, busyBody), done)
		}, ""},
		"its operation is lost": {func(api *wire) {
			api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "op-1", "{}")))
			api.on("GET", opPath, answer(404, missing))
			api.on("DELETE", irisPath, answer(409, busyBody), done)
		}, ""},
		"service not readable": {func(api *wire) {
			api.on("GET", irisPath, answer(404, missing))
			api.on("DELETE", irisPath, answer(409, busyBody), done)
		}, ""},
		"permanently, and nothing runs": {func(api *wire) {
			api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "", "{}")))
			api.on("DELETE", irisPath, answer(409, busyBody))
		}, "409 Conflict: Conflict; OperationInProgress: wait"},
		"the name is taken": {func(api *wire) {
			api.on("GET", irisPath, answer(200, serviceJSON("Healthy", "op-1", "{}")))
			api.on("GET", opPath, operation("Running", ""))
			api.on("DELETE", irisPath, answer(409, `{"code":"Conflict","details":[{"code":"ServiceExists","message":"taken"}]}`))
		}, "ServiceExists: taken"},
		"another conflict": {func(api *wire) {
			api.on("DELETE", irisPath, answer(409, `{"code":"Conflict","details":[{"code":"ServiceUnavailable","message":"no capacity"}]}`))
		}, "ServiceUnavailable: no capacity"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			tc.script(api)
			_, err := api.ws.DeleteService(within(t, 5*time.Second), "iris")
			var timeout *azureml.WaitTimeoutError
			if errors.As(err, &timeout) {
				t.Errorf("the time ran out: %v", err)
			}
			if tc.want != "" {
				wantText(t, err, tc.want)
			} else if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestBusyServiceTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, serviceJSON("Transitioning", "op-1", "{}")))
		api.on("GET", opPath, operation("Running", ""))
		api.on("PATCH", irisPath, answer(409, busyBody))
		_, err := api.ws.PatchService(within(t, 300*time.Millisecond), "iris", description)
		var timeout *azureml.WaitTimeoutError
		var last *azureml.ResponseError
		if !errors.As(err, &timeout) || !errors.As(err, &last) || last.StatusCode != 409 || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %T %v", err, err)
		}
		wantText(t, err, `the operation that is running on service "iris", last seen as Running`, "OperationInProgress: wait")
	})
}

func TestChangesOfOneServiceAreSerialised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		var running, most atomic.Int32
		slow := func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(5 * time.Millisecond)
			running.Add(-1)
			answer(200, "")(w, r)
		}
		api.on("PATCH", irisPath, slow)
		api.on("DELETE", irisPath, slow)
		done := make(chan error)
		for i := range 10 {
			go func() {
				var err error
				if i%2 == 0 {
					_, err = api.ws.PatchService(t.Context(), "iris", description)
				} else {
					_, err = api.ws.DeleteService(t.Context(), "iris")
				}
				done <- err
			}()
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if most.Load() != 1 {
			t.Errorf("%d changes of one service at a time", most.Load())
		}
	})
}

func TestWaitingForAnotherChangeHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		entered, release := make(chan struct{}), make(chan struct{})
		api.on("PATCH", irisPath, func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			<-release
			answer(200, "")(w, r)
		})
		api.on("PATCH", mmPath+"/services/other", answer(200, ""))
		api.on("GET", mmPath+"/services/other", answer(200, `{"name":"other"}`))
		first := make(chan error, 1)
		go func() {
			_, err := api.ws.PatchService(t.Context(), "iris", description)
			first <- err
		}()
		<-entered
		_, err := api.ws.PatchService(within(t, 30*time.Millisecond), "iris", description)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
		wantText(t, err, `another change of service "iris" by this process`)
		if _, err := api.ws.PatchService(t.Context(), "other", description); err != nil {
			t.Errorf("another service is held up: %v", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}
