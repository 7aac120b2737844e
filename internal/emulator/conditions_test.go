// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// After a regeneration the other slot stays, the former value is refused, and a
// stale listkeys shows the former value of either slot.
func TestEachSlotIsRegeneratedAlone(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aci("svc", "authEnabled", true))
	for _, slot := range []string{"Primary", "Secondary"} {
		before := map[string]string{}
		before["Primary"], before["Secondary"] = s.keys("svc")
		s.succeed(s.call("POST", "/services/svc/regenerateKeys", object{"keyType": slot}))
		s.e.Fault(emulator.Fault{Kind: emulator.FaultStaleKeys, Times: 1})
		stalePrimary, staleSecondary := s.keys("svc")
		if stalePrimary != before["Primary"] || staleSecondary != before["Secondary"] {
			t.Errorf("%s: the stale keys are not those from before", slot)
		}
		after := map[string]string{}
		after["Primary"], after["Secondary"] = s.keys("svc")
		for name, key := range before {
			if changed := after[name] != key; changed != (name == slot) {
				t.Errorf("%s regenerated: %s changed: %t", slot, name, changed)
			}
			if want := map[bool]int{true: 401, false: 200}[name == slot]; s.score(service, key) != want {
				t.Errorf("%s regenerated: the former %s key scores with %d", slot, name, s.score(service, key))
			}
		}
	}
}

// An overwrite by somebody else leaves the name of the maker.
func TestOverwriteKeepsTheMaker(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	second := s.as(emulator.ContributorClientID).deploy(aci("svc", "overwrite", true))
	if name := at(second, "/createdBy/userName"); name != "owner" {
		t.Errorf("created by %v", name)
	}
}

// The credentials of a registry come back from no call that takes them.
func TestRegistryCredentialsAreNotReturned(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	image := object{"modelIds": []string{"iris:1"}, "environment": object{"name": "e", "docker": object{
		"baseImage": "private/image", "baseImageRegistry": object{"address": "registry.example.com", "username": "the-user", "password": "the-password"},
	}}}
	s.deploy(aci("svc-created", "environmentImageRequest", image))
	s.deploy(aks("svc-patched"))
	s.succeed(s.call("PATCH", "/services/svc-patched", replace("/environmentImageRequest", image)))
	s.deploy(aci("svc-overwritten"))
	s.deploy(aci("svc-overwritten", "environmentImageRequest", image, "overwrite", true))
	for _, name := range []string{"svc-created", "svc-patched", "svc-overwritten"} {
		reply := s.call("GET", "/services/"+name, nil)
		if strings.Contains(reply.raw, "the-password") || strings.Contains(reply.raw, "the-user") || !strings.Contains(reply.raw, "registry.example.com") {
			t.Errorf("%s: %s", name, reply.raw)
		}
	}
}

// A PATCH that turns key auth on makes keys, which then score.
func TestPatchMakesKeys(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	s.succeed(s.call("PATCH", "/services/svc", replace("/authEnabled", true)))
	service := s.call("GET", "/services/svc", nil).json
	primary, secondary := s.keys("svc")
	if len(primary) != 32 || len(secondary) != 32 || primary == secondary || s.score(service, primary) != 200 || s.score(service, secondary) != 200 || s.score(service, "") != 401 {
		t.Errorf("the keys are %d and %d characters long", len(primary), len(secondary))
	}
}

// TLS counts when its operation has ended, and hasHttps says what is on.
func TestTLSFollowsTheOperation(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("svc"))
	look := func() (scheme string, https any) {
		service := s.call("GET", "/services/svc", nil).json
		scheme, _, _ = strings.Cut(service["scoringUri"].(string), ":")
		return scheme, at(service, "/properties/hasHttps")
	}
	s.e.SetOperationDuration(time.Hour)
	s.call("PATCH", "/services/svc", replace("/sslEnabled", true, "/sslCertificate", "c", "/sslKey", "k", "/cname", "example.com"))
	if scheme, https := look(); scheme != "http" || https != "True" {
		t.Errorf("while it is switched on: %s, hasHttps %v", scheme, https)
	}
	s.e.SetOperationDuration(0)
	if scheme, https := look(); scheme != "https" || https != "True" {
		t.Errorf("switched on: %s, hasHttps %v", scheme, https)
	}
	s.succeed(s.call("PATCH", "/services/svc", replace("/sslEnabled", false)))
	if scheme, https := look(); scheme != "http" || https != "False" {
		t.Errorf("switched off: %s, hasHttps %v", scheme, https)
	}
}

