// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// One PATCH carries all that changes; what others added stays.
func TestModelChangesInPlace(t *testing.T) {
	inMemory(t, "one PATCH", func(t *testing.T, l *live, at string) {
		before := fields{"name": "churn", "path": at, "description": "one", "tags": fields{"a": "1"}, "properties": fields{"p": "1"}}
		model := l.Apply(modelType, existing{}, before)
		l.workspace.Forget()

		moved := folder(t, sample)
		same := merged(before, fields{"path": moved})
		l.unchanged(model, same)

		after := merged(before, fields{"description": "two", "tags": fields{"b": "2"}, "properties": fields{"p": "1", "q": "2"}})
		model = l.Apply(modelType, model, after)
		patches := l.workspace.Sent("PATCH", "/models/churn:1")
		if len(patches) != 1 {
			t.Fatalf("%d PATCH requests", len(patches))
		}
		wantBody(t, patches[0], []fields{
			{"op": "replace", "path": "/description", "value": "two"},
			{"op": "replace", "path": "/kvTags", "value": fields{"b": "2"}},
			{"op": "add", "path": "/properties", "value": fields{"p": "1", "q": "2", "mlws.contentHash": hashOf(t, at)}},
		})
		l.unchanged(l.Refresh(modelType, model), after)

		l.workspace.Forget()
		removed := merged(after, fields{"description": nil, "tags": nil})
		model = l.Apply(modelType, model, removed)
		wantBody(t, l.workspace.Sent("PATCH", "/models/churn:1")[0], []fields{
			{"op": "replace", "path": "/description", "value": ""}, {"op": "replace", "path": "/kvTags", "value": fields{}},
		})
		l.unchanged(l.Refresh(modelType, model), removed)
	})
	inMemory(t, "a property comes back", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at, "properties": fields{"p": "1"}}
		model := l.Apply(modelType, existing{}, config)
		if plan := l.Plan(modelType, model, merged(config, fields{"properties": nil})); len(plan.Warnings) != 1 || !strings.Contains(plan.Warnings[0], "keeps p;") {
			t.Errorf("a property that is removed: %v", plan.Warnings)
		}
		model = l.Apply(modelType, model, merged(config, fields{"properties": nil}))
		l.workspace.Forget()
		l.unchanged(l.Apply(modelType, model, config), config)
		l.wantCalls() // the model has kept it
	})
	inMemory(t, "somebody else changes it too", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at}
		model := l.Apply(modelType, existing{}, config)
		l.workspace.Answer("GET", "/models/churn:1", 1, workspacetest.Reply(200, `{"id":"churn:1","name":"churn","version":1,"description":"theirs","createdTime":"2026-01-01T00:00:00Z"}`))
		changed, said := l.tryApply(model, merged(config, fields{"description": "two"}))
		if !strings.Contains(said, "it now reports other values of") || !strings.Contains(said, "description") || changed.State["description"] != "two" {
			t.Errorf("%v: %s", changed.State["description"], said)
		}
	})
	inMemory(t, "refused", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at}
		model := l.Apply(modelType, existing{}, config)
		l.workspace.Answer("PATCH", "/models/churn:1", -1, workspacetest.Refuse(400, "BadRequest", "no"))
		changed, said := l.tryApply(model, merged(config, fields{"description": "two"}))
		if !strings.Contains(said, "Could not change the model") || changed.State["description"] != nil {
			t.Errorf("%v: %s", changed.State["description"], said)
		}
	})
}

// A change that the API cannot make in place needs a new version.
func TestModelIsReplaced(t *testing.T) {
	inMemory(t, "each attribute", func(t *testing.T, l *live, at string) {
		before := fields{"name": "churn", "path": at, "properties": fields{"p": "1"}, "framework": "Onnx", "framework_version": "1"}
		model := l.Apply(modelType, existing{}, before)
		better := folder(t, map[string]string{"model.pkl": "better"})
		for attribute, tc := range map[string]struct {
			change  fields
			because string
		}{
			"name":              {fields{"name": "other"}, "name"},
			"content":           {fields{"path": better}, "content_hash"},
			"a property":        {fields{"properties": fields{"p": "2"}}, "properties"},
			"framework":         {fields{"framework": "Custom"}, "framework"},
			"framework_version": {fields{"framework_version": "2"}, "framework_version"},
			"workspace":         {fields{"workspace_id": strings.Replace(workspacetest.ID, "ws-demo", "other", 1)}, "workspace_id"},
		} {
			if plan := l.Plan(modelType, model, merged(before, tc.change)); !slices.Equal(plan.Replace, []string{tc.because}) {
				t.Errorf("%s: replaced because of %v", attribute, plan.Replace)
			}
		}
		elsewhere := existing{State: merged(model.State, fields{"workspace_id": strings.Replace(workspacetest.ID, "ws-demo", "other", 1)}), Private: model.Private}
		if plan := l.Plan(modelType, elsewhere, before); !slices.Equal(plan.Replace, []string{"workspace_id"}) {
			t.Errorf("another workspace of the provider: replaced because of %v", plan.Replace)
		}
		for name, change := range map[string]fields{
			"a property that is not known yet": {"properties": fields{"p": protocoltest.Unknown{}}},
			"a new property":                   {"properties": fields{"p": "1", "q": "2"}},
			"a property less":                  {"properties": nil},
			"the case of the workspace":        {"workspace_id": strings.ToUpper(workspacetest.ID)},
		} {
			if plan := l.Plan(modelType, model, merged(before, change)); len(plan.Replace) > 0 {
				t.Errorf("%s: replaced because of %v", name, plan.Replace)
			}
		}
	})
}

