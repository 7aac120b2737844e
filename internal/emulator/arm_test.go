// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const otherSubscription = "33333333-3333-3333-3333-333333333333"

// severalWorkspaces are five in one group, one in another, and one in another subscription.
func severalWorkspaces() emulator.Seed {
	seed := emulator.DefaultSeed()
	for i := range 4 {
		seed.Workspaces = append(seed.Workspaces, emulator.WorkspaceSeed{
			SubscriptionID: emulator.DefaultSubscriptionID, ResourceGroup: emulator.DefaultResourceGroup, Name: fmt.Sprintf("ws-%d", i), Location: "northeurope",
		})
	}
	seed.Workspaces = append(seed.Workspaces,
		emulator.WorkspaceSeed{SubscriptionID: emulator.DefaultSubscriptionID, ResourceGroup: "RG-Demo-2", Name: "ws-second", Tags: map[string]string{"team": "ml"}},
		emulator.WorkspaceSeed{SubscriptionID: otherSubscription, ResourceGroup: emulator.DefaultResourceGroup, Name: "ws-other"},
	)
	return seed
}

const workspacesBelow = "/providers/Microsoft.MachineLearningServices/workspaces"

// pages follows nextLink from a path to the last page, and returns the names of
// each page.
func (s *session) pages(path string) (names [][]string) {
	s.t.Helper()
	address := s.e.ResourceManagerURL() + path
	for range 20 {
		reply := s.do("GET", address, s.bearer, nil)
		if reply.status != http.StatusOK {
			s.t.Fatalf("%s: %d %s", path, reply.status, reply.raw)
		}
		var page []string
		for _, item := range reply.json["value"].([]any) {
			page = append(page, item.(object)["name"].(string))
		}
		names = append(names, page)
		next, more := reply.json["nextLink"]
		if !more {
			return names
		}
		address = next.(string)
		if parsed, err := url.Parse(address); err != nil || !parsed.IsAbs() || parsed.Query().Get("api-version") == "" {
			s.t.Fatalf("nextLink %q", address)
		}
	}
	s.t.Fatal("the pages do not end")
	return nil
}

// Workspaces are listed by subscription and by resource group, in pages, as a GET
// of each shows them.
func TestWorkspacesInPages(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithSeed(severalWorkspaces()), emulator.WithBehavior(emulator.Behavior{PageSize: 2}), emulator.WithPathPrefix("below"))
	const version = "?api-version=2022-05-01"
	for path, want := range map[string][][]string{
		"/subscriptions/" + emulator.DefaultSubscriptionID:                               {{"ws-second", "ws-0"}, {"ws-1", "ws-2"}, {"ws-3", "ws-demo"}},
		"/subscriptions/" + emulator.DefaultSubscriptionID + "/resourceGroups/rg-demo":   {{"ws-0", "ws-1"}, {"ws-2", "ws-3"}, {"ws-demo"}},
		"/SUBSCRIPTIONS/" + emulator.DefaultSubscriptionID + "/resourcegroups/rg-demo-2": {{"ws-second"}},
		"/subscriptions/" + otherSubscription:                                            {{"ws-other"}},
	} {
		got := s.pages(path + workspacesBelow + version)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	one := s.do("GET", s.e.ResourceManagerURL()+"/subscriptions/"+emulator.DefaultSubscriptionID+"/resourceGroups/RG-Demo-2"+workspacesBelow+"/ws-second"+version, s.bearer, nil)
	listed := s.do("GET", s.e.ResourceManagerURL()+"/subscriptions/"+emulator.DefaultSubscriptionID+"/resourceGroups/RG-Demo-2"+workspacesBelow+version, s.bearer, nil)
	if listed.raw != `{"value":[`+one.raw+`]}` || at(one.json, "/tags/team") != "ml" {
		t.Errorf("listed as %s, alone %s", listed.raw, one.raw)
	}
	for path, want := range map[string]struct {
		status int
		code   string
	}{
		"/subscriptions/" + otherSubscription + "/resourceGroups/none" + workspacesBelow + version:                  {404, "ResourceGroupNotFound"},
		"/subscriptions/44444444-4444-4444-4444-444444444444" + workspacesBelow + version:                           {404, "SubscriptionNotFound"},
		"/subscriptions/" + otherSubscription + workspacesBelow:                                                     {400, "MissingApiVersionParameter"},
		"/subscriptions/" + otherSubscription + workspacesBelow + version + "&$skipToken=*":                         {400, "BadRequest"},
		"/subscriptions/" + otherSubscription + "/providers/Microsoft.MachineLearningServices/registries" + version: {501, "NotImplemented"},
	} {
		reply := s.do("GET", s.e.ResourceManagerURL()+path, s.bearer, nil)
		problem, _ := reply.json["error"].(object)
		if reply.status != want.status || problem["code"] != want.code {
			t.Errorf("%s: %d %s", path, reply.status, reply.raw)
		}
	}
}

