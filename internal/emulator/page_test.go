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
	"net/url"
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

// The page is one document, which may load and frame nothing, below the prefix too.
func TestPage(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/below"))
	got := s.do("GET", s.e.ResourceManagerURL()+"/", "", nil)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Fatalf("page: %d %s", got.status, got.header.Get("Content-Type"))
	}
	for _, want := range []string{`"base":"/below"`, `"kind":"throttle"`, `"takes":["delay"`, `"PutBlob"`, `"BuildImage"`, s.e.AuthorityURL(), s.e.CAFile()} {
		if !strings.Contains(got.raw, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, outside := range []string{`src="http`, `href="http`, "@import", "url(http", emulator.OwnerSecret, emulator.ContributorSecret} {
		if strings.Contains(got.raw, outside) {
			t.Errorf("the page has %q", outside)
		}
	}
	policy := got.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "script-src 'sha256-"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
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

// opened asks for one service, as the page does when a person opens it.
func (s *session) opened(name string) answer {
	s.t.Helper()
	return s.do("GET", s.e.ResourceManagerURL()+"/_emulator/service?id="+url.QueryEscape(s.scope+"/services/"+name), "", nil)
}

// A service that is opened shows the age of its keys and tokens, its operations with
// their steps, and why it failed; never a key or a token.
func TestPageService(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.deploy(aci("svc-keys", "authEnabled", true))
	s.deploy(aks("svc-tokens", "authEnabled", false, "aadAuthEnabled", true))
	created := s.e.Now()
	s.e.AdvanceClock(5 * time.Hour)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID) // the former one has expired
	s.succeed(s.call("POST", "/services/svc-keys/regenerateKeys", map[string]any{"keyType": "Secondary"}))
	primary, secondary := s.keys("svc-keys")
	token := s.token("svc-tokens")
	s.token("svc-tokens")
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Operation: "CreateService", Times: 1, SubOperation: "BuildImage", BuildLog: "no such package"})
	s.wait(s.call("POST", "/services", aci("svc-unbuilt")))
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Operation: "CreateService", Times: 1})
	s.wait(s.call("POST", "/services", aci("svc-crashes")))

	keys := s.opened("svc-keys")
	since := func(i int) time.Time {
		at, err := time.Parse(time.RFC3339, keys.json["keys"].([]any)[i].(map[string]any)["since"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	rotations := keys.json["rotations"].([]any)
	if since(0).After(created) || !since(1).After(created.Add(4*time.Hour)) || len(rotations) != 1 || rotations[0].(map[string]any)["slot"] != "Secondary" {
		t.Errorf("keys: %v, rotations: %v", keys.json["keys"], rotations)
	}
	operations := keys.json["operations"].([]any)
	if len(operations) != 2 || operations[0].(map[string]any)["what"] != "Regenerate the secondary key" || len(operations[1].(map[string]any)["steps"].([]any)) != 5 {
		t.Errorf("operations: %v", operations)
	}
	if keys.json["document"].(map[string]any)["scoringUri"] != keys.json["scoringUri"] || keys.json["scoringUri"] == "" || !strings.Contains(keys.json["containerLog"].(string), "gunicorn") {
		t.Errorf("document, address or log: %s", keys.raw)
	}
	tokens := s.opened("svc-tokens")
	if handedOut := tokens.json["tokens"].([]any); len(handedOut) != 2 || handedOut[0].(map[string]any)["principal"] != "owner" {
		t.Errorf("tokens: %v", handedOut)
	}
	for _, secret := range []string{primary, secondary, token} {
		if strings.Contains(keys.raw+tokens.raw, secret) {
			t.Errorf("a secret is shown: %s", secret)
		}
	}
	if failure := s.opened("svc-unbuilt").json["failure"].(map[string]any); failure["code"] != "ImageBuildFailed" || failure["buildLog"] != "no such package" {
		t.Errorf("not built: %v", failure)
	}
	crashed := s.opened("svc-crashes").json
	if failure := crashed["failure"].(map[string]any); failure["code"] != "AciDeploymentFailed" || failure["buildLog"] != "" || !strings.Contains(failure["details"].([]any)[0].(string), "CrashLoopBackOff") {
		t.Errorf("crashed: %v", failure)
	}
	if log := crashed["containerLog"].(string); !strings.Contains(log, "Traceback") {
		t.Errorf("its log: %s", log)
	}
	s.e.AdvanceClock(25 * time.Hour)
	if left := s.opened("svc-tokens").json["tokens"].([]any); len(left) != 0 {
		t.Errorf("expired tokens are shown: %v", left)
	}
	for _, id := range []string{"", "svc-none", s.scope + "/services/none"} {
		if got := s.do("GET", s.e.ResourceManagerURL()+"/_emulator/service?id="+url.QueryEscape(id), "", nil); got.status != http.StatusNotFound {
			t.Errorf("id %q: %d %s", id, got.status, got.raw)
		}
	}
}

// The page scores a service with each credential that it has, as a client does, and
// gives out a credential when it is asked.
func TestPageScores(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/below"))
	s.deploy(aci("svc-key", "authEnabled", true))
	s.deploy(aks("svc-token", "authEnabled", false, "aadAuthEnabled", true))
	primary, _ := s.keys("svc-key")
	order := func(path, name, credential string) answer {
		body := map[string]any{"id": s.scope + "/services/" + name, "credential": credential}
		if path == "score" {
			body["input"] = `{"data": [1]}`
		}
		return s.do("POST", s.e.ResourceManagerURL()+"/_emulator/service/"+path, "", body)
	}
	for what, c := range map[string]struct {
		name, credential string
		want             float64
	}{
		"the primary key":   {"svc-key", "primary", 200},
		"the secondary key": {"svc-key", "secondary", 200},
		"no key":            {"svc-key", "none", 401},
		"a token":           {"svc-token", "token", 200},
		"no token":          {"svc-token", "none", 401},
	} {
		got := order("score", c.name, c.credential)
		if got.status != http.StatusOK || got.json["status"] != c.want || got.json["milliseconds"].(float64) <= 0 {
			t.Errorf("%s: %d %s", what, got.status, got.raw)
		}
		if c.want == 200 && !strings.Contains(got.json["body"].(string), c.name) {
			t.Errorf("%s answers %s", what, got.raw)
		}
		if strings.Contains(got.raw, primary) {
			t.Errorf("%s shows the key", what)
		}
	}
	if n := s.e.Count("Score"); n != 5 {
		t.Errorf("the log has %d scoring calls", n)
	}
	if got := order("credential", "svc-key", "primary"); got.json["value"] != primary || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the key: %d %s", got.status, got.raw)
	}
	token, _ := order("credential", "svc-token", "token").json["value"].(string)
	if got := s.score(s.call("GET", "/services/svc-token", nil).json, token); got != http.StatusOK {
		t.Errorf("with the token: %d", got)
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultResetBefore, Operation: "Score", Times: 1})
	if got := order("score", "svc-key", "primary"); got.json["status"] != 0.0 || !strings.Contains(got.json["body"].(string), "cut") {
		t.Errorf("a cut connection: %s", got.raw)
	}
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationFailed, Operation: "CreateService", Times: 1})
	s.wait(s.call("POST", "/services", aci("svc-failed")))
	for what, c := range map[string]struct {
		reply answer
		want  int
	}{
		"a token of a service with keys":   {order("credential", "svc-key", "token"), 400},
		"a key of a service with tokens":   {order("score", "svc-token", "primary"), 400},
		"a misspelt credential":            {order("score", "svc-key", "Primary"), 400},
		"a service that was never Healthy": {order("score", "svc-failed", "none"), 409},
		"no such service":                  {order("score", "svc-none", "none"), 404},
		"an unknown member":                {s.do("POST", s.e.ResourceManagerURL()+"/_emulator/service/credential", "", `{"id":"x","credential":"none","extra":1}`), 400},
	} {
		if c.reply.status != c.want {
			t.Errorf("%s: %d %s, want %d", what, c.reply.status, c.reply.raw, c.want)
		}
	}
}

