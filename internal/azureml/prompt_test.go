// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// deployments is a server of which each change takes a time. It refuses some requests.
type deployments struct {
	takes   time.Duration
	refuses func(path string) bool
	headers []string // of a refusal

	mu    sync.Mutex
	ready map[string]time.Time // by service, and by key slot
	asked map[string][]time.Time
	calls int
}

// served serves deployments with the timing that is meant for Azure.
func served(t *testing.T, takes time.Duration) (*wire, *deployments) {
	t.Helper()
	d := &deployments{takes: takes, refuses: func(string) bool { return false }, ready: map[string]time.Time{}, asked: map[string][]time.Time{}}
	api := newWire(t, func(c *azureml.Config) { c.Timing = azureml.Timing{} })
	api.other = d.ServeHTTP
	if _, err := api.ws.Info(t.Context()); err != nil {
		t.Fatal(err)
	}
	return api, d
}

// ServeHTTP implements http.Handler.
func (d *deployments) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	path := strings.Split(strings.TrimPrefix(r.URL.Path, mmPath+"/"), "/")
	if d.refuses(r.URL.Path) {
		answer(429, `{"code":"TooManyRequests"}`, d.headers...)(w, r)
		return
	}
	accept := func(name string) {
		d.ready[name] = time.Now().Add(d.takes)
		answer(202, "", "Operation-Location: https://old.example/x/operations/"+name)(w, r)
	}
	name := path[len(path)-1]
	done := func(name string) bool { return !time.Now().Before(d.ready[name]) }
	switch {
	case r.Method == http.MethodPost && name == "services":
		var body struct{ Name string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		accept(body.Name)
	case r.Method == http.MethodPost && name == "regenerateKeys":
		accept(path[1] + "-key")
	case r.Method == http.MethodPost && name == "listkeys":
		key := "old-" + path[1]
		if _, regenerated := d.ready[path[1]+"-key"]; regenerated && done(path[1]+"-key") {
			key = "new-" + path[1]
		}
		answer(200, `{"primaryKey":"`+key+`","secondaryKey":"s"}`)(w, r)
	case r.Method == http.MethodDelete:
		accept(name + "-gone")
	case path[0] == "operations":
		d.asked[name] = append(d.asked[name], time.Now())
		state := "Running"
		if done(name) {
			state = "Succeeded"
		}
		answer(200, `{"id":"`+name+`","state":"`+state+`"}`)(w, r)
	case d.ready[name+"-gone"] != time.Time{} && done(name+"-gone"):
		answer(404, missing)(w, r)
	case done(name):
		answer(200, `{"name":"`+name+`","state":"Healthy","computeType":"ACI"}`)(w, r)
	default:
		answer(200, `{"name":"`+name+`","state":"Transitioning","computeType":"ACI"}`)(w, r)
	}
}

// deploy creates a service, and waits for it.
func deploy(ctx context.Context, ws *azureml.Workspace, name string) error {
	ref, err := ws.CreateService(ctx, azureml.CreateServiceRequest{ServiceSpec: azureml.ServiceSpec{Name: name}})
	if err == nil {
		_, _, err = ws.WaitCreated(ctx, name, ref)
	}
	return err
}

