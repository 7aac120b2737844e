// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// withTags returns the same workspace under another provider block.
func (l *live) withTags(t *testing.T, tags framework.Tags) *live {
	data := protocoltest.Data(t, l.workspace, protocoltest.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	data.Tags = tags
	return &live{serve(t, data), l.workspace}
}

func defaultTags(of map[string]string) framework.Tags {
	return framework.Tags{Defaults: values.StringMap(of)}
}

var policyTags = framework.Tags{IgnoredPrefixes: []string{"policy-"}}

// wantTags asserts tags and tags_all of a state or plan, and those of the service.
func (l *live) wantTags(state fields, own, all any, wire map[string]string) {
	l.T.Helper()
	if diff := cmp.Diff([]any{own, all}, []any{state["tags"], state["tags_all"]}); diff != "" {
		l.T.Errorf("tags and tags_all (-want +got):\n%s", diff)
	}
	live := map[string]string{}
	kvTags, _ := l.workspace.Service("iris")["kvTags"].(wireObject)
	for name, value := range kvTags {
		live[name], _ = value.(string)
	}
	if diff := cmp.Diff(wire, live); diff != "" {
		l.T.Errorf("the tags of the service (-want +got):\n%s", diff)
	}
}

// A change of default_tags is one patch of each service. Tags of the service win.
func TestDefaultTags(t *testing.T) {
	for typeName, config := range map[string]fields{aciType: aci(nil), aksType: merged(aksConfig, fields{"num_replicas": 1})} {
		onWorkspace(t, typeName, func(t *testing.T, l *live) {
			one := merged(config, fields{"tags": fields{"team": "a"}})
			prod := l.withTags(t, defaultTags(map[string]string{"env": "prod", "team": "all"}))
			service := prod.Apply(typeName, existing{}, one)
			prod.wantCalls("POST /services")
			prod.wantTags(service.State, fields{"team": "a"}, fields{"team": "a", "env": "prod"}, map[string]string{"team": "a", "env": "prod"})
			service = prod.unchanged(typeName, service, one)

			test := l.withTags(t, defaultTags(map[string]string{"env": "test"}))
			l.workspace.Forget()
			refreshed := test.Refresh(typeName, service)
			if diff := cmp.Diff(service.State, refreshed.State); diff != "" {
				t.Errorf("the refresh changes the service (-before +after):\n%s", diff)
			}
			plan := test.changes(typeName, refreshed, one)
			if diff := cmp.Diff(fields{"team": "a", "env": "test"}, plan.State["tags_all"]); diff != "" || plan.State["scoring_uri"] != service.State["scoring_uri"] {
				t.Errorf("tags_all (-want +got):\n%s, the address: %v", diff, plan.State["scoring_uri"])
			}
			service = test.Apply(typeName, refreshed, one)
			test.wantCalls("PATCH /services/iris")
			test.wantTags(service.State, fields{"team": "a"}, fields{"team": "a", "env": "test"}, map[string]string{"team": "a", "env": "test"})
			service = test.unchanged(typeName, service, one)

			// A default that is a tag as well: nothing is sent.
			same := merged(config, fields{"tags": fields{"team": "a", "env": "test"}})
			l.workspace.Forget()
			service = test.Apply(typeName, service, same)
			test.wantCalls()
			service = test.unchanged(typeName, service, same)

			l.workspace.Forget()
			service = l.Apply(typeName, l.Refresh(typeName, service), config)
			l.wantCalls("PATCH /services/iris")
			l.wantTags(service.State, nil, fields{}, map[string]string{})
			l.unchanged(typeName, service, config)
		})
	}
}

// A default that others changed is set back, and shows in tags_all alone.
func TestDriftOfADefaultTag(t *testing.T) {
	onWorkspace(t, "drift", func(t *testing.T, l *live) {
		prod := l.withTags(t, defaultTags(map[string]string{"env": "prod"}))
		service := prod.Apply(aciType, existing{}, aci(nil))
		l.workspace.EditService("iris", wireObject{"kvTags": wireObject{"env": "test"}})
		l.workspace.Forget()
		service = prod.Refresh(aciType, service)
		prod.wantTags(service.State, nil, fields{"env": "test"}, map[string]string{"env": "test"})
		service = prod.Apply(aciType, service, aci(nil))
		prod.wantCalls("PATCH /services/iris")
		prod.wantTags(service.State, nil, fields{"env": "prod"}, map[string]string{"env": "prod"})
	})
}

// Ignored tags are no difference, and every way to change a service keeps them.
func TestIgnoredTags(t *testing.T) {
	onWorkspace(t, "kept", func(t *testing.T, l *live) {
		ignoring := l.withTags(t, policyTags)
		service := ignoring.Apply(aciType, existing{}, aci(nil))
		l.workspace.EditService("iris", wireObject{"kvTags": wireObject{"policy-cost": "9"}})
		service = ignoring.unchanged(aciType, service, aci(nil))
		ignoring.wantTags(service.State, nil, fields{}, map[string]string{"policy-cost": "9"})

		for _, step := range []struct {
			how    string
			config fields
			own    any
			all    fields
			wire   map[string]string
			call   string
		}{
			{"patch", aci(fields{"tags": fields{"a": "1"}}), fields{"a": "1"}, fields{"a": "1"}, map[string]string{"policy-cost": "9", "a": "1"}, "PATCH /services/iris"},
			{"overwrite", aci(fields{"tags": fields{"a": "2"}, "cpu_cores": 2}), fields{"a": "2"}, fields{"a": "2"}, map[string]string{"policy-cost": "9", "a": "2"}, "POST /services"},
			{"overwrite of something else", aci(fields{"tags": fields{"a": "2"}, "cpu_cores": 1}), fields{"a": "2"}, fields{"a": "2"}, map[string]string{"policy-cost": "9", "a": "2"}, "POST /services"},
			{"emptied", aci(fields{"tags": fields{}, "cpu_cores": 1}), fields{}, fields{}, map[string]string{"policy-cost": "9"}, "PATCH /services/iris"},
		} {
			l.workspace.Forget()
			after := ignoring.Apply(aciType, service, step.config)
			sent := slices.DeleteFunc(l.workspace.Calls(), func(call string) bool { return call != step.call })
			if len(sent) != 1 {
				t.Errorf("%s: sent %q", step.how, sent)
			}
			ignoring.wantTags(after.State, step.own, step.all, step.wire)
			service = ignoring.unchanged(aciType, after, step.config)
			if t.Failed() {
				t.Fatalf("after %s", step.how)
			}
		}
	})
	// The patch after an overwrite sends all tags, since somebody else has added one.
	onWorkspace(t, "patched after an overwrite", func(t *testing.T, l *live) {
		ignoring := l.withTags(t, policyTags)
		service := ignoring.Apply(aciType, existing{}, aci(nil))
		l.workspace.EditService("iris", wireObject{"kvTags": wireObject{"policy-cost": "9", "theirs": "1"}})
		ignoring.Apply(aciType, service, aci(fields{"cpu_cores": 2}))
		if tags := l.workspace.Service("iris")["kvTags"].(wireObject); tags["policy-cost"] != "9" {
			t.Errorf("the tags are %v", tags)
		}
	})
	// The service is not read for what cannot touch an ignored tag.
	onWorkspace(t, "calls", func(t *testing.T, l *live) {
		ignoring := l.withTags(t, policyTags)
		service := ignoring.Apply(aciType, existing{}, aci(nil))
		reads := func(l *live, config fields) int {
			l.workspace.Forget()
			l.Apply(aciType, service, config)
			calls := l.workspace.Calls()
			return slices.IndexFunc(calls, func(call string) bool { return strings.HasPrefix(call, "PATCH ") })
		}
		if got := reads(ignoring, aci(fields{"description": "x"})); got != 1 { // the client reads the service before it patches it
			t.Errorf("%d calls before the patch of a description", got)
		}
		if got := reads(ignoring, aci(fields{"tags": fields{"a": "1"}})); got != 2 {
			t.Errorf("%d calls before the patch of tags, want also the one that reads the ignored tags", got)
		}
		if got := reads(l, aci(fields{"tags": fields{"a": "2"}})); got != 1 {
			t.Errorf("%d calls before the patch of tags if none is ignored", got)
		}
	})
	onWorkspace(t, "set as well", func(t *testing.T, l *live) {
		plan := l.withTags(t, policyTags).TryPlan(aciType, existing{}, aci(fields{"tags": fields{"policy-a": "1"}}))
		wantText(t, strings.Join(protocoltest.Texts(plan.Diagnostics), "\n"), `"policy-a" is set here`, "take it out of ignore_tags")
	})
}

// A state of an earlier version has no tags_all: without default_tags, and without a
// refresh, that is no difference.
func TestStateWithoutTagsAll(t *testing.T) {
	onWorkspace(t, "earlier version", func(t *testing.T, l *live) {
		for _, tags := range []fields{nil, {"team": "a"}} {
			config := aci(nil)
			if tags != nil {
				config = aci(fields{"tags": tags})
			}
			service := l.Apply(aciType, existing{}, config)
			delete(service.State, "tags_all")
			if diff := cmp.Diff(service.State, l.Plan(aciType, service, config).State); diff != "" {
				t.Errorf("the plan changes the service (-state +plan):\n%s", diff)
			}
			prod := l.withTags(t, defaultTags(map[string]string{"env": "prod"}))
			if plan := prod.changes(aciType, service, config); plan.State["tags_all"].(fields)["env"] != "prod" {
				t.Errorf("planned with a default: %v", plan.State["tags_all"])
			}
			l.Destroy(aciType, service)
		}
	})
}

// Default tags that are not known yet leave tags_all open, and change an existing
// service only if they differ.
func TestUnknownDefaultTags(t *testing.T) {
	onWorkspace(t, "unknown", func(t *testing.T, l *live) {
		waiting := l.withTags(t, framework.Tags{Defaults: types.MapUnknown(types.StringType)})
		plan := waiting.Plan(aciType, existing{}, aci(nil))
		if plan.State["tags_all"] != (unknown{}) {
			t.Errorf("planned: %v", plan.State["tags_all"])
		}
		prod := l.withTags(t, defaultTags(map[string]string{"env": "prod"}))
		service := prod.Apply(aciType, existing{}, aci(nil))
		refreshed := waiting.Refresh(aciType, service)
		waiting.wantTags(refreshed.State, nil, fields{"env": "prod"}, map[string]string{"env": "prod"})
		plan = waiting.changes(aciType, refreshed, aci(nil))
		if plan.State["tags_all"] != (unknown{}) || plan.State["state"] != (unknown{}) {
			t.Errorf("planned: %v, state %v", plan.State["tags_all"], plan.State["state"])
		}
		prod.Destroy(aciType, service)
		bare := l.Apply(aciType, existing{}, aci(nil))
		if plan := waiting.Plan(aciType, bare, aci(nil)); plan.State["state"] != (unknown{}) {
			t.Errorf("the state of a service without tags is planned as %v", plan.State["state"])
		}
	})
}

// An import, and a list resource, leave default and ignored tags out of tags. The data
// sources show all that the service has.
func TestTagsOfAnImport(t *testing.T) {
	onWorkspace(t, "import", func(t *testing.T, l *live) {
		tags := framework.Tags{Defaults: values.StringMap(map[string]string{"env": "prod", "tier": "1"}), IgnoredKeys: []string{"cost"}}
		tagged := l.withTags(t, tags)
		l.Apply(aciType, existing{}, aci(nil))
		wire := wireObject{"env": "prod", "tier": "2", "cost": "9", "team": "a"}
		l.workspace.EditService("iris", wireObject{"kvTags": wire})
		own, all := fields{"team": "a", "tier": "2"}, fields{"env": "prod", "team": "a", "tier": "2"}

		imported := tagged.Import(aciType, "iris")
		tagged.wantTags(imported.State, own, all, map[string]string{"env": "prod", "tier": "2", "cost": "9", "team": "a"})
		if plan := tagged.Plan(aciType, imported, aci(fields{"tags": own})); cmp.Diff(imported.State, plan.State) != "" {
			t.Errorf("an import is no empty plan:\n%s", cmp.Diff(imported.State, plan.State))
		}
		for result := range tagged.List(t.Context(), aciType, protocoltest.Query{IncludeResource: true}) {
			if diff := cmp.Diff([]any{own, all}, []any{result.Resource["tags"], result.Resource["tags_all"]}); diff != "" {
				t.Errorf("listed (-want +got):\n%s", diff)
			}
		}
		read := tagged.ReadData("mlws_service", fields{"name": "iris"})
		if diff := cmp.Diff(fields{"env": "prod", "tier": "2", "cost": "9", "team": "a"}, read["tags"]); diff != "" {
			t.Errorf("data source (-want +got):\n%s", diff)
		}
	})
}
