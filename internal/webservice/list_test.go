// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// twoPages are services of all kinds.
func twoPages(t *testing.T) [][]string {
	t.Helper()
	return [][]string{
		{
			wireOf(t, wireAKS, `{"name":"a-key","kvTags":{"team":"x","a,b":"1"}}`),
			wireOf(t, wireACI, `{"name":"a-open","authEnabled":false,"kvTags":{"team":"y"}}`),
			wireOf(t, wireAKS, `{"name":"b-token","authEnabled":false,"aadAuthEnabled":true,"computeName":"aks-far","environmentImageRequest":{"modelIds":["irises:1"]}}`),
		},
		{
			wireOf(t, wireAKS, `{"name":"endpoint","computeType":"AKSENDPOINT","authEnabled":false}`),
			wireOf(t, wireAKS, `{"name":"b-failed","state":"Failed","environmentImageRequest":null,"models":[{"id":"iris:2"}]}`),
			wireOf(t, wireACI, `{"name":"b-aci"}`),
		},
	}
}

// listed are the display names of a query's results; a result that is an error is
// "error".
func listed(s *server, typeName string, query protocoltest.Query) []string {
	names := []string{}
	for result := range s.List(s.T.Context(), typeName, query) {
		if len(result.Diagnostics) > 0 {
			result.DisplayName = "error"
		}
		names = append(names, result.DisplayName)
	}
	return names
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	const key, token, failed = "a-key (AKS aks-demo, Healthy, auth mode key)", "b-token (AKS aks-far, Healthy, auth mode token)", "b-failed (AKS aks-demo, Failed, auth mode key)"
	const open, aci = "a-open (ACI, Healthy, open to anyone)", "b-aci (ACI, Healthy, auth mode key)"
	s, workspace := listing(t, twoPages(t)...)
	for name, test := range map[string]struct {
		typeName string
		config   fields
		want     []string
		asked    string // of the API, beside the compute type
	}{
		"AKS":                {aksType, nil, []string{key, token, failed}, ""},
		"ACI":                {aciType, nil, []string{open, aci}, ""},
		"name prefix":        {aksType, fields{"name_prefix": "b-"}, []string{token, failed}, ""},
		"tag":                {aksType, fields{"tags": fields{"team": "x"}}, []string{key}, "&tags=team%3Dx"},
		"name of a tag":      {aciType, fields{"tags": fields{"team": ""}}, []string{open}, "&tags=team"},
		"tag with a comma":   {aksType, fields{"tags": fields{"a,b": "1"}}, []string{key}, ""},
		"another value":      {aciType, fields{"tags": fields{"team": "x"}}, []string{}, "&tags=team%3Dx"},
		"model":              {aksType, fields{"model": "iris"}, []string{key, failed}, "&modelName=iris"},
		"version of a model": {aksType, fields{"model": "iris:2"}, []string{failed}, "&modelId=iris%3A2"},
		"compute":            {aksType, fields{"compute_name": "AKS-far"}, []string{token}, ""},
		"state":              {aksType, fields{"state": "Failed"}, []string{failed}, ""},
		"auth mode":          {aciType, fields{"auth_mode": "none"}, []string{open}, ""},
		"several":            {aksType, fields{"auth_mode": "key", "name_prefix": "b", "state": "Failed"}, []string{failed}, ""},
	} {
		before := len(workspace.Requests())
		if got := listed(s, test.typeName, protocoltest.Query{Config: test.config}); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		compute := map[string]string{aksType: "AKS", aciType: "ACI"}[test.typeName]
		want := "computeType=" + compute + "&expand=true" + test.asked
		if asked := workspace.Requests()[before].Encode(); asked != want {
			t.Errorf("%s: asked %s, want %s", name, asked, want)
		}
	}
	for _, config := range []fields{{"state": "healthy"}, {"auth_mode": "both"}, {"name_prefix": ""}, {"workspace_id": "ws"}} {
		if len(s.RefuseQuery(aksType, config)) == 0 {
			t.Errorf("%v is not refused", config)
		}
	}
}

