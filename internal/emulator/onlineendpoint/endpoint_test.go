// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A new endpoint is answered with 201, an operation and the object on its way; a
// second PUT with 200.
func TestPutEndpoint(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Minute))
	created := s.want(http.StatusCreated, s.call("PUT", "/onlineEndpoints/iris", object{
		"location": "West Europe", "tags": object{"team": "a"}, "identity": object{"type": "SystemAssigned"},
		"properties": object{"authMode": "Key", "description": "of iris", "keys": object{"primaryKey": "first", "secondaryKey": "second"}},
	}))
	p := properties(created.json)
	if keys, shown := p["keys"]; !shown || keys != nil || p["provisioningState"] != "Creating" || p["description"] != "of iris" {
		t.Errorf("created: %s", created.raw)
	}
	if strings.Contains(created.raw, "first") {
		t.Errorf("a key is read back: %s", created.raw)
	}
	operation := created.header.Get("Azure-AsyncOperation")
	if poll := s.call("GET", operation, nil); poll.json["status"] != "InProgress" {
		t.Errorf("a poll before the end: %s", poll.raw)
	}
	if reply := s.call("PUT", "/onlineEndpoints/iris", endpoint()); reply.status != http.StatusConflict {
		t.Errorf("a change while another one is on its way: %d %s", reply.status, reply.raw)
	}
	s.e.AdvanceClock(2 * time.Minute)
	if poll := s.call("GET", operation, nil); poll.json["status"] != "Succeeded" || poll.json["endTime"] == nil || !strings.HasPrefix(poll.json["id"].(string), "/subscriptions/") {
		t.Errorf("a poll after the end: %s", poll.raw)
	}
	got := s.want(http.StatusOK, s.call("GET", "/onlineEndpoints/IRIS", nil)).json
	identity := got["identity"].(object)
	p = properties(got)
	if p["provisioningState"] != "Succeeded" || got["name"] != "iris" || got["id"] != emulator.DefaultWorkspaceID+"/onlineEndpoints/iris" ||
		identity["principalId"] == nil || !strings.HasSuffix(p["scoringUri"].(string), "/inference/iris.westeurope/score") {
		t.Errorf("the endpoint: %v", got)
	}
	if primary, secondary := s.keys("iris"); primary != "first" || secondary != "second" {
		t.Errorf("keys are %s and %s, want those of the request", primary, secondary)
	}
	got["properties"].(object)["keys"] = object{"primaryKey": "third"}
	s.want(http.StatusOK, s.call("PUT", "/onlineEndpoints/iris", got)) // the body of a GET can be sent back
	s.e.AdvanceClock(2 * time.Minute)
	if primary, secondary := s.keys("iris"); primary != "first" || secondary != "second" {
		t.Errorf("an update changed the keys to %s and %s", primary, secondary)
	}
	if listed := s.call("GET", "/onlineEndpoints", nil).json["value"].([]any); len(listed) != 1 {
		t.Errorf("listed: %v", listed)
	}
}

// An endpoint without keys in its request gets two different ones.
func TestNewKeys(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	if primary, secondary := s.keys("iris"); len(primary) != 32 || len(secondary) != 32 || primary == secondary {
		t.Errorf("keys are %q and %q", primary, secondary)
	}
}

func TestRegenerateKeys(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Minute))
	s.call("PUT", "/onlineEndpoints/iris", endpoint())
	s.e.AdvanceClock(2 * time.Minute)
	primary, secondary := s.keys("iris")
	const path = "/onlineEndpoints/iris/regenerateKeys"
	accepted := s.want(http.StatusAccepted, s.call("POST", path, object{"keyType": "Secondary", "keyValue": "chosen"}))
	location := accepted.header.Get("Location")
	if accepted.raw != "" || location == "" || accepted.header.Get("Retry-After") == "" {
		t.Errorf("202 with %q and %v", accepted.raw, accepted.header)
	}
	if poll := s.call("GET", location, nil); poll.status != http.StatusAccepted || poll.header.Get("Location") != location {
		t.Errorf("a poll before the end: %d %v", poll.status, poll.header)
	}
	if now, other := s.keys("iris"); now != primary || other != secondary {
		t.Error("the key is new before the operation has ended")
	}
	if reply := s.call("POST", path, object{"keyType": "Primary"}); reply.status != http.StatusConflict {
		t.Errorf("a second regenerate meanwhile: %d %s", reply.status, reply.raw)
	}
	s.e.AdvanceClock(2 * time.Minute)
	if poll := s.call("GET", location, nil); poll.status != http.StatusOK {
		t.Errorf("a poll after the end: %d %s", poll.status, poll.raw)
	}
	if now, other := s.keys("iris"); now != primary || other != "chosen" {
		t.Errorf("keys are %s and %s", now, other)
	}
	s.want(http.StatusAccepted, s.call("POST", path, object{"keyType": "Primary"}))
	s.e.AdvanceClock(2 * time.Minute)
	if now, other := s.keys("iris"); now == primary || len(now) != 32 || other != "chosen" {
		t.Errorf("keys are %s and %s", now, other)
	}
	s.e.SetBehavior(emulator.Behavior{RegenerateStatus: http.StatusOK})
	if reply := s.want(http.StatusOK, s.call("POST", path, object{"keyType": "Primary", "keyValue": "at once"})); reply.raw != "" {
		t.Errorf("200 with a body: %s", reply.raw)
	}
	if now, _ := s.keys("iris"); now != "at once" {
		t.Errorf("the primary key is %s", now)
	}
}

