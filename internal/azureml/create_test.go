// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// creator is a workspace without a service, in which one can be created.
type creator struct {
	mu         sync.Mutex
	properties string // of the service; empty: there is none
	operation  string
	created    int
}

// create does the work of POST services, and replies with 202.
func (c *creator) create(w http.ResponseWriter, r *http.Request) {
	c.work(r)
	answer(202, "", "Operation-Location: https://old.example/api/operations/op-1")(w, r)
}

// work creates the service, unless there is one.
func (c *creator) work(r *http.Request) {
	var body struct {
		Properties json.RawMessage
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.properties == "" {
		c.created++
		c.properties, c.operation = string(body.Properties), "op-1"
	}
}

// createAnd does the work, and then replies with something else.
func (c *creator) createAnd(then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.work(r)
		then(w, r)
	}
}

func (c *creator) get(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.properties == "" {
		answer(404, missing)(w, r)
		return
	}
	answer(200, serviceJSON("Transitioning", c.operation, c.properties))(w, r)
}

// conflict is the reply to a create of a name that is taken.
var conflict = answer(409, `{"code":"Conflict","statusCode":409,"message":"Conflict","details":[{"code":"ServiceExists","message":"taken"}]}`)

var iris = azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{
	Name: "iris", ComputeType: azureml.ComputeACI, Properties: map[string]string{"mine": "1"},
	Image: &azureml.EnvironmentImage{ModelIDs: []string{"iris:1"}},
}}

func TestCreateService(t *testing.T) {
	capacity := answer(409, `{"code":"Conflict","message":"Conflict","details":[{"code":"ServiceUnavailable","message":"no capacity"}]}`)
	for name, tc := range map[string]struct {
		posts   func(*creator) []http.HandlerFunc
		exists  bool   // a service of that name is there beforehand
		want    string // an error; empty: op-1
		posted  int
		created int
	}{
		"202":                  {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{c.create} }, false, "", 1, 1},
		"202 without a header": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{c.createAnd(answer(202, ""))} }, false, "", 1, 1},
		"throttled": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(429, ""), answer(429, ""), c.create}
		}, false, "", 3, 1},
		"reset before the work": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{reset, c.create} }, false, "", 2, 1},
		"reset after the work":  {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{c.createAnd(reset), conflict} }, false, "", 1, 1},
		"504 after the work": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{c.createAnd(answer(504, htmlPage)), conflict}
		}, false, "", 1, 1},
		"cut off 201": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{c.createAnd(cutOff(201, "{")), conflict}
		}, false, "", 1, 1},
		"500 before the work": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{answer(500, ""), c.create} }, false, "", 2, 1},
		// The lost request is carried out only while the second one is under way.
		"late work": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{reset, c.createAnd(conflict)} }, false, "", 2, 1},
		"busy with a deletion": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{conflict, answer(409, busyBody), c.create}
		}, false, "", 3, 1},
		"never carried out": {
			func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{reset} }, false,
			`service "iris" was to be deployed, and nothing is seen to have come of it`, 4, 0,
		},
		"exists":                {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{conflict} }, true, `a service named "iris" exists already (ACI, Transitioning, created 2021-04-01)`, 1, 0},
		"exists, seen by a GET": {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{reset} }, true, `a service named "iris" exists already`, 1, 0},
		"capacity":              {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{capacity} }, false, "ServiceUnavailable: no capacity", 1, 0},
		"name always taken":     {func(c *creator) []http.HandlerFunc { return []http.HandlerFunc{conflict} }, false, "ServiceExists: taken", 0, 0},
		"refused": {func(c *creator) []http.HandlerFunc {
			return []http.HandlerFunc{answer(400, `{"code":"BadRequest","message":"x"}`)}
		}, false, "BadRequest: x", 1, 0},
	} {
		run(t, name, func(t *testing.T) {
			api, there := newWire(t), &creator{}
			if tc.exists {
				there.properties = `{"mlws.deploymentId":"of-somebody-else"}`
			}
			api.on("POST", mmPath+"/services", tc.posts(there)...)
			api.on("GET", irisPath, there.get)
			ref, err := api.ws.CreateService(within(t, 10*time.Second), iris)
			if tc.posted > 0 {
				api.wantCount("POST", "/services", tc.posted)
			}
			if there.created != tc.created {
				t.Errorf("created %d times", there.created)
			}
			if tc.want != "" {
				wantText(t, err, tc.want)
				if ref.ID != "" {
					t.Errorf("an operation %s comes with an error", ref.ID)
				}
				return
			}
			if err != nil || ref.ID != "op-1" {
				t.Fatalf("got %q, %v", ref.ID, err)
			}
		})
	}
}

