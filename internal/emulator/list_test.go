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

// list follows nextLink, as a client does, and returns the names of every page.
func (s *session) list(query string) (pages [][]string) {
	s.t.Helper()
	next := s.url("/services?" + query)
	for next != "" {
		reply := s.do("GET", next, s.bearer, nil)
		if reply.status != http.StatusOK {
			s.t.Fatalf("%s: %d %s", next, reply.status, reply.raw)
		}
		var names []string
		for _, item := range reply.json["value"].([]any) {
			names = append(names, item.(object)["name"].(string))
		}
		pages = append(pages, names)
		link, present := reply.json["nextLink"]
		if present && link == nil {
			s.t.Fatal("nextLink is null: the SDK fails on that")
		}
		next, _ = link.(string)
		if next != "" && !strings.HasPrefix(next, s.e.ModelManagementURL()+"/modelmanagement/") {
			s.t.Fatalf("nextLink %s is not absolute", next)
		}
	}
	return pages
}

func TestThousandServicesInPages(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithPathPrefix("/deep"))
	for i := range 1000 {
		if reply := s.call("POST", "/services", aci(fmt.Sprintf("svc-%04d", i))); reply.status != http.StatusAccepted {
			t.Fatalf("create %d: %d", i, reply.status)
		}
	}
	pages := s.list("")
	names := slices.Concat(pages...)
	if len(pages) != 10 || len(names) != 1000 || names[0] != "svc-0999" || names[999] != "svc-0000" {
		t.Fatalf("%d pages, %d services, %s to %s", len(pages), len(names), names[0], names[len(names)-1])
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != 1000 {
		t.Error("a service is listed twice")
	}
	if pages = s.list("count=7&orderby=CreatedAtAsc&name=svc-0003"); len(pages) != 1 || pages[0][0] != "svc-0003" {
		t.Errorf("by name: %v", pages)
	}
	if pages = s.list("count=60&orderby=CreatedAtAsc"); len(pages) != 17 || len(pages[0]) != 60 || pages[0][0] != "svc-0000" {
		t.Errorf("count=60: %d pages", len(pages))
	}
}

// A page boundary holds although services come and go between two pages.
func TestPagesWhileServicesChange(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	for _, name := range []string{"aaa", "bbb", "ccc", "ddd"} {
		s.deploy(aci(name))
	}
	first := s.call("GET", "/services?orderby=CreatedAtAsc", nil)
	if err := s.e.RemoveService(s.scope, "bbb"); err != nil {
		t.Fatal(err)
	}
	rest := s.do("GET", first.json["nextLink"].(string), s.bearer, nil)
	items, _ := rest.json["value"].([]any)
	if len(items) != 2 || items[0].(object)["name"] != "ccc" {
		t.Errorf("second page: %s", rest.raw)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0))
	s.deploy(aci("one", "kvTags", object{"team": "red", "x": "1"}, "properties", object{"p": "1"}))
	s.deploy(aks("two", "kvTags", object{"team": "blue"}))
	s.deploy(aks("three", "environmentImageRequest", object{"modelIds": []string{"iris:2"}}))
	for query, want := range map[string]string{
		"computeType=AKS": "three two", "tags=team": "two one", "tags=team=red": "one", "tags=team,x=1": "one", "tags=team=green": "",
		"properties=p": "one", "modelId=" + url.QueryEscape("iris:2"): "three", "modelName=iris": "three two one", "modelName=iri": "",
		"name=two": "two", "imageId=none": "", "orderby=UpdatedAtAsc": "one two three", "runId=x": "",
	} {
		if got := strings.Join(slices.Concat(s.list(query)...), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for _, bad := range []string{"orderby=Name", "count=0", "count=x", "$skipToken=!!"} {
		if reply := s.call("GET", "/services?"+bad, nil); reply.status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, reply.status)
		}
	}
	empty := s.call("GET", "/services?name=none", nil)
	if empty.raw != `{"value":[]}` {
		t.Errorf("an empty list is %s", empty.raw)
	}
}

// The list by body has the query's filters, and its next page is a body too.
func TestListByBody(t *testing.T) {
	t.Parallel()
	s := open(t, emulator.WithOperationDuration(0), emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	s.deploy(aci("one", "kvTags", object{"team": "red"}))
	for _, name := range []string{"two", "three", "four"} {
		s.deploy(aks(name, "kvTags", object{"team": "blue"}))
	}
	first := s.call("POST", "/services/list", object{"computeType": "AKS", "tags": "team=blue", "expand": true, "orderby": "CreatedAtAsc", "count": 1_000_000, "name": nil})
	items, _ := first.json["value"].([]any)
	if first.status != http.StatusOK || len(items) != 2 || items[0].(object)["name"] != "two" || len(at(items[0].(object), "/models").([]any)) != 1 {
		t.Fatalf("first page: %d %s", first.status, first.raw)
	}
	next, _ := first.json["nextRequest"].(object)
	if next["skipToken"] != first.json["continuationToken"] || next["computeType"] != "AKS" || !strings.HasPrefix(first.json["nextLink"].(string), "http") {
		t.Errorf("the next request is %v behind %s", next, first.raw)
	}
	linked := s.do("GET", first.json["nextLink"].(string), s.bearer, nil)
	if items, _ = linked.json["value"].([]any); len(items) != 1 || items[0].(object)["name"] != "four" || len(at(items[0].(object), "/models").([]any)) != 1 || len(linked.json) != 1 {
		t.Errorf("the page behind the link: %d %s", linked.status, linked.raw)
	}
	last := s.call("POST", "/services/list", next)
	if items, _ = last.json["value"].([]any); len(items) != 1 || items[0].(object)["name"] != "four" || len(last.json) != 1 {
		t.Errorf("last page: %s", last.raw)
	}
	for target, bad := range map[string]object{
		"tag": {"tag": 1}, "orderby": {"orderby": "Name"}, "count": {"count": 0}, "$skipToken": {"skipToken": "!!"}, "filter": {"filter": "x"}, "computeType": {"computeType": "VM"},
	} {
		reply := s.call("POST", "/services/list", bad)
		if details, _ := reply.json["details"].([]any); reply.status != http.StatusBadRequest || len(details) != 1 || details[0].(object)["target"] != target {
			t.Errorf("%v: %d %s", bad, reply.status, reply.raw)
		}
	}
}
