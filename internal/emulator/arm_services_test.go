// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// resource sends a call about services of Resource Manager; path is below
// .../services.
func (s *session) resource(method, path string, body any) answer {
	s.t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return s.do(method, s.e.ResourceManagerURL()+s.scope+"/services"+path+separator+"api-version=2021-04-01", s.bearer, body)
}

// asResource is the body of a create in the form of Resource Manager.
func asResource(create object) object {
	delete(create, "name")
	return create
}

func TestServicesOfResourceManager(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(time.Hour))
	create := asResource(aks("svc", "description", "d", "kvTags", object{"a": "b"}, "properties", object{"p": "q"}, "numReplicas", 2,
		"keys", object{"primaryKey": "p1", "secondaryKey": "s1"}, "location", "westeurope"))

	made := s.resource("PUT", "/svc", create)
	poll := made.header.Get("Azure-AsyncOperation")
	if made.status != http.StatusCreated || poll == "" || at(made.json, "/properties/state") != "Transitioning" || at(made.json, "/properties/provisioningState") != "Updating" {
		t.Fatalf("create: %d %v %s", made.status, made.header, made.raw)
	}
	if strings.Contains(made.raw, "p1") {
		t.Errorf("a reply has a key: %s", made.raw)
	}
	if status := s.do("GET", poll, s.bearer, nil); status.status != http.StatusOK || status.json["status"] != "InProgress" || status.header.Get("Retry-After") == "" {
		t.Errorf("while it runs: %d %s", status.status, status.raw)
	}
	elsewhere := s.do("GET", strings.Replace(poll, emulator.DefaultSubscriptionID, otherSubscription, 1), s.bearer, nil)
	if elsewhere.status != http.StatusNotFound || at(elsewhere.json, "/error/code") != "ResourceNotFound" {
		t.Errorf("the operation in another subscription: %d %s", elsewhere.status, elsewhere.raw)
	}
	busy := s.resource("PUT", "/svc", create)
	if busy.status != http.StatusConflict || at(busy.json, "/error/code") != "Conflict" {
		t.Errorf("a second PUT meanwhile: %d %s", busy.status, busy.raw)
	}
	if busy := s.resource("DELETE", "/svc", nil); busy.status != http.StatusConflict {
		t.Errorf("a DELETE meanwhile: %d %s", busy.status, busy.raw)
	}
	s.e.AdvanceClock(time.Hour)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	if status := s.do("GET", poll, s.bearer, nil); status.json["status"] != "Succeeded" || status.json["endTime"] == nil {
		t.Errorf("when it has ended: %s", status.raw)
	}

	got := s.resource("GET", "/svc", nil)
	for pointer, want := range map[string]any{
		"/id": s.scope + "/services/svc", "/name": "svc", "/type": "Microsoft.MachineLearningServices/workspaces/services", "/location": "westeurope",
		"/properties/state": "Healthy", "/properties/provisioningState": "Succeeded", "/properties/computeType": "AKS", "/properties/numReplicas": 2.0,
		"/properties/description": "d", "/properties/kvTags/a": "b", "/properties/properties/p": "q", "/properties/name": nil, "/properties/id": nil, "/properties/createdBy": nil,
		"/properties/environmentImageRequest/modelIds/0": "iris:1", "/systemData/createdByType": "Application",
	} {
		if value := at(got.json, pointer); value != want {
			t.Errorf("%s is %v, want %v", pointer, value, want)
		}
	}
	if primary, secondary := s.keys("svc"); primary != "p1" || secondary != "s1" {
		t.Errorf("the keys of the request are not those of the service: %s %s", primary, secondary)
	}
	if data := s.call("GET", "/services/svc", nil); data.json["state"] != "Healthy" || data.json["scoringUri"] != at(got.json, "/properties/scoringUri") {
		t.Errorf("the other API has another service: %s", data.raw)
	}

	create["description"] = "changed"
	changed := s.resource("PUT", "/svc", create)
	if changed.status != http.StatusOK || changed.header.Get("Azure-AsyncOperation") == "" || at(changed.json, "/properties/description") != "changed" {
		t.Errorf("update: %d %s", changed.status, changed.raw)
	}
	s.e.AdvanceClock(time.Hour)
	s.bearer = s.e.AccessToken(emulator.OwnerClientID)
	for _, want := range []int{http.StatusOK, http.StatusNoContent} {
		if gone := s.resource("DELETE", "/svc", nil); gone.status != want {
			t.Errorf("delete: %d %s, want %d", gone.status, gone.raw, want)
		}
	}
	if gone := s.resource("GET", "/svc", nil); gone.status != http.StatusNotFound || at(gone.json, "/error/code") != "ResourceNotFound" {
		t.Errorf("after the delete: %d %s", gone.status, gone.raw)
	}
}