// A query reads a page when a result of it is asked for, and no page beyond its limit.
func TestListReadsNoPageTooMany(t *testing.T) {
	t.Parallel()
	pages := twoPages(t)
	for name, test := range map[string]struct {
		limit          int64
		results, pages int
	}{
		"no limit":                      {0, 3, 2},
		"limit within the first page":   {1, 1, 1},
		"limit at the end of the page":  {2, 2, 1},
		"limit on the second page":      {3, 3, 2},
		"limit beyond the last service": {9, 3, 2},
	} {
		s, workspace := listing(t, pages...)
		got := listed(s, aksType, protocoltest.Query{Limit: test.limit})
		if asked := len(workspace.Requests()); len(got) != test.results || asked != test.pages {
			t.Errorf("%s: %d results from %d pages, want %d from %d", name, len(got), asked, test.results, test.pages)
		}
	}
	s, workspace := listing(t, pages...)
	stream := s.List(t.Context(), aksType, protocoltest.Query{})
	if asked := len(workspace.Requests()); asked != 0 {
		t.Errorf("%d pages were read before a result was taken", asked)
	}
	for range stream {
		break
	}
	if asked := len(workspace.Requests()); asked != 1 {
		t.Errorf("%d pages were read for the first result", asked)
	}
}

// A page that cannot be read is the last result; those before it stand.
func TestListFailsInTheMiddle(t *testing.T) {
	t.Parallel()
	s, _ := listing(t, twoPages(t)[0], nil)
	var names []string
	var problem string
	for result := range s.List(t.Context(), aksType, protocoltest.Query{}) {
		names = append(names, result.DisplayName)
		problem += strings.Join(texts(result.Diagnostics), "\n")
	}
	if len(names) != 3 || names[2] != "" || !strings.Contains(problem, "Could not list the services") || !strings.Contains(problem, `Workspace "ws-demo"`) {
		t.Errorf("%q, %q", names, problem)
	}
	if got := listed(s, aksType, protocoltest.Query{Limit: 2}); slices.Contains(got, "error") {
		t.Errorf("with a limit before the page that fails: %q", got)
	}
}

// After the context has ended no page is read, and no further service is a result.
func TestListIsCancelled(t *testing.T) {
	t.Parallel()
	s, workspace := listing(t, twoPages(t)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var results []protocoltest.Listed
	for result := range s.List(ctx, aksType, protocoltest.Query{}) {
		results = append(results, result)
		cancel()
	}
	if len(results) != 2 || len(results[0].Diagnostics) > 0 || len(results[1].Diagnostics) != 1 || len(workspace.Requests()) != 1 {
		t.Errorf("%d pages, results %v", len(workspace.Requests()), results)
	}
}

// The resource of a result is what an import reads, and it is there only if it was
// asked for.
func TestListedResource(t *testing.T) {
	t.Parallel()
	s, _ := listing(t, []string{wireOf(t, wireAKS, `{}`), wireOf(t, wireACI, `{"name":"other"}`)})
	identity := func(name string) fields {
		return fields{"subscription_id": testWorkspace.SubscriptionID, "resource_group_name": "rg-demo", "workspace_name": "ws-demo", "name": name}
	}
	for typeName, want := range map[string]struct {
		identity, resource fields
	}{
		aksType: {identity("iris"), aksState(nil)},
		aciType: {identity("other"), aciState(fields{"name": "other", "id": testWorkspace.Service("other").String()})},
	} {
		for _, include := range []bool{true, false} {
			for result := range s.List(t.Context(), typeName, protocoltest.Query{IncludeResource: include}) {
				if diff := cmp.Diff(want.identity, result.Identity); diff != "" || len(result.Diagnostics) > 0 {
					t.Errorf("%s: identity (-want +got)\n%s\n%v", typeName, diff, texts(result.Diagnostics))
				}
				resource := want.resource
				if !include {
					resource = nil
				}
				if diff := cmp.Diff(resource, result.Resource); diff != "" {
					t.Errorf("%s: resource (-want +got)\n%s", typeName, diff)
				}
			}
		}
	}
}