func TestKeyCallsRefuse(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	s.put("/onlineEndpoints/tokens", endpoint("authMode", "AMLToken"))
	for name, c := range map[string]struct {
		reply               answer
		status              int
		code, detail, about string
	}{
		"no such endpoint":       {s.call("POST", "/onlineEndpoints/none/listKeys", nil), 404, "ResourceNotFound", "", ""},
		"keys of a token mode":   {s.call("POST", "/onlineEndpoints/tokens/listKeys", nil), 400, "BadRequest", "InvalidAuthMode", "properties.authMode"},
		"a token of a key mode":  {s.call("POST", "/onlineEndpoints/iris/token", nil), 400, "BadRequest", "InvalidAuthMode", "properties.authMode"},
		"regenerate a token":     {s.call("POST", "/onlineEndpoints/tokens/regenerateKeys", object{"keyType": "Primary"}), 400, "BadRequest", "InvalidAuthMode", "properties.authMode"},
		"no key type":            {s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{}), 400, "BadRequest", "MissingField", "keyType"},
		"a key type of no kind":  {s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "primary"}), 400, "BadRequest", "InvalidValue", "keyType"},
		"a key of another type":  {s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary", "keyValue": 1}), 400, "BadRequest", "InvalidType", "keyValue"},
		"a member of no meaning": {s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary", "key": "x"}), 400, "BadRequest", "UnknownField", "key"},
		"a reader":               {s.as(emulator.ReaderClientID).call("POST", "/onlineEndpoints/iris/listKeys", nil), 403, "AuthorizationFailed", "", ""},
		"no token":               {s.do("POST", s.e.ResourceManagerURL()+emulator.DefaultWorkspaceID+"/onlineEndpoints/iris/listKeys?api-version=1", "", nil), 401, "AuthenticationFailed", "", ""},
		"no version":             {s.do("POST", s.e.ResourceManagerURL()+emulator.DefaultWorkspaceID+"/onlineEndpoints/iris/listKeys", s.bearer, nil), 400, "MissingApiVersionParameter", "", ""},
	} {
		code, detail, about := c.reply.problem()
		if c.reply.status != c.status || code != c.code || detail != c.detail || about != c.about {
			t.Errorf("%s: %d %s", name, c.reply.status, c.reply.raw)
		}
	}
}