func TestServicesOfResourceManagerFail(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.e.Fault(emulator.Fault{Operation: "PutServiceResource", Service: "svc", Kind: emulator.FaultOperationFailed, DetailCode: "CrashLoopBackOff", ServiceToCome: true, Times: 1})
	made := s.resource("PUT", "/svc", asResource(aci("svc")))
	status := s.do("GET", made.header.Get("Azure-AsyncOperation"), s.bearer, nil)
	if made.status != http.StatusCreated || status.json["status"] != "Failed" || at(status.json, "/error/details/0/code") != "CrashLoopBackOff" {
		t.Errorf("a failed create: %d, %s", made.status, status.raw)
	}
	got := s.resource("GET", "/svc", nil)
	if at(got.json, "/properties/state") != "Failed" || at(got.json, "/properties/provisioningState") != "Failed" || at(got.json, "/properties/error/error/code") == nil {
		t.Errorf("the failed service: %s", got.raw)
	}
}

func TestServicesOfResourceManagerRefuse(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	for name, c := range map[string]struct {
		body   any
		target string
	}{
		"an overwrite":                   {asResource(aci("svc", "overwrite", true)), "overwrite"},
		"a name":                         {aci("svc"), "name"},
		"an image":                       {asResource(aci("svc", "imageId", "x")), "imageId"},
		"another compute type":           {asResource(aci("svc", "computeType", "IOT")), "computeType"},
		"no compute type":                {object{}, "computeType"},
		"a member that is not there":     {asResource(aci("svc", "colour", "red")), "colour"},
		"what is wrapped in properties":  {object{"properties": asResource(aci("svc"))}, "computeType"},
		"a wrong type":                   {asResource(aci("svc", "authEnabled", "yes")), "authEnabled"},
		"two ways of authenticating":     {asResource(aks("svc", "authEnabled", true, "aadAuthEnabled", true)), "aadAuthEnabled"},
		"a body that is no object":       {[]any{}, ""},
		"a model that is not registered": {asResource(aci("svc", "environmentImageRequest", object{"modelIds": []string{"none:1"}})), "environmentImageRequest.modelIds"},
	} {
		reply := s.resource("PUT", "/svc", c.body)
		target, _ := at(reply.json, "/error/details/0/target").(string)
		if reply.status != http.StatusBadRequest || target != c.target || at(reply.json, "/error/code") != "BadRequest" {
			t.Errorf("%s: %d %s, want 400 at %q", name, reply.status, reply.raw, c.target)
		}
	}
	if names := s.e.ServiceNames(emulator.DefaultWorkspaceID); len(names) != 0 {
		t.Errorf("refused requests left %v", names)
	}
	address := s.e.ResourceManagerURL() + s.scope + "/services/svc"
	for version, code := range map[string]string{"": "MissingApiVersionParameter", "?api-version=2026-05-01": "NoRegisteredProviderFound"} {
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			if reply := s.do(method, address+version, s.bearer, asResource(aci("svc"))); reply.status != http.StatusBadRequest || at(reply.json, "/error/code") != code {
				t.Errorf("%s %q: %d %s, want %s", method, version, reply.status, reply.raw, code)
			}
		}
		if reply := s.do("GET", strings.TrimSuffix(address, "/svc")+version, s.bearer, nil); at(reply.json, "/error/code") != code {
			t.Errorf("list %q: %d %s, want %s", version, reply.status, reply.raw, code)
		}
	}
	if reply := s.as(emulator.ReaderClientID).resource("PUT", "/svc", asResource(aci("svc"))); reply.status != http.StatusForbidden || !strings.Contains(reply.raw, "services/aci/write") {
		t.Errorf("a reader: %d %s", reply.status, reply.raw)
	}
}