func TestCreateErrorTypes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, there := newWire(t), &creator{properties: "{}"}
		api.on("POST", mmPath+"/services", conflict)
		api.on("GET", irisPath, there.get)
		_, err := api.ws.CreateService(t.Context(), iris)
		var exists *azureml.ExistsError
		if !errors.As(err, &exists) || exists.Existing.Name != "iris" {
			t.Errorf("got %T %v", err, err)
		}

		api.on("POST", mmPath+"/services", reset)
		api.on("GET", irisPath, answer(403, `{"code":"Forbidden"}`))
		_, err = api.ws.CreateService(t.Context(), iris)
		var unknown *azureml.UnknownOutcomeError
		if !errors.As(err, &unknown) {
			t.Errorf("got %T %v", err, err)
		}
		wantText(t, err, "could not be looked up", "403 Forbidden")
	})
}

func TestCreateBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, there := newWire(t), &creator{}
		api.on("POST", mmPath+"/services", reset, there.create)
		api.on("GET", irisPath, there.get)
		if _, err := api.ws.CreateService(t.Context(), iris); err != nil {
			t.Fatal(err)
		}
		var markers []string
		for _, post := range api.asked("POST", "/services") {
			var body struct {
				Properties map[string]string
				Overwrite  *bool
			}
			if err := json.Unmarshal([]byte(post.Body), &body); err != nil || body.Properties["mine"] != "1" || body.Overwrite != nil {
				t.Errorf("sent %s", post.Body)
			}
			markers = append(markers, body.Properties["mlws.deploymentId"])
			if post.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type %q", post.Header.Get("Content-Type"))
			}
		}
		if len(markers[0]) != 36 || markers[0] != markers[1] {
			t.Errorf("the markers are %q", markers)
		}
		if _, ok := iris.Properties["mlws.deploymentId"]; ok {
			t.Error("the caller's map was changed")
		}
	})
}

func TestCreateErrorHidesSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		key := "-----BEGIN PRIVATE KEY-----\nline2-of-a-private-key\n-----END PRIVATE KEY-----\n"
		// A whole key, one of its lines, and a password come back.
		api.on("POST", mmPath+"/services", answer(400, `{"code":"BadRequest","message":"refused: -----BEGIN PRIVATE KEY-----\nline2-of-a-private-key\n-----END PRIVATE KEY-----\n line2-of-a-private-key hunter2"}`))
		request := iris
		request.SSLKey = &key
		request.Image = &azureml.EnvironmentImage{Environment: []byte(`{"docker":{"baseImageRegistry":{"password":"hunter2"}}}`)}
		_, err := api.ws.CreateService(t.Context(), request)
		wantText(t, err, "BadRequest: refused: (redacted) (redacted) (redacted)")
	})
}

// A create that is interrupted is looked for once more, so that the caller can
// record what was created.
func TestInterruptedCreateIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, there := newWire(t), &creator{}
		ctx, cancel := context.WithCancel(t.Context())
		api.on("POST", mmPath+"/services", there.createAnd(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		}))
		api.on("GET", irisPath, there.get)
		ref, err := api.ws.CreateService(ctx, iris)
		if err != nil || ref.ID != "op-1" {
			t.Fatalf("got %q, %v", ref.ID, err)
		}

		api, there = newWire(t), &creator{}
		ctx, cancel = context.WithCancel(t.Context())
		api.on("POST", mmPath+"/services", func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		api.on("GET", irisPath, there.get)
		begun := time.Now()
		if _, err = api.ws.CreateService(ctx, iris); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		// One search, and no further request on a context that has ended.
		if took := time.Since(begun); took > fast.Verify/4+fast.MaxPoll {
			t.Errorf("it took %s", took)
		}
		api.wantCount("POST", "/services", 1)
	})
}

// If the time of a create runs out while a lost request is looked for, no other
// request is sent, and the error still names the reply that it got.
func TestCreateOutOfTimeKeepsTheReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("POST", mmPath+"/services", answer(503, ""))
		api.on("GET", irisPath, answer(404, missing))
		_, err := api.ws.CreateService(within(t, 10*time.Millisecond), iris)
		wantText(t, err, "nothing is seen to have come of it", "503")
		api.wantCount("POST", "/services", 1)
	})
}

func TestThrottledCreateTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("POST", mmPath+"/services", answer(429, `{"code":"TooManyRequests"}`, "Retry-After: 60"))
		_, err := api.ws.CreateService(within(t, 300*time.Millisecond), iris)
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || !strings.Contains(err.Error(), "TooManyRequests") {
			t.Fatalf("got %T %v", err, err)
		}
		api.wantCount("POST", "/services", 1)
	})
}