func TestPutEndpointRefuses(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces = append(seed.Workspaces, emulator.DefaultWorkspaceSeed("ws-other"))
	s := open(t, emulator.WithSeed(seed))
	s.put("/onlineEndpoints/iris", endpoint("properties", object{"a": "1"}))
	elsewhere := strings.Replace(emulator.DefaultWorkspaceID, emulator.DefaultWorkspaceName, "ws-other", 1)
	for name, c := range map[string]struct {
		path          string
		body          object
		status        int
		detail, about string
	}{
		"a short name":         {"/onlineEndpoints/ab", endpoint(), 400, "InvalidName", "name"},
		"another name":         {"/onlineEndpoints/one", change(endpoint(), []any{"name", "two"}), 400, "InvalidValue", "name"},
		"another region":       {"/onlineEndpoints/one", change(endpoint(), []any{"location", "eastus"}), 400, "InvalidLocation", "location"},
		"an AKS compute":       {"/onlineEndpoints/one", endpoint("compute", emulator.DefaultWorkspaceID+"/computes/aks-demo"), 400, "NotSupported", "properties.compute"},
		"no such compute":      {"/onlineEndpoints/one", endpoint("compute", "aks-demo"), 400, "ComputeNotFound", "properties.compute"},
		"traffic to nothing":   {"/onlineEndpoints/one", endpoint("traffic", object{"blue": 100}), 400, "DeploymentNotFound", "properties.traffic.blue"},
		"a property changed":   {"/onlineEndpoints/iris", endpoint("properties", object{"a": "2"}), 400, "PropertyImmutable", "properties.properties.a"},
		"a property removed":   {"/onlineEndpoints/iris", endpoint(), 400, "PropertyImmutable", "properties.properties.a"},
		"a compute of its own": {"/onlineEndpoints/iris", endpoint("compute", emulator.DefaultWorkspaceID+"/computes/none"), 400, "ComputeNotFound", "properties.compute"},
	} {
		reply := s.call("PUT", c.path, c.body)
		if code, detail, about := reply.problem(); reply.status != c.status || code != "BadRequest" || detail != c.detail || about != c.about {
			t.Errorf("%s: %d %s", name, reply.status, reply.raw)
		}
	}
	if reply := s.call("PUT", s.e.ResourceManagerURL()+elsewhere+"/onlineEndpoints/iris?api-version=2026-05-01", endpoint()); reply.status != http.StatusConflict {
		t.Errorf("a name that another workspace of the region has: %d %s", reply.status, reply.raw)
	}
	if reply := s.call("GET", "/onlineEndpoints/one", nil); reply.status != http.StatusNotFound {
		t.Errorf("a refused request left something: %d", reply.status)
	}
}

func TestDeleteEndpoint(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Minute))
	s.call("PUT", "/onlineEndpoints/iris", endpoint())
	if reply := s.call("DELETE", "/onlineEndpoints/iris", nil); reply.status != http.StatusConflict {
		t.Errorf("a deletion while it is created: %d", reply.status)
	}
	s.e.AdvanceClock(2 * time.Minute)
	accepted := s.want(http.StatusAccepted, s.call("DELETE", "/onlineEndpoints/iris", nil))
	if p := properties(s.call("GET", "/onlineEndpoints/iris", nil).json); p["provisioningState"] != "Deleting" {
		t.Errorf("on its way: %v", p)
	}
	s.e.AdvanceClock(2 * time.Minute)
	if poll := s.call("GET", accepted.header.Get("Location"), nil); poll.status != http.StatusNoContent {
		t.Errorf("a poll after the end: %d %s", poll.status, poll.raw)
	}
	s.want(http.StatusNotFound, s.call("GET", "/onlineEndpoints/iris", nil))
	s.want(http.StatusNoContent, s.call("DELETE", "/onlineEndpoints/iris", nil))
}

// A token has both times in epoch seconds.
func TestToken(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/tokens", endpoint("authMode", "AMLToken"))
	reply := s.want(http.StatusOK, s.call("POST", "/onlineEndpoints/tokens/token", nil)).json
	refresh, expiry := reply["refreshAfterTimeUtc"].(float64), reply["expiryTimeUtc"].(float64)
	if reply["tokenType"] != "Bearer" || reply["accessToken"] == "" || expiry-refresh != 12*3600 {
		t.Errorf("the token: %v", reply)
	}
}

// Polls ask for a role on the workspace of the operation.
func TestPollsAskForARole(t *testing.T) {
	t.Parallel()
	s := open(t)
	created := s.call("PUT", "/onlineEndpoints/iris", endpoint())
	for name, scopes := range map[string][]string{"inside": {emulator.DefaultWorkspaceID}, "outside": {emulator.DefaultWorkspaceID + "-other"}} {
		if err := s.e.AddPrincipal(emulator.Principal{ClientID: name, Role: "Reader", Scopes: scopes}); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"inside": http.StatusOK, "outside": http.StatusNotFound}[name]
		if poll := s.as(name).call("GET", created.header.Get("Azure-AsyncOperation"), nil); poll.status != want {
			t.Errorf("%s: %d %s", name, poll.status, poll.raw)
		}
	}
}