// A caller sees the workspaces that it may read; one that may read none is refused.
func TestWorkspacesOfACaller(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithSeed(severalWorkspaces()))
	group := "/subscriptions/" + emulator.DefaultSubscriptionID + "/resourceGroups/rg-demo"
	for _, p := range []emulator.Principal{
		{ClientID: "scoped", Role: "Reader", Scopes: []string{group + workspacesBelow + "/ws-1", group + workspacesBelow + "/ws-3"}},
		{ClientID: "none", Actions: []string{"Microsoft.MachineLearningServices/workspaces/services/read"}},
	} {
		if err := s.e.AddPrincipal(p); err != nil {
			t.Fatal(err)
		}
	}
	const version = "?api-version=2022-05-01"
	if got := s.as("scoped").pages("/subscriptions/" + emulator.DefaultSubscriptionID + workspacesBelow + version); fmt.Sprint(got) != "[[ws-1 ws-3]]" {
		t.Errorf("scoped: %v", got)
	}
	for caller, path := range map[string]string{"none": group, "scoped": "/subscriptions/" + otherSubscription} {
		reply := s.do("GET", s.e.ResourceManagerURL()+path+workspacesBelow+version, s.e.AccessToken(caller), nil)
		if reply.status != http.StatusForbidden || !strings.Contains(reply.raw, "over scope '"+path+"'") {
			t.Errorf("%s: %d %s", caller, reply.status, reply.raw)
		}
	}
}

// The permissions of a caller are its role's, at the scope where it is assigned.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithSeed(severalWorkspaces()))
	for _, p := range []emulator.Principal{
		{ClientID: "elsewhere", Role: "Owner", Scopes: []string{"/subscriptions/" + otherSubscription}},
		{ClientID: "nobody"},
		{ClientID: "custom", Actions: []string{"Microsoft.MachineLearningServices/workspaces/services/*/read", "*/read"}, NotActions: []string{"*/listkeys/action"}},
	} {
		if err := s.e.AddPrincipal(p); err != nil {
			t.Fatal(err)
		}
	}
	address := s.e.ResourceManagerURL() + s.scope + "/providers/Microsoft.Authorization/permissions"
	const none, more = `{"value":[]}`, `"dataActions":[],"notActions":%s,"notDataActions":[]}]}`
	for caller, want := range map[string]string{
		emulator.OwnerClientID:       `{"value":[{"actions":["*"],` + fmt.Sprintf(more, `[]`),
		emulator.ContributorClientID: `{"value":[{"actions":["*"],` + fmt.Sprintf(more, `["Microsoft.Authorization/*/Delete","Microsoft.Authorization/*/Write","Microsoft.Authorization/elevateAccess/Action"]`),
		emulator.ReaderClientID:      `{"value":[{"actions":["*/read"],` + fmt.Sprintf(more, `[]`),
		"custom":                     `{"value":[{"actions":["Microsoft.MachineLearningServices/workspaces/services/*/read","*/read"],` + fmt.Sprintf(more, `["*/listkeys/action"]`),
		"elsewhere":                  none,
		"nobody":                     none,
	} {
		if reply := s.do("GET", address+"?api-version=2022-04-01", s.e.AccessToken(caller), nil); reply.status != http.StatusOK || reply.raw != want {
			t.Errorf("%s: %d %s", caller, reply.status, reply.raw)
		}
	}
	if reply := s.do("GET", address, s.bearer, nil); reply.status != http.StatusBadRequest {
		t.Errorf("without an api-version: %d", reply.status)
	}
	missing := strings.Replace(address, emulator.DefaultWorkspaceName, "none", 1)
	if reply := s.do("GET", missing+"?api-version=2022-04-01", s.bearer, nil); reply.status != http.StatusNotFound {
		t.Errorf("of a missing workspace: %d", reply.status)
	}
}

