// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServices(t *testing.T) {
	t.Parallel()
	pages := twoPages(t)
	pages[1] = append(pages[1], wireOf(t, wireAKS, `{"name":"a-key","state":"Unhealthy","createdBy":{"userName":"Someone"}}`)) // it changed meanwhile
	s, _ := listing(t, pages...)
	const typeName = "mlws_services"
	names := func(config fields) []string {
		found := []string{}
		for _, service := range s.ReadData(typeName, config)["services"].(list) {
			found = append(found, service.(fields)["name"].(string))
		}
		return found
	}
	for name, test := range map[string]struct {
		config fields
		want   []string
	}{
		"all":          {nil, []string{"a-key", "a-open", "b-aci", "b-failed", "b-token", "endpoint"}},
		"open":         {fields{"auth_mode": "none"}, []string{"a-open", "endpoint"}},
		"compute type": {fields{"compute_type": "aksendpoint"}, []string{"endpoint"}},
		"none":         {fields{"name_prefix": "missing"}, []string{}},
	} {
		if got := names(test.config); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	state := s.ReadData(typeName, fields{"name_prefix": "a-key"})
	want := fields{"workspace_id": testWorkspace.String(), "name_prefix": "a-key", "services": list{fields{
		"id": testWorkspace.Service("a-key").String(), "name": "a-key", "compute_type": "AKS", "compute_name": "aks-demo", "auth_mode": "key", "open_to_anyone": false,
		"scoring_uri": "http://1.2.3.4/score", "model_ids": list{"iris:1"}, "state": "Unhealthy", "tags": fields{}, "age_days": 10,
		"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z", "created_by": "Someone",
	}}}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	spelled := strings.ToUpper(testWorkspace.String())
	if got := s.ReadData(typeName, fields{"workspace_id": spelled, "name_prefix": "missing"})["workspace_id"]; got != spelled {
		t.Errorf("workspace_id became %v", got)
	}
}

func TestServicesFail(t *testing.T) {
	t.Parallel()
	s, _ := listing(t, twoPages(t)[0], nil)
	_, diags := s.TryReadData("mlws_services", nil)
	if problem := strings.Join(texts(diags), "\n"); !strings.Contains(problem, "Could not list the services") {
		t.Error(problem)
	}
	alone := serve(t, nil)
	if _, diags := alone.TryReadData("mlws_services", fields{"state": "healthy"}); len(diags) != 1 || diags[0].Attribute.String() != `AttributeName("state")` {
		t.Error(texts(diags))
	}
}

// Every attribute of a listed service is described.
func TestListedServicesAreDescribed(t *testing.T) {
	t.Parallel()
	for name, attribute := range listedSchema() {
		if attribute == nil || attribute.GetMarkdownDescription() == "" {
			t.Errorf("%s has no description", name)
		}
	}
}