func TestServicesOfResourceManagerAreListed(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithPathPrefix("/some/prefix"), emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	for i := range 5 {
		s.deploy(aci(fmt.Sprintf("svc-%d", i), "kvTags", object{"even": fmt.Sprint(i%2 == 0)}))
	}
	var names []string
	next := s.e.ResourceManagerURL() + s.scope + "/services?api-version=2021-04-01&orderby=CreatedAtAsc"
	for range 4 {
		page := s.do("GET", next, s.bearer, nil)
		if page.status != http.StatusOK {
			t.Fatalf("%s: %d %s", next, page.status, page.raw)
		}
		for _, item := range page.json["value"].([]any) {
			names = append(names, item.(object)["name"].(string))
		}
		link, more := page.json["nextLink"].(string)
		if !more {
			break
		}
		if next = link; !strings.Contains(link, "%24skip=") || !strings.Contains(link, "api-version=2021-04-01") {
			t.Errorf("the next page is %s", link)
		}
	}
	if fmt.Sprint(names) != "[svc-0 svc-1 svc-2 svc-3 svc-4]" {
		t.Errorf("listed: %v", names)
	}
	if elsewhere := s.resource("PUT", "/far", asResource(aci("far", "location", "North Europe"))); elsewhere.json["location"] != "northeurope" {
		t.Errorf("a service of another region: %s", elsewhere.raw)
	}
	if even := s.resource("GET", "?tags=even=true&expand=true", nil); len(even.json["value"].([]any)) != 2 || at(even.json, "/value/0/properties/models/0/id") != "iris:1" {
		t.Errorf("filtered: %s", even.raw)
	}
	if wrong := s.resource("GET", "?orderby=Name", nil); wrong.status != http.StatusBadRequest || at(wrong.json, "/error/code") != "BadRequest" {
		t.Errorf("a wrong order: %d %s", wrong.status, wrong.raw)
	}
}

// A client that signs in sends its token over https only. It gets addresses that it
// can follow.
func TestAddressesOfResourceManagerFollowTheListener(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithPathPrefix("/some/prefix"), emulator.WithBehavior(emulator.Behavior{PageSize: 1}), emulator.WithSeed(severalWorkspaces()))
	secure := s.e.AuthorityURL() + "/some/prefix"
	made := s.do("PUT", secure+s.scope+"/services/svc?api-version=2021-04-01", s.bearer, asResource(aci("svc")))
	poll := made.header.Get("Azure-AsyncOperation")
	if !strings.HasPrefix(poll, secure+"/subscriptions/") || s.do("GET", poll, s.bearer, nil).json["status"] != "Succeeded" {
		t.Errorf("the operation is at %q", poll)
	}
	s.deploy(aci("svc-2"))
	for _, path := range []string{s.scope + "/services", "/subscriptions/" + emulator.DefaultSubscriptionID + "/providers/Microsoft.MachineLearningServices/workspaces"} {
		page := s.do("GET", secure+path+"?api-version=2021-04-01", s.bearer, nil)
		link, _ := page.json["nextLink"].(string)
		if !strings.HasPrefix(link, secure+"/subscriptions/") || s.do("GET", link, s.bearer, nil).status != http.StatusOK {
			t.Errorf("%s: the next page is at %q", path, link)
		}
	}
}