// A seed may hold services: deployed ones of both types, and ones of a type that
// cannot be created here, which are shown and deleted, and nothing else.
func TestSeededServices(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	image := object{"modelIds": []any{"iris:1"}}
	seed.Workspaces[0].Services = []emulator.ServiceSeed{
		{Name: "svc-aci", ComputeType: "ACI", Definition: object{"environmentImageRequest": image, "authEnabled": true, "keys": object{"primaryKey": "one", "secondaryKey": "two"}}},
		{Name: "svc-aks", ComputeType: "AKS", State: "Unhealthy", Definition: object{"environmentImageRequest": image, "computeName": "aks-demo", "numReplicas": 3}},
		{Name: "svc-endpoint", ComputeType: "AKSENDPOINT", Definition: object{"computeName": "aks-demo", "authEnabled": true, "scoringUri": "http://10.0.0.1/score", "versions": object{"blue": object{"trafficPercentile": 100}}}},
		{Name: "svc-iot", ComputeType: "IOT"},
	}
	s := open(t, emulator.WithSeed(seed), emulator.WithOperationDuration(0))
	if primary, secondary := s.keys("svc-aci"); primary != "one" || secondary != "two" {
		t.Errorf("seeded keys: %s, %s", primary, secondary)
	}
	if got := s.score(s.call("GET", "/services/svc-aci", nil).json, "two"); got != http.StatusOK {
		t.Errorf("scoring a seeded service: %d", got)
	}
	if aks := s.call("GET", "/services/svc-aks", nil).json; aks["state"] != "Unhealthy" || aks["numReplicas"] != 3.0 {
		t.Errorf("svc-aks: %v", aks)
	}
	endpoint := s.call("GET", "/services/svc-endpoint?expand=true", nil).json
	if endpoint["computeType"] != "AKSENDPOINT" || endpoint["state"] != "Healthy" || endpoint["scoringUri"] != "http://10.0.0.1/score" || endpoint["createdTime"] == nil ||
		at(endpoint, "/versions/blue/trafficPercentile") != 100.0 {
		t.Errorf("svc-endpoint: %v", endpoint)
	}
	var types []string
	for _, item := range s.call("GET", "/services", nil).json["value"].([]any) {
		types = append(types, item.(object)["computeType"].(string))
	}
	slices.Sort(types)
	if fmt.Sprint(types) != "[ACI AKS AKSENDPOINT IOT]" {
		t.Errorf("listed: %v", types)
	}
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{"PATCH", "", replace("/description", "x")}, {"POST", "/listkeys", nil}, {"POST", "/regenerateKeys", object{"keyType": "Primary"}}, {"POST", "/token", nil}, {"GET", "/logs", nil},
	} {
		if reply := s.call(c.method, "/services/svc-endpoint"+c.path, c.body); reply.status != http.StatusNotImplemented || !strings.Contains(reply.raw, "AKSENDPOINT") {
			t.Errorf("%s %s: %d %s", c.method, c.path, reply.status, reply.raw)
		}
	}
	if reply := s.call("POST", "/services", aci("svc-endpoint", "overwrite", true)); reply.status != http.StatusNotImplemented {
		t.Errorf("overwriting it: %d %s", reply.status, reply.raw)
	}
	if reply := s.call("POST", "/services", object{"name": "svc-new", "computeType": "AKSENDPOINT"}); reply.status != http.StatusNotImplemented {
		t.Errorf("creating one: %d", reply.status)
	}
	s.succeed(s.call("DELETE", "/services/svc-endpoint", nil))
	if reply := s.call("GET", "/services/svc-endpoint", nil); reply.status != http.StatusNotFound {
		t.Errorf("after its deletion: %d", reply.status)
	}

	for want, wrong := range map[string]emulator.ServiceSeed{
		"AKSENDPOINT":   {Name: "svc-x", ComputeType: "AksEndpoint"},
		"two of this":   {Name: "svc-aci", ComputeType: "IOT"},
		"iris:9":        {Name: "svc-x", ComputeType: "ACI", Definition: object{"environmentImageRequest": object{"modelIds": []any{"iris:9"}}}},
		"name is inval": {Name: "X", ComputeType: "IOT"},
	} {
		bad := seed
		bad.Workspaces = slices.Clone(seed.Workspaces)
		bad.Workspaces[0].Services = append(slices.Clone(seed.Workspaces[0].Services), wrong)
		if _, err := emulator.New(emulator.WithSeed(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("seed %v: %v", wrong, err)
		}
	}
}
