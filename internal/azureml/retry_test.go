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

// TestTransientRepliesAreRetried covers the whole list that the Python SDK azureml-core 1.51 retries.
func TestTransientRepliesAreRetried(t *testing.T) {
	good := answer(200, serviceJSON("Healthy", "", "{}"))
	for name, tc := range map[string]struct {
		reply http.HandlerFunc
		tries int
	}{
		"408":                    {answer(408, ""), 2},
		"429":                    {answer(429, ""), 2},
		"500":                    {answer(500, `{"code":"InternalServerError"}`), 2},
		"502 HTML":               {answer(502, htmlPage), 2},
		"503":                    {answer(503, ""), 2},
		"504 HTML":               {answer(504, htmlPage), 2},
		"530":                    {answer(530, ""), 2},
		"reset":                  {reset, 2},
		"cut off":                {cutOff(200, `{"name":"iris"`), 2},
		"cut-off JSON, complete": {answer(200, `{"name":"iri`), 2},
		"HTML with 200":          {answer(200, htmlPage), 2},
		"404 of a gateway":       {answer(404, htmlPage), 2},
		"404 without a body":     {answer(404, ""), 2},
		"400":                    {answer(400, `{"code":"BadRequest"}`), 1},
		"401":                    {answer(401, ""), 1},
		"403":                    {answer(403, ""), 1},
		"404":                    {answer(404, missing), 1},
		"409":                    {answer(409, ""), 1},
		"501":                    {answer(501, ""), 1},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, tc.reply, good)
			service, err := api.ws.GetService(t.Context(), "iris")
			api.wantCount("GET", "/iris", tc.tries)
			if tc.tries == 1 {
				var refused *azureml.ResponseError
				if !errors.As(err, &refused) {
					t.Fatalf("got %T %v", err, err)
				}
				return
			}
			if err != nil || service.Name != "iris" {
				t.Fatalf("got %+v, %v", service, err)
			}
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		reply http.HandlerFunc
		want  string
	}{
		"status":  {answer(503, `{"code":"ServiceBusy","message":"later"}`), "503 Service Unavailable: ServiceBusy: later"},
		"gateway": {answer(502, htmlPage), "the gateway answered 502 Bad Gateway with an HTML page"},
		"HTML":    {answer(200, htmlPage), "its body is an HTML page instead of JSON"},
		"cut":     {cutOff(200, "{"), "the reply broke off"},
		"reset":   {reset, "got no reply from 127.0.0.1:"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, tc.reply)
			_, err := api.ws.GetService(t.Context(), "iris")
			wantText(t, err, tc.want)
			// net/http by itself repeats a GET on a reused connection that breaks.
			if n := len(api.asked("GET", "/iris")); n != 5 && (name != "reset" || n < 5 || n > 10) {
				t.Errorf("%d requests, want 5", n)
			}
		})
	}
}

// A Retry-After is waited out to the second, and a date by the clock of the one
// who sent it.
func TestRetryAfterIsHonoured(t *testing.T) {
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	date := func(d time.Duration) string { return at.Add(d).Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		headers []string
		want    time.Duration
	}{
		"seconds":                    {[]string{"Retry-After: 7"}, 7 * time.Second},
		"date":                       {[]string{"Retry-After: " + date(40*time.Second), "Date: " + date(0)}, 40 * time.Second},
		"date in the past":           {[]string{"Retry-After: " + date(-time.Hour), "Date: " + date(0)}, 0},
		"date without another clock": {[]string{"Retry-After: Sat, 01 Jan 2000 00:00:30 GMT", "Date: x"}, 30 * time.Second},
		"not a time":                 {[]string{"Retry-After: soon"}, 0},
		"negative":                   {[]string{"Retry-After: -5"}, 0},
	} {
		refusal := answer(429, "", tc.headers...)
		took := func(t *testing.T, work func(*wire) error) {
			t.Helper()
			api := newWire(t)
			if _, err := api.ws.Info(t.Context()); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			if err := work(api); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(begun); got < tc.want || got > tc.want+time.Second {
				t.Errorf("it took %s, want %s", got, tc.want)
			}
		}
		run(t, name+", of a read", func(t *testing.T) {
			took(t, func(api *wire) error {
				api.on("GET", irisPath, refusal, answer(200, serviceJSON("Healthy", "", "{}")))
				_, err := api.ws.GetService(t.Context(), "iris")
				return err
			})
		})
		run(t, name+", of a change", func(t *testing.T) {
			took(t, func(api *wire) error {
				api.on("DELETE", irisPath, refusal, answer(204, ""))
				_, err := api.ws.DeleteService(t.Context(), "iris")
				return err
			})
		})
		run(t, name+", of a poll", func(t *testing.T) {
			took(t, func(api *wire) error {
				api.on("GET", opPath, refusal, operation("Succeeded", ""))
				return api.ws.WaitOperation(t.Context(), azureml.OperationRef{ID: "op-1"})
			})
		})
		run(t, name+", of a state", func(t *testing.T) {
			took(t, func(api *wire) error {
				api.on("GET", opPath, answer(200, `{"state":"Running"}`, tc.headers...), operation("Succeeded", ""))
				return api.ws.WaitOperation(t.Context(), azureml.OperationRef{ID: "op-1"})
			})
		})
	}
}

func TestTimeoutCarriesTheLastError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(503, `{"code":"ServiceBusy"}`, "Retry-After: 60"))
		_, err := api.ws.GetService(within(t, 500*time.Millisecond), "iris")
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %T %v", err, err)
		}
		var last *azureml.ResponseError
		if !errors.As(err, &last) || last.StatusCode != 503 || last.Code != "ServiceBusy" {
			t.Errorf("the last error is %v", timeout.LastErr)
		}
		wantText(t, err, "the time ran out while waiting for GET /services/iris", "the last error was", "ServiceBusy")
	})
}

func TestCancelEndsACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		ctx, cancel := context.WithCancel(t.Context())
		api.on("GET", irisPath, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		begun := time.Now()
		_, err := api.ws.GetService(ctx, "iris")
		if !errors.Is(err, context.Canceled) || time.Since(begun) > 2*time.Second {
			t.Fatalf("got %v after %s", err, time.Since(begun))
		}
		wantText(t, err, "GET /services/iris")
	})
}

func TestATryThatHangsIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t, func(c *azureml.Config) { c.Timing.Try = 100 * time.Millisecond })
		api.on("GET", irisPath, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			answer(200, serviceJSON("Healthy", "", "{}")))
		if _, err := api.ws.GetService(within(t, 5*time.Second), "iris"); err != nil {
			t.Fatal(err)
		}
	})
}
