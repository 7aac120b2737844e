// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// A registration sends every attribute, and a plan after it is empty.
func TestModelIsRegistered(t *testing.T) {
	inMemory(t, "all attributes", func(t *testing.T, l *live, at string) {
		config := fields{
			"name": "churn", "path": at, "description": "d", "tags": fields{"a": "1"}, "properties": fields{"p": "1"},
			"framework": "Onnx", "framework_version": "1.4.0",
		}
		model := l.Apply(modelType, existing{}, config)
		asset := l.workspace.Assets()[0]
		wantBody(t, l.workspace.Sent("POST", "/models")[0], fields{
			"name": "churn", "url": "aml://asset/" + asset, "mimeType": "application/json", "framework": "Onnx", "frameworkVersion": "1.4.0", "description": "d",
			"kvTags": fields{"a": "1"}, "properties": fields{"p": "1", "mlws.contentHash": hashOf(t, at)},
		})
		l.wantCalls("POST /assets", "POST /models")
		for name, want := range map[string]any{
			"id": workspacetest.ID + "/models/churn:1", "model_id": "churn:1", "version": 1, "workspace_id": workspacetest.ID, "url": "aml://asset/" + asset,
			"content_hash": hashOf(t, at), "framework": "Onnx", "properties": fields{"p": "1"},
		} {
			if diff := cmp.Diff(want, model.State[name]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		model = l.Refresh(modelType, model)
		l.unchanged(model, config)
		l.Destroy(modelType, model)
		l.wantCalls("DELETE /models/churn:1")
		if left := l.workspace.ModelIDs(); len(left) > 0 {
			t.Errorf("left are %v", left)
		}
	})
	inMemory(t, "no optional attribute", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at}
		model := l.Apply(modelType, existing{}, config)
		if model.State["framework"] != "Custom" || model.State["framework_version"] != nil || model.State["description"] != nil {
			t.Errorf("the state: %v", model.State)
		}
		l.unchanged(l.Refresh(modelType, model), config)
	})
}

// A registration that fails leaves no asset behind, unless a version may have been
// made of it.
func TestFailedRegistration(t *testing.T) {
	for name, tc := range map[string]struct {
		suffix string
		reply  func(l *live) http.HandlerFunc
		says   string
		assets int
	}{
		"refused":         {"/models", func(*live) http.HandlerFunc { return workspacetest.Refuse(400, "BadRequest", "no such framework") }, "no such framework", 0},
		"asset refused":   {"/assets", func(*live) http.HandlerFunc { return workspacetest.Refuse(400, "BadRequest", "no space") }, "no space", 0},
		"outcome unknown": {"/models", func(*live) http.HandlerFunc { return workspacetest.Reply(502, "<html>") }, "502", 1},
	} {
		inMemory(t, name, func(t *testing.T, l *live, at string) {
			l.workspace.Answer("POST", tc.suffix, -1, tc.reply(l))
			made, said := l.tryApply(existing{}, fields{"name": "churn", "path": at})
			if made.State != nil || !strings.Contains(said, tc.says) || !strings.Contains(said, `Could not register the model`) {
				t.Errorf("in the state: %t, %s", made.State != nil, said)
			}
			if assets := l.workspace.Assets(); len(assets) != tc.assets {
				t.Errorf("%d assets are left, want %d", len(assets), tc.assets)
			}
		})
	}
	inMemory(t, "the reply is lost", func(t *testing.T, l *live, at string) {
		l.workspace.Answer("POST", "/models", 1, l.workspace.Lose)
		made, said := l.tryApply(existing{}, fields{"name": "churn", "path": at})
		if made.State["model_id"] != "churn:1" || said != "" {
			t.Errorf("%v: %s", made.State["model_id"], said)
		}
		l.wantCalls("POST /assets", "POST /models")
	})
	inMemory(t, "it cannot be read back", func(t *testing.T, l *live, at string) {
		l.workspace.Answer("GET", "/models/churn:1", -1, workspacetest.Refuse(403, "Forbidden", "no"))
		made, said := l.tryApply(existing{}, fields{"name": "churn", "path": at})
		if made.State["model_id"] != "churn:1" || !strings.Contains(said, "could not be read back") {
			t.Errorf("%v: %s", made.State["model_id"], said)
		}
	})
}

// The files of a plan are those of its apply.
func TestFilesChangeAfterThePlan(t *testing.T) {
	inMemory(t, "changed", func(t *testing.T, l *live, at string) {
		config := fields{"name": "churn", "path": at}
		plan := l.Plan(modelType, existing{}, config)
		if err := os.WriteFile(filepath.Join(at, "model.pkl"), []byte("better"), 0o600); err != nil {
			t.Fatal(err)
		}
		made, diags := l.TryApply(t.Context(), modelType, existing{}, config, plan)
		if texts := protocoltest.Texts(diags); made.State != nil || len(texts) != 1 || !strings.Contains(texts[0], "have changed since the plan") {
			t.Errorf("%v", texts)
		}
		l.wantCalls()
	})
	inMemory(t, "written by the apply", func(t *testing.T, l *live, at string) {
		later := filepath.Join(at, "later")
		config := fields{"name": "churn", "path": later}
		plan := l.Plan(modelType, existing{}, config)
		if err := os.Mkdir(later, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(later, "model.pkl"), []byte("better"), 0o600); err != nil {
			t.Fatal(err)
		}
		made, diags := l.TryApply(t.Context(), modelType, existing{}, config, plan)
		if len(diags) > 0 || made.State["content_hash"] != hashOf(t, later) {
			t.Errorf("%v", protocoltest.Texts(diags))
		}
	})
}