// An address that the caller chose stays at an overwrite, the IP with it.
func TestChosenAddressStays(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{OverwriteChangesAddress: true}))
	first := s.deploy(aci("svc", "dnsNameLabel", "chosen"))
	second := s.deploy(aci("svc", "overwrite", true))
	if second["publicIp"] != first["publicIp"] || second["publicFqdn"] != first["publicFqdn"] {
		t.Errorf("%v %v became %v %v", first["publicIp"], first["publicFqdn"], second["publicIp"], second["publicFqdn"])
	}
}

// A service without running containers does not score, and its replicas are not
// available.
func TestStatesThatDoNotScore(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	service := s.deploy(aks("svc", "authEnabled", false, "numReplicas", 2))
	for state, want := range map[string]struct {
		status    int
		available float64
	}{
		"Healthy": {200, 2}, "Unhealthy": {503, 0}, "Unschedulable": {503, 0}, "Transitioning": {200, 0}, "Failed": {200, 0},
	} {
		if err := s.e.SetServiceState(s.scope, "svc", state); err != nil {
			t.Fatal(err)
		}
		status := s.score(service, "")
		available := at(s.call("GET", "/services/svc", nil).json, "/deploymentStatus/availableReplicas")
		if status != want.status || available != want.available {
			t.Errorf("%s: scoring answers %d, %v replicas are available", state, status, available)
		}
	}
}

// The last page has no next link, also if it is full.
func TestTheLastPageIsFull(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	for _, name := range []string{"svc-1", "svc-2"} {
		s.deploy(aci(name))
	}
	for _, list := range []string{"/services", "/models?name=iris", "/assets"} {
		if list == "/assets" {
			s.call("POST", "/assets", object{"name": "a"})
			s.call("POST", "/assets", object{"name": "b"})
		}
		reply := s.call("GET", list, nil)
		if _, more := reply.json["nextLink"]; more || len(reply.json["value"].([]any)) != 2 {
			t.Errorf("%s: %s", list, reply.raw)
		}
	}
	if reply := s.call("GET", "/models?count=100", nil); len(reply.json["value"].([]any)) != 2 || reply.json["nextLink"] == nil {
		t.Errorf("a page of more than the largest: %s", reply.raw)
	}
}

// A scheduled change of a service's state survives a restart.
func TestUnhealthyLaterSurvivesARestart(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	s := open(t, emulator.WithOperationDuration(0), emulator.WithStateFile(state))
	s.e.Fault(emulator.Fault{Kind: emulator.FaultUnhealthyLater, Delay: time.Minute, Times: 1})
	s.deploy(aci("svc"))
	if err := s.e.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, emulator.WithStateFile(state))
	s.e.AdvanceClock(time.Minute)
	if service := s.call("GET", "/services/svc", nil).json; service["state"] != "Unhealthy" {
		t.Errorf("a minute later it is %v", service["state"])
	}
}

// Without a version, an environment gets the number after the highest one.
func TestNextEnvironmentVersion(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := s.e.ResourceManagerURL() + "/environment/v1.0" + s.scope + "/environments/mine"
	for _, version := range []string{"7", "2", "stable"} {
		s.do("PUT", address+"/versions/"+version, s.bearer, object{})
	}
	if reply := s.do("PUT", address, s.bearer, object{}); reply.json["version"] != "8" {
		t.Errorf("after 7, 2 and stable comes %v", reply.json["version"])
	}
}

