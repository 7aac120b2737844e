// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const (
	scorerID = "bbbbbbbb-0000-0000-0000-000000000001"
	keeperID = "bbbbbbbb-0000-0000-0000-000000000002"
	wideID   = "bbbbbbbb-0000-0000-0000-000000000003"
	farID    = "bbbbbbbb-0000-0000-0000-000000000004"
	nobodyID = "bbbbbbbb-0000-0000-0000-000000000005"
)

// Each call needs the action that stands here, and nothing else.
func TestRoles(t *testing.T) {
	t.Parallel()
	const ns = "Microsoft.MachineLearningServices/"
	seed := emulator.DefaultSeed()
	seed.Principals = append(seed.Principals,
		emulator.Principal{ClientID: scorerID, Actions: []string{ns + "workspaces/read"}},
		emulator.Principal{ClientID: keeperID, Actions: []string{ns + "workspaces/services/aks/*/action"}},
		emulator.Principal{ClientID: wideID, Actions: []string{"*"}, NotActions: []string{ns + "*/listkeys/action"}},
		emulator.Principal{ClientID: farID, Role: "Owner", Scopes: []string{"/subscriptions/" + emulator.DefaultSubscriptionID + "/resourceGroups/elsewhere"}},
		emulator.Principal{ClientID: nobodyID})
	s := open(t, emulator.WithSeed(seed), emulator.WithOperationDuration(0))
	s.deploy(aks("keyed"))
	s.deploy(aci("keyed-aci", "authEnabled", true))
	s.deploy(aks("tokened", "authEnabled", false, "aadAuthEnabled", true))

	all := []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, scorerID, keeperID, wideID, farID, nobodyID}
	for _, c := range []struct {
		method, path string
		body         any
		action       string
		allowed      []string
	}{
		{"GET", "/services", nil, "workspaces/services/read", []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, wideID}},
		{"GET", "/services/keyed", nil, "workspaces/services/read", []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, wideID}},
		{"GET", "/services/keyed/logs", nil, "workspaces/services/read", []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, wideID}},
		{"GET", "/models", nil, "workspaces/models/read", []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, wideID}},
		{"POST", "/services/tokened/token", nil, "workspaces/read", []string{emulator.OwnerClientID, emulator.ContributorClientID, emulator.ReaderClientID, scorerID, wideID}},
		{"POST", "/services/keyed/listkeys", nil, "workspaces/services/aks/listkeys/action", []string{emulator.OwnerClientID, emulator.ContributorClientID, keeperID}},
		{"POST", "/services/keyed-aci/listkeys", nil, "workspaces/services/aci/listkeys/action", []string{emulator.OwnerClientID, emulator.ContributorClientID}},
		{"POST", "/services/keyed/regenerateKeys", object{"keyType": "x"}, "workspaces/services/aks/regenerateKeys/action", []string{emulator.OwnerClientID, emulator.ContributorClientID, keeperID, wideID}},
		{"POST", "/services", object{"computeType": "ACI"}, "workspaces/services/aci/write", []string{emulator.OwnerClientID, emulator.ContributorClientID, wideID}},
		{"POST", "/services", object{"computeType": "AKS"}, "workspaces/services/aks/write", []string{emulator.OwnerClientID, emulator.ContributorClientID, wideID}},
		{"PATCH", "/services/keyed", []any{}, "workspaces/services/aks/write", []string{emulator.OwnerClientID, emulator.ContributorClientID, wideID}},
		{"DELETE", "/services/missing", nil, "workspaces/services/aks/delete", []string{emulator.OwnerClientID, emulator.ContributorClientID, wideID}},
	} {
		for _, who := range all {
			allowed := false
			for _, one := range c.allowed {
				allowed = allowed || one == who
			}
			reply := s.as(who).call(c.method, c.path, c.body)
			if allowed != (reply.status != http.StatusForbidden) {
				t.Errorf("%s %s %v as %s: %d %s", c.method, c.path, c.body, who, reply.status, reply.raw)
			}
			message, _ := reply.json["message"].(string)
			if !allowed && (!strings.Contains(message, ns+c.action) || reply.json["statusCode"] != 403.0) {
				t.Errorf("%s %s: the refusal does not name %s: %s", c.method, c.path, c.action, reply.raw)
			}
		}
	}
}

// Resource Manager wraps its refusals, and tells a caller what it may do.
func TestRolesOnResourceManager(t *testing.T) {
	t.Parallel()
	s := open(t)
	if err := s.e.AddPrincipal(emulator.Principal{ClientID: nobodyID}); err != nil {
		t.Fatal(err)
	}
	url := s.e.ResourceManagerURL() + s.scope
	refused := s.do("GET", url+"?api-version=2022-05-01", s.e.AccessToken(nobodyID), nil)
	problem, _ := refused.json["error"].(object)
	if refused.status != http.StatusForbidden || problem["code"] != "AuthorizationFailed" || !strings.Contains(refused.raw, "Microsoft.MachineLearningServices/workspaces/read") {
		t.Errorf("%d %s", refused.status, refused.raw)
	}
	permissions := s.do("GET", url+"/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", s.e.AccessToken(emulator.ReaderClientID), nil)
	if permissions.status != http.StatusOK || !strings.Contains(permissions.raw, `"actions":["*/read"]`) {
		t.Errorf("%d %s", permissions.status, permissions.raw)
	}
	if _, err := emulator.New(emulator.WithSeed(emulator.Seed{Principals: []emulator.Principal{{ClientID: "x", Role: "King"}}})); err == nil {
		t.Error("a seed with an unknown role is taken")
	}
}

// Without a good bearer token nothing answers, in the envelope of each API.
func TestUnauthenticated(t *testing.T) {
	t.Parallel()
	s := open(t)
	service, err := s.e.FederatedToken(emulator.OwnerClientID) // signed by the emulator, but not for this
	if err != nil {
		t.Fatal(err)
	}
	for what, bearer := range map[string]string{"no token": "", "garbage": "abc", "another audience": service} {
		flat := s.do("GET", s.url("/services"), bearer, nil)
		wrapped := s.do("GET", s.e.ResourceManagerURL()+s.scope+"?api-version=2022-05-01", bearer, nil)
		problem, _ := wrapped.json["error"].(object)
		if flat.status != http.StatusUnauthorized || flat.json["statusCode"] != 401.0 || wrapped.status != http.StatusUnauthorized || problem["code"] != "AuthenticationFailed" {
			t.Errorf("%s: %d %s, %d %s", what, flat.status, flat.raw, wrapped.status, wrapped.raw)
		}
	}
}