func TestModelIsReadAndDeleted(t *testing.T) {
	inMemory(t, "gone", func(t *testing.T, l *live, at string) {
		model := l.Apply(modelType, existing{}, fields{"name": "churn", "path": at})
		l.workspace.Answer("GET", "/models/churn:1", -1, workspacetest.Refuse(404, "NotFound", "gone"))
		if gone := l.Refresh(modelType, model); gone.State != nil {
			t.Error("a model that is gone stays in the state")
		}
		l.workspace.Answer("DELETE", "/models/churn:1", -1, workspacetest.Reply(204, ""))
		l.Destroy(modelType, model)
	})
	inMemory(t, "refused", func(t *testing.T, l *live, at string) {
		model := l.Apply(modelType, existing{}, fields{"name": "churn", "path": at})
		l.workspace.Answer("GET", "/models/churn:1", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		if _, diags := l.TryRefresh(modelType, model); len(diags) != 1 || !strings.Contains(diags[0].Summary, "Could not read the model") {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
	})
	inMemory(t, "in use", func(t *testing.T, l *live, at string) {
		model := l.Apply(modelType, existing{}, fields{"name": "churn", "path": at})
		l.workspace.AddService("iris", workspacetest.Object{"environmentImageRequest": workspacetest.Object{"modelIds": []string{"churn:1"}}})
		l.workspace.AddService("other", workspacetest.Object{"environmentImageRequest": workspacetest.Object{"modelIds": []string{"churn:2"}}})
		l.workspace.Answer("DELETE", "/models/churn:1", -1, workspacetest.Refuse(412, "ModelInUse", "in use"))
		left, diags := l.TryDestroy(t.Context(), modelType, model)
		if texts := protocoltest.Texts(diags); len(texts) != 1 || !strings.Contains(texts[0], "Made of it: iris.") || left.State == nil {
			t.Errorf("%v", texts)
		}
	})
	inMemory(t, "imported", func(t *testing.T, l *live, at string) {
		l.workspace.AddModel("churn", workspacetest.Object{"framework": "Onnx", "properties": workspacetest.Object{"mlws.contentHash": hashOf(t, at), "theirs": "1"}})
		l.workspace.AddModel("raw", nil)
		config := fields{"name": "churn", "path": at, "framework": "Onnx"}
		model := l.Import(modelType, "churn:1")
		if plan := l.Plan(modelType, model, config); len(plan.Replace) > 0 || plan.State["content_hash"] != hashOf(t, at) {
			t.Errorf("replaced because of %v", plan.Replace)
		}
		l.unchanged(l.Apply(modelType, model, config), config)
		l.wantCalls()
		if plan := l.Plan(modelType, model, merged(config, fields{"path": folder(t, map[string]string{"a": "b"})})); !slices.Equal(plan.Replace, []string{"content_hash"}) {
			t.Errorf("other content: replaced because of %v", plan.Replace)
		}
		raw := l.Import(modelType, workspacetest.ID+"/models/raw:1")
		if raw.State["framework"] != "Custom" {
			t.Errorf("a model without a framework: %v", raw.State["framework"])
		}
		if plan := l.Plan(modelType, raw, fields{"name": "raw", "path": at}); len(plan.Replace) > 0 {
			t.Errorf("a model of others: replaced because of %v", plan.Replace)
		}
	})
}

func TestModelDataSource(t *testing.T) {
	inMemory(t, "by version and latest", func(t *testing.T, l *live, _ string) {
		for range 2 {
			l.workspace.AddModel("churn", workspacetest.Object{"properties": workspacetest.Object{"theirs": "1", "mlws.contentHash": "h"}})
		}
		for name, tc := range map[string]struct {
			config fields
			want   string // the model, or an error
		}{
			"the latest":     {fields{"name": "churn"}, "churn:2"},
			"a version":      {fields{"name": "churn", "version": 1}, "churn:1"},
			"no such model":  {fields{"name": "other"}, "has no model named"},
			"no such number": {fields{"name": "churn", "version": 3}, "has no version 3"},
		} {
			found, diags := l.TryReadData(modelType, tc.config)
			said := strings.Join(protocoltest.Texts(diags), "\n")
			if id, _ := found["model_id"].(string); id != tc.want && !strings.Contains(said, tc.want) || id != "" && !cmp.Equal(found["properties"], any(fields{"theirs": "1", "mlws.contentHash": "h"})) {
				t.Errorf("%s: %s %v %s", name, id, found["properties"], said)
			}
		}
	})
}