// A request id of the client comes back, unless it is too long to be one.
func TestClientRequestID(t *testing.T) {
	t.Parallel()
	s := open(t)
	for length, back := range map[int]bool{1: true, 100: true, 101: false} {
		request, err := http.NewRequest(http.MethodGet, s.url("/services"), nil)
		if err != nil {
			t.Fatal(err)
		}
		id := strings.Repeat("x", length)
		request.Header.Set("x-ms-client-request-id", id)
		request.Header.Set("Authorization", "Bearer "+s.bearer)
		reply, err := send(s.e, request)
		if err != nil || (reply.header.Get("x-ms-client-request-id") == id) != back {
			t.Errorf("%d characters: %q, %v", length, reply.header.Get("x-ms-client-request-id"), err)
		}
	}
}

// A federated assertion is for the token endpoint: one with another audience that
// the same issuer signed is refused.
func TestFederatedAudience(t *testing.T) {
	t.Parallel()
	s := open(t)
	token, err := emulator.FederatedTokenFor(s.e, emulator.ContributorClientID, "https://elsewhere.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if reply := s.assert(emulator.ContributorClientID, token); !strings.Contains(reply.raw, "AADSTS700212") {
		t.Errorf("%d %s", reply.status, reply.raw)
	}
}

// ClearFaults ends an endless operation at once, however long operations take.
func TestClearFaultsEndsAnEndlessOperation(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	s.e.Fault(emulator.Fault{Kind: emulator.FaultOperationEndless, Times: 1})
	location := s.call("POST", "/services", aci("svc")).header.Get("Operation-Location")
	s.e.ClearFaults()
	if operation := s.do("GET", location, s.bearer, nil).json; operation["state"] != "TimedOut" {
		t.Errorf("it is %v", operation["state"])
	}
}

// The older token endpoint gives its numbers as text.
func TestOlderTokenEndpointGivesText(t *testing.T) {
	t.Parallel()
	s := open(t)
	reply := s.do("POST", s.e.AuthorityURL()+"/"+emulator.DefaultTenantID+"/oauth2/token", "", form("grant_type", "client_credentials",
		"client_id", emulator.OwnerClientID, "client_secret", emulator.OwnerSecret, "resource", "https://management.azure.com/"))
	if reply.json["expires_in"] != "3599" || reply.json["ext_expires_in"] != "3599" || reply.json["resource"] != "https://management.azure.com/" {
		t.Errorf("%d, expires_in %v, resource %v", reply.status, reply.json["expires_in"], reply.json["resource"])
	}
}

// latestVersionOnly is the highest version of each name, in whatever order they came.
func TestLatestVersionOnly(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces[0].Models = []emulator.ModelSeed{{Name: "iris", Version: 2}, {Name: "iris", Version: 3}, {Name: "iris", Version: 1}}
	s := open(t, emulator.WithSeed(seed))
	reply := s.call("GET", "/models?latestVersionOnly=true", nil)
	if value := reply.json["value"].([]any); len(value) != 1 || value[0].(object)["id"] != "iris:3" {
		t.Errorf("%s", reply.raw)
	}
}

// A seed with one workspace twice is refused, whatever the case of its names.
func TestSeedWithAWorkspaceTwice(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	seed.Workspaces = append(seed.Workspaces, emulator.DefaultWorkspaceSeed(strings.ToUpper(emulator.DefaultWorkspaceName)))
	if _, err := emulator.New(emulator.WithSeed(seed)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("%v", err)
	}
}

// Services of one moment are listed by name, whichever way time is sorted.
func TestServicesOfOneMomentAreListedByName(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithClock(fixedClock{fixtureTime}))
	for _, name := range []string{"svc-b", "svc-c", "svc-a"} {
		s.call("POST", "/services", aci(name))
	}
	for _, order := range []string{"CreatedAtAsc", "CreatedAtDesc"} {
		var names []string
		for _, item := range s.call("GET", "/services?orderby="+order, nil).json["value"].([]any) {
			names = append(names, item.(object)["name"].(string))
		}
		if strings.Join(names, " ") != "svc-a svc-b svc-c" {
			t.Errorf("%s: %v", order, names)
		}
	}
}
