// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// watcher reads the events of the page.
type watcher struct {
	t      *testing.T
	reply  *http.Response
	lines  *bufio.Scanner
	lastID string
	raw    strings.Builder
}

func watch(t *testing.T, s *session, lastID string) *watcher {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.e.ResourceManagerURL()+"/_emulator/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reply.Body.Close() })
	w := &watcher{t: t, reply: reply, lines: bufio.NewScanner(reply.Body), lastID: lastID}
	w.lines.Buffer(nil, 4<<20)
	return w
}

// next reads events up to one of this name that meets the condition, and returns its data.
func (w *watcher) next(name string, meets func(data map[string]any) bool) map[string]any {
	w.t.Helper()
	event := ""
	for w.lines.Scan() {
		w.raw.WriteString(w.lines.Text() + "\n")
		field, value, _ := strings.Cut(w.lines.Text(), ": ")
		switch field {
		case "event":
			event = value
		case "id":
			w.lastID = value
		case "data":
			var data map[string]any
			if err := json.Unmarshal([]byte(value), &data); err != nil {
				w.t.Fatalf("event %s: %v", event, err)
			}
			if event == name && (meets == nil || meets(data)) {
				return data
			}
		}
	}
	w.t.Fatalf("the stream ended before %s: %v", name, w.lines.Err())
	return nil
}

// viewed finds a service in the event "state".
func viewed(data map[string]any, name string) map[string]any {
	for _, w := range data["workspaces"].([]any) {
		for _, svc := range w.(map[string]any)["services"].([]any) {
			if svc := svc.(map[string]any); svc["name"] == name {
				return svc
			}
		}
	}
	return nil
}

func operationsOf(requests map[string]any) (operations []string) {
	for _, item := range requests["items"].([]any) {
		operations = append(operations, item.(map[string]any)["operation"].(string))
	}
	return operations
}

// An open page learns of services, requests, faults, the clock and the end of an
// operation, without a secret.
func TestPageEvents(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.e.SetOperationDuration(time.Hour)
	w := watch(t, s, "")
	if w.reply.StatusCode != http.StatusOK || w.reply.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("events: %d %v", w.reply.StatusCode, w.reply.Header)
	}
	w.next("hello", func(data map[string]any) bool { return data["instance"] != "" })
	w.next("clock", nil)
	s.e.Fault(emulator.Fault{Kind: emulator.FaultThrottle, Operation: "ListServices", Times: 3, Skip: 1})
	s.call("POST", "/services", aks("svc-live", "authEnabled", true, "description", "<script>alert(1)</script>"))
	state := w.next("state", func(data map[string]any) bool { return viewed(data, "svc-live") != nil })
	svc := viewed(state, "svc-live")
	if op := svc["operation"].(map[string]any); svc["state"] != "Transitioning" || svc["mode"] != "key" || svc["place"] != emulator.DefaultCompute ||
		op["what"] != "Deploy" || op["ended"] != nil || op["seconds"] != 3600.0 {
		t.Errorf("while it is deployed: %v", svc)
	}
	faults, _ := state["faults"].([]any)
	if len(faults) != 1 || faults[0].(map[string]any)["left"] != 3.0 || faults[0].(map[string]any)["skip"] != 1.0 {
		t.Errorf("faults: %v", faults)
	}
	requests := w.next("requests", nil)
	if got := operationsOf(requests); len(got) != 1 || got[0] != "CreateService" || requests["items"].([]any)[0].(map[string]any)["service"] != "svc-live" {
		t.Errorf("requests: %v", requests)
	}
	// Nobody sends a request: the operation ends by the clock.
	s.e.AdvanceClock(2 * time.Hour)
	state = w.next("state", func(data map[string]any) bool { return viewed(data, "svc-live")["state"] == "Healthy" })
	if op := viewed(state, "svc-live")["operation"].(map[string]any); op["state"] != "Succeeded" || op["ended"] == nil {
		t.Errorf("at its end: %v", op)
	}
	primary, secondary := s.as(emulator.OwnerClientID).keys("svc-live")
	w.next("requests", func(data map[string]any) bool { return operationsOf(data)[0] == "ListKeys" })
	for name, secret := range map[string]string{"primary key": primary, "secondary key": secondary, "bearer": s.bearer, "client secret": emulator.OwnerSecret, "script": "<script>"} {
		if strings.Contains(w.raw.String(), secret) {
			t.Errorf("the events show the %s", name)
		}
	}
}

// Online endpoints of v2 are listed with their deployments.
func TestPageListsOnlineEndpoints(t *testing.T) {
	t.Parallel()
	s := open(t)
	w := watch(t, s, "")
	body := map[string]any{"location": "westeurope", "identity": map[string]any{"type": "SystemAssigned"}, "properties": map[string]any{"authMode": "Key"}}
	if got := s.do("PUT", s.e.ResourceManagerURL()+s.scope+"/onlineEndpoints/next?api-version=2026-05-01", s.bearer, body); got.status != http.StatusCreated {
		t.Fatalf("create: %d %s", got.status, got.raw)
	}
	w.next("state", func(data map[string]any) bool {
		endpoints := data["workspaces"].([]any)[0].(map[string]any)["endpoints"].([]any)
		return len(endpoints) == 1 && endpoints[0] == "next (Succeeded)"
	})
}

// A page that comes back is told what it has missed; one that knew another process
// is told everything.
func TestPageEventsGoOn(t *testing.T) {
	t.Parallel()
	s := open(t)
	first := watch(t, s, "")
	s.call("GET", "/services", nil)
	first.next("requests", nil)
	first.reply.Body.Close()
	s.call("GET", "/services/none", nil)
	for lastID, want := range map[string]string{
		first.lastID: "GetService", "another-1": "ListServices GetService", "": "ListServices GetService", "no id": "ListServices GetService",
	} {
		if got := strings.Join(operationsOf(watch(t, s, lastID).next("requests", nil)), " "); got != want {
			t.Errorf("after %q: %s, want %s", lastID, got, want)
		}
	}
	s.e.ResetRequests()
	if forgotten := watch(t, s, first.lastID).next("requests", nil); forgotten["forgotten"] != 2.0 {
		t.Errorf("after the log was reset: %v", forgotten)
	}
}

// The number of open pages is bounded, and Close ends them.
func TestPageEventsAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t)
	var open []*watcher
	for range 32 {
		w := watch(t, s, "")
		w.next("state", nil)
		open = append(open, w)
	}
	if w := watch(t, s, ""); w.reply.StatusCode != http.StatusServiceUnavailable || w.reply.Header.Get("Retry-After") == "" {
		t.Errorf("one more page: %d %v", w.reply.StatusCode, w.reply.Header)
	}
	open[0].reply.Body.Close()
	eventually(t, "a place is free again", func() bool { return watch(t, s, "").reply.StatusCode == http.StatusOK })
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	for open[1].lines.Scan() {
		_ = open[1].lines.Text()
	}
}

// Close ends the events of a server that is not the emulator's own too.
func TestCloseEndsPageEvents(t *testing.T) {
	t.Parallel()
	s := open(t)
	server := httptest.NewServer(s.e)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/_emulator/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
}