// Pages of other origins, and names of an attacker's, read and change nothing.
func TestPageIsGuarded(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.deploy(aci("svc-guarded", "authEnabled", true))
	base := s.e.ResourceManagerURL() + "/_emulator"
	primary, _ := s.keys("svc-guarded")
	id := s.scope + "/services/svc-guarded"
	order := `{"id":"` + id + `","credential":"primary"}`
	calls := [][3]string{{"GET", "/events", ""}, {"GET", "/service?id=" + url.QueryEscape(id), ""}, {"POST", "/service/credential", order}, {"POST", "/service/score", order}}
	for _, call := range calls {
		if got := s.sendWith(call[0], base+call[1], call[2], "Host", "attacker.example"); got.status != http.StatusMisdirectedRequest {
			t.Errorf("a foreign host, %s: %d %s", call[1], got.status, got.raw)
		}
		for _, site := range []string{"cross-site", "same-site"} {
			got := s.sendWith(call[0], base+call[1], call[2], "Sec-Fetch-Site", site, "Origin", "http://attacker.example", "Content-Type", "text/plain")
			if call[1] != calls[1][1] && got.status != http.StatusForbidden {
				t.Errorf("%s, %s: %d %s", site, call[1], got.status, got.raw)
			}
			if strings.Contains(got.raw, primary) || got.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s, %s: another origin may read %v %s", site, call[1], got.header, got.raw)
			}
		}
	}
	if got := s.sendWith("POST", base+"/service/credential", order); got.json["value"] != primary {
		t.Errorf("curl: %d %s", got.status, got.raw)
	}
	if got := s.sendWith("POST", base+"/service/credential", order, "Sec-Fetch-Site", "same-origin"); got.json["value"] != primary {
		t.Errorf("the page: %d %s", got.status, got.raw)
	}
}
