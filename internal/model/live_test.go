// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// existing is a model in a state; the zero value is none.
type existing = protocoltest.Object

// live is the objects of this package on a workspace in memory.
type live struct {
	*protocoltest.Server
	workspace *workspacetest.Workspace
}

// inMemory runs a subtest in synthetic time, with a folder of the sample's files.
func inMemory(t *testing.T, name string, test func(t *testing.T, l *live, at string)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		at := folder(t, sample)
		synctest.Test(t, func(t *testing.T) {
			workspace := workspacetest.New(t)
			data := protocoltest.Data(t, workspace, protocoltest.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
			test(t, &live{protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), DataSources: DataSources()}, data), workspace}, at)
		})
	})
}

// tryApply plans and applies, and returns the texts of the diagnostics.
func (l *live) tryApply(prior existing, config fields) (existing, string) {
	l.T.Helper()
	made, diags := l.TryApply(l.T.Context(), modelType, prior, config, l.Plan(modelType, prior, config))
	return made, strings.Join(protocoltest.Texts(diags), "\n")
}

// wantCalls asserts which calls changed something since the last such call.
func (l *live) wantCalls(want ...string) {
	l.T.Helper()
	calls := slices.DeleteFunc(l.workspace.Calls(), func(call string) bool { return strings.HasPrefix(call, "GET ") })
	if !slices.Equal(calls, want) {
		l.T.Errorf("the calls that change something are %q, want %q", calls, want)
	}
	l.workspace.Forget()
}

// unchanged asserts that a plan neither replaces nor changes anything.
func (l *live) unchanged(at existing, config fields) {
	l.T.Helper()
	plan := l.Plan(modelType, at, config)
	if len(plan.Replace) > 0 {
		l.T.Errorf("replaced because of %v", plan.Replace)
	}
	if diff := cmp.Diff(at.State, plan.State); diff != "" {
		l.T.Errorf("the plan changes the model (-state +plan):\n%s", diff)
	}
}

// wantBody asserts the body of a call.
func wantBody(t *testing.T, call workspacetest.Call, want any) {
	t.Helper()
	var got, expected any
	encoded, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if json.Unmarshal([]byte(call.Body), &got) != nil || json.Unmarshal(encoded, &expected) != nil {
		t.Fatalf("the body is not JSON: %s", call.Body)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("the body of %s %s (-want +got):\n%s", call.Method, call.Path, diff)
	}
}

// merged returns the fields with changes on top.
func merged(base, changes fields) fields {
	result := maps.Clone(base)
	maps.Copy(result, changes)
	return result
}
