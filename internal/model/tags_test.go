// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// withTags returns the same workspace under another provider block.
func (l *live) withTags(t *testing.T, tags framework.Tags) *live {
	data := protocoltest.Data(t, l.workspace, protocoltest.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	data.Tags = tags
	return &live{protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), DataSources: DataSources(), ListResources: ListResources()}, data), l.workspace}
}

// wantTags asserts tags and tags_all of a state, and the body of the one PATCH.
func (l *live) wantTags(t *testing.T, state fields, own any, all fields, patched fields) {
	l.T.Helper()
	if diff := cmp.Diff([]any{own, all}, []any{state["tags"], state["tags_all"]}); diff != "" {
		l.T.Errorf("tags and tags_all (-want +got):\n%s", diff)
	}
	sent := l.workspace.Sent("PATCH", "/models/churn:1")
	l.workspace.Forget()
	if patched == nil {
		if len(sent) != 0 {
			l.T.Errorf("%d PATCH requests", len(sent))
		}
		return
	}
	if len(sent) != 1 {
		l.T.Fatalf("%d PATCH requests", len(sent))
	}
	wantBody(t, sent[0], []fields{{"op": "replace", "path": "/kvTags", "value": patched}})
}

func TestDefaultTagsOfAModel(t *testing.T) {
	inMemory(t, "defaults", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at, "tags": fields{"team": "a"}}
		prod := l.withTags(t, framework.Tags{Defaults: values.StringMap(map[string]string{"env": "prod", "team": "all"})})
		model := prod.Apply(modelType, existing{}, config)
		prod.wantTags(t, model.State, fields{"team": "a"}, fields{"team": "a", "env": "prod"}, nil)
		prod.unchanged(prod.Refresh(modelType, model), config)

		test := l.withTags(t, framework.Tags{Defaults: values.StringMap(map[string]string{"env": "test"})})
		model = test.Apply(modelType, test.Refresh(modelType, model), config)
		test.wantTags(t, model.State, fields{"team": "a"}, fields{"team": "a", "env": "test"}, fields{"team": "a", "env": "test"})
		model = l.Apply(modelType, l.Refresh(modelType, model), config)
		l.wantTags(t, model.State, fields{"team": "a"}, fields{"team": "a"}, fields{"team": "a"})
		l.unchanged(l.Refresh(modelType, model), config)
	})
	inMemory(t, "a state of an earlier version", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at, "tags": fields{"team": "a"}}
		model := l.Apply(modelType, existing{}, config)
		delete(model.State, "tags_all")
		l.unchanged(model, config)
		prod := l.withTags(t, framework.Tags{Defaults: values.StringMap(map[string]string{"env": "prod"})})
		if plan := prod.Plan(modelType, model, config); cmp.Diff(fields{"team": "a", "env": "prod"}, plan.State["tags_all"]) != "" {
			t.Errorf("planned with a default: %v", plan.State["tags_all"])
		}
		changed := merged(config, fields{"description": "new"})
		if after, said := l.tryApply(model, changed); said != "" || after.State["tags_all"] == nil {
			t.Errorf("%v: %s", after.State["tags_all"], said)
		}
	})
}

func TestIgnoredTagsOfAModel(t *testing.T) {
	inMemory(t, "ignored", func(t *testing.T, l *live, at string) {
		ignoring := l.withTags(t, framework.Tags{IgnoredPrefixes: []string{"policy-"}})
		config := fields{"name": "churn", "path": at}
		l.workspace.AddModel("churn", workspacetest.Object{"kvTags": workspacetest.Object{"policy-cost": "9", "team": "a"}, "properties": workspacetest.Object{hashProperty: hashOf(t, at)}})
		model := ignoring.Import(modelType, "churn:1")
		ignoring.wantTags(t, model.State, fields{"team": "a"}, fields{"team": "a"}, nil)
		model = ignoring.Apply(modelType, model, config)
		ignoring.wantTags(t, model.State, nil, fields{}, fields{"policy-cost": "9"})
		model = ignoring.Apply(modelType, model, merged(config, fields{"tags": fields{"a": "1"}}))
		ignoring.wantTags(t, model.State, fields{"a": "1"}, fields{"a": "1"}, fields{"policy-cost": "9", "a": "1"})

		plan := ignoring.TryPlan(modelType, model, merged(config, fields{"tags": fields{"policy-a": "1"}}))
		if said := strings.Join(protocoltest.Texts(plan.Diagnostics), "\n"); !strings.Contains(said, `"policy-a" is set here`) {
			t.Errorf("an ignored tag is set: %s", said)
		}
		for result := range ignoring.List(t.Context(), modelType, protocoltest.Query{IncludeResource: true}) {
			if diff := cmp.Diff(fields{"a": "1"}, result.Resource["tags"]); diff != "" {
				t.Errorf("listed (-want +got):\n%s", diff)
			}
		}
	})
}
