// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

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

// The ages of keys survive a restart. Tokens do not: the next process refuses them.
func TestPageAfterARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithStateFile(file))
	s.deploy(aci("svc-keys", "authEnabled", true))
	s.deploy(aks("svc-tokens", "authEnabled", false, "aadAuthEnabled", true))
	s.succeed(s.call("POST", "/services/svc-keys/regenerateKeys", map[string]any{"keyType": "Primary"}))
	s.token("svc-tokens")
	before := s.opened("svc-keys").json
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, emulator.WithStateFile(file))
	after := again.opened("svc-keys").json
	for _, member := range []string{"keys", "rotations"} {
		if rotations := before["rotations"].([]any); len(rotations) != 1 || !reflect.DeepEqual(after[member], before[member]) {
			t.Errorf("%s: %v, want %v", member, after[member], before[member])
		}
	}
	if tokens := again.opened("svc-tokens").json["tokens"].([]any); len(tokens) != 0 {
		t.Errorf("tokens: %v", tokens)
	}
}