// Each operation can be made to fail, and a list of keys can be an old one.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	primary, _ := s.keys("iris")
	s.e.Fault(emulator.Fault{Operation: "RegenerateOnlineEndpointKeys", Kind: emulator.FaultInternalError, Times: 1})
	s.want(http.StatusInternalServerError, s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary"}))
	s.want(http.StatusAccepted, s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary"}))
	s.e.Fault(emulator.Fault{Operation: "ListOnlineEndpointKeys", Kind: emulator.FaultStaleKeys, Times: 1})
	if stale, _ := s.keys("iris"); stale != primary {
		t.Error("the keys are not stale")
	}
	if fresh, _ := s.keys("iris"); fresh == primary {
		t.Error("the keys are still stale")
	}
	s.e.Fault(emulator.Fault{Operation: "PutOnlineEndpoint", Kind: emulator.FaultThrottle, Times: 1})
	s.want(http.StatusTooManyRequests, s.call("PUT", "/onlineEndpoints/iris", endpoint()))
}

// An operation can fail: its polls say why, and the key stays.
func TestOperationsFail(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.put("/onlineEndpoints/iris", endpoint())
	primary, _ := s.keys("iris")
	s.e.Fault(emulator.Fault{Operation: "RegenerateOnlineEndpointKeys", Kind: emulator.FaultOperationFailed, Message: "No luck.", Times: 1})
	accepted := s.want(http.StatusAccepted, s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary"}))
	poll := s.want(http.StatusBadRequest, s.call("GET", accepted.header.Get("Location"), nil))
	if code, _, _ := poll.problem(); code != "OperationFailed" || !strings.Contains(poll.raw, "No luck.") {
		t.Errorf("the poll: %s", poll.raw)
	}
	if now, _ := s.keys("iris"); now != primary {
		t.Error("the key changed")
	}
	s.e.Fault(emulator.Fault{Operation: "PutOnlineEndpoint", Kind: emulator.FaultOperationCancelled, Times: 1})
	if operation := s.ended(s.call("PUT", "/onlineEndpoints/iris", endpoint())); operation["status"] != "Canceled" || operation["error"] == nil {
		t.Errorf("the operation: %v", operation)
	}
	if p := properties(s.call("GET", "/onlineEndpoints/iris", nil).json); p["provisioningState"] != "Failed" {
		t.Errorf("the endpoint is %v", p["provisioningState"])
	}
	s.e.Fault(emulator.Fault{Operation: "PutOnlineEndpoint", Kind: emulator.FaultOperationEndless, Times: 1})
	endless := s.call("PUT", "/onlineEndpoints/iris", endpoint()).header.Get("Azure-AsyncOperation")
	if poll := s.call("GET", endless, nil); poll.json["status"] != "InProgress" {
		t.Errorf("an endless operation: %s", poll.raw)
	}
	s.e.ClearFaults()
	if poll := s.call("GET", endless, nil); poll.json["status"] != "Failed" {
		t.Errorf("an operation that was endless: %s", poll.raw)
	}
}

// Endpoints, keys and operations on their way survive a restart.
func TestEndpointsAreSaved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	file := emulator.WithStateFile(path)
	s := open(t, file)
	s.put("/onlineEndpoints/iris", endpoint("keys", object{"primaryKey": "first"}))
	if saved, err := os.ReadFile(path); err != nil || strings.Count(string(saved), `"first"`) != 1 {
		t.Errorf("the key is not once in the state: %v", err)
	}
	s.e.SetOperationDuration(time.Minute)
	location := s.call("POST", "/onlineEndpoints/iris/regenerateKeys", object{"keyType": "Primary", "keyValue": "chosen"}).header.Get("Location")
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, file)
	if primary, _ := again.keys("iris"); primary != "first" {
		t.Errorf("the primary key is %s", primary)
	}
	again.e.AdvanceClock(2 * time.Minute)
	if primary, _ := again.keys("iris"); primary != "chosen" {
		t.Errorf("the primary key is %s after the operation", primary)
	}
	_, poll, _ := strings.Cut(location, "/subscriptions/")
	again.want(http.StatusOK, again.call("GET", again.e.ResourceManagerURL()+"/subscriptions/"+poll, nil))
}

// A client of Azure sends its token over https only: it is led to where it has asked.
func TestLinksGoWhereTheClientIs(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithPathPrefix("/prefix"))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.e.CACertPEM())
	secure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	for base, client := range map[string]*http.Client{s.e.ResourceManagerURL(): http.DefaultClient, s.e.AuthorityURL() + "/prefix": secure} {
		name := "plain"
		if client == secure {
			name = "secure"
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+emulator.DefaultWorkspaceID+"/onlineEndpoints/"+name+"?api-version=2026-05-01",
			strings.NewReader(`{"location":"westeurope","properties":{"authMode":"Key"}}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+s.bearer)
		reply, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
		if link := reply.Header.Get("Azure-AsyncOperation"); !strings.HasPrefix(link, base+"/subscriptions/") {
			t.Errorf("%s: %d, and it leads to %q, not below %s", name, reply.StatusCode, link, base)
		}
	}
}
