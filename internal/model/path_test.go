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

// A version that was imported needs no path, whoever registered it: the plan of the
// configuration that Terraform generates is empty, and other changes are made.
func TestImportedVersionNeedsNoPath(t *testing.T) {
	for who, properties := range map[string]workspacetest.Object{"others": {}, "this provider": {hashProperty: "hash"}} {
		inMemory(t, who, func(t *testing.T, l *live, at string) {
			l.workspace.AddModel("churn", workspacetest.Object{"properties": properties, "framework": "Onnx"})
			model := l.Import(modelType, "churn:1")
			generated := fields{"name": "churn", "workspace_id": workspacetest.ID, "framework": "Onnx"}
			for name, value := range model.State {
				if name == "properties" && len(value.(fields)) > 0 {
					generated[name] = value
				}
			}
			l.unchanged(model, generated)
			described := merged(generated, fields{"description": "new"})
			model = l.Apply(modelType, model, described)
			l.wantCalls("PATCH /models/churn:1")
			l.unchanged(l.Refresh(modelType, model), described)

			// The content of a path is compared from then on.
			model = l.Apply(modelType, existing{}, fields{"name": "other", "path": at})
			hash := model.State["content_hash"]
			model = l.Apply(modelType, model, fields{"name": "other"})
			if diff := cmp.Diff(hash, model.State["content_hash"]); diff != "" || model.State["path"] != nil {
				t.Errorf("the path was removed: %v, content_hash (-want +got)\n%s", model.State["path"], diff)
			}
		})
	}
}

// A new version needs a path, and so does one that replaces another.
func TestNewVersionNeedsAPath(t *testing.T) {
	inMemory(t, "no path", func(t *testing.T, l *live, at string) {
		l.workspace.AddModel("churn", workspacetest.Object{"framework": "Onnx"})
		model := l.Import(modelType, "churn:1")
		renamed := fields{"name": "other", "framework": "Onnx"}
		plan := l.Plan(modelType, model, renamed)
		if !slices.Equal(plan.Replace, []string{"name"}) {
			t.Errorf("replaced because of %v", plan.Replace)
		}
		// Terraform plans the other half of a replacement as a create.
		said := strings.Join(protocoltest.Texts(l.TryPlan(modelType, existing{}, renamed).Diagnostics), "\n")
		if !strings.Contains(said, `new version of model "other", and path is not set`) || !strings.Contains(said, "Set path to the file or folder") {
			t.Errorf("said %q", said)
		}
	})
}

// An import of what is not there names workspace and model.
func TestImportOfNothing(t *testing.T) {
	inMemory(t, "model", func(t *testing.T, l *live, _ string) {
		_, diags := l.TryImport(modelType, "nosuch:3")
		if len(diags) != 1 || diags[0].Summary != "There is nothing to import" || !strings.HasPrefix(diags[0].Detail, `Workspace "ws-demo" has no model nosuch:3.`) {
			t.Errorf("%v", diags)
		}
	})
}