// A wait goes on soon after the operation has ended: the first poll comes within a
// second, and no pause is longer than a tenth of the time so far, a second if that is
// longer, or ten seconds.
func TestWaitsArePrompt(t *testing.T) {
	for name, change := range map[string]struct {
		operation string
		make      func(context.Context, *azureml.Workspace) error
	}{
		"create": {"iris2", func(ctx context.Context, ws *azureml.Workspace) error { return deploy(ctx, ws, "iris2") }},
		"delete": {"iris2-gone", func(ctx context.Context, ws *azureml.Workspace) error {
			ref, err := ws.DeleteService(ctx, "iris2")
			if err == nil {
				err = ws.WaitDeleted(ctx, "iris2", ref)
			}
			return err
		}},
		"regenerate": {"iris2-key", func(ctx context.Context, ws *azureml.Workspace) error {
			_, err := ws.RegenerateKey(ctx, "iris2", azureml.KeyPrimary, "")
			return err
		}},
	} {
		for _, takes := range []time.Duration{300 * time.Millisecond, 4 * time.Second, 47 * time.Second, 5 * time.Minute, 25 * time.Minute} {
			run(t, fmt.Sprintf("%s, %s", name, takes), func(t *testing.T) {
				api, d := served(t, takes)
				begun := time.Now()
				if err := change.make(t.Context(), api.ws); err != nil {
					t.Fatal(err)
				}
				longest := func(so time.Duration) time.Duration { return min(max(time.Second, so/10), 10*time.Second) }
				if late := time.Since(begun) - takes; late > longest(takes) {
					t.Errorf("it went on %s after the operation had ended", late)
				}
				last, polls := begun, d.asked[change.operation]
				for i, at := range polls {
					if pause := at.Sub(last); pause > longest(last.Sub(begun)) {
						t.Errorf("poll %d came %s after the last one, %s after the begin", i, pause, last.Sub(begun))
					}
					last = at
				}
				if most := 30 + int(takes/(5*time.Second)); len(polls) > most {
					t.Errorf("%d polls in %s", len(polls), takes)
				}
			})
		}
	}
}

// Two hundred services of which a fifth of the requests is refused cost at most one and
// a half times the requests, with and without a Retry-After.
func TestRefusalsCostLittle(t *testing.T) {
	cost := func(t *testing.T, refuses func(string) bool, headers ...string) int {
		t.Helper()
		calls := 0
		synctest.Test(t, func(t *testing.T) {
			api, d := served(t, 15*time.Second)
			d.refuses, d.headers = refuses, headers
			together(200, func(i int) {
				name := fmt.Sprintf("s%d", i)
				err := deploy(t.Context(), api.ws, name)
				if err == nil {
					_, err = api.ws.ReadService(t.Context(), name)
				}
				if err == nil {
					_, err = api.ws.RegenerateKey(t.Context(), name, azureml.KeyPrimary, "")
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			calls = d.calls
		})
		return calls
	}
	undisturbed := cost(t, func(string) bool { return false })
	for _, headers := range [][]string{nil, {"Retry-After: 1"}, {"Retry-After: 10"}} {
		rng, row := rand.New(rand.NewPCG(1, 2)), map[string]int{}
		calls := cost(t, func(path string) bool {
			row[path]++ // a read is given up after five refusals
			if rng.IntN(5) > 0 || row[path] > 3 {
				row[path] = 0
			}
			return row[path] > 0
		}, headers...)
		t.Logf("%v: %d calls, and %d without refusals", headers, calls, undisturbed)
		if calls*2 > undisturbed*3 {
			t.Errorf("%v: %d calls, and %d without refusals", headers, calls, undisturbed)
		}
	}
}

// Clients that a service refuses together, with a Retry-After, do not come back together,
// and none too early.
func TestRetryAfterIsSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, d := served(t, 0)
		refused := map[string]bool{}
		var back []time.Duration
		begun := time.Now()
		api.other = func(w http.ResponseWriter, r *http.Request) {
			d.mu.Lock()
			again := refused[r.URL.Path]
			if r.Method == http.MethodDelete {
				refused[r.URL.Path] = true
			}
			if again && r.Method == http.MethodDelete {
				back = append(back, time.Since(begun))
			}
			d.mu.Unlock()
			if r.Method == http.MethodDelete && !again {
				answer(429, "", "Retry-After: 10")(w, r)
				return
			}
			d.ServeHTTP(w, r)
		}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() { _, _ = api.ws.DeleteService(t.Context(), fmt.Sprintf("s%d", i)) })
		}
		all.Wait()
		slices.Sort(back)
		if len(back) != 20 || back[0] < 10*time.Second || back[19] > 11*time.Second || len(slices.Compact(back)) < 15 {
			t.Errorf("they came back after %v", back)
		}
	})
}
