// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
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

// existing is a service in a state; the zero value is none.
type existing = protocoltest.Object

// wireObject is a JSON object of the API.
type wireObject = workspacetest.Object

// live is the objects of this package on a workspace in memory.
type live struct {
	*server
	workspace *workspacetest.Workspace
}

// onWorkspace runs a subtest in synthetic time.
func onWorkspace(t *testing.T, name string, test func(t *testing.T, l *live)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			workspace := workspacetest.New(t)
			for range 3 {
				workspace.AddModel("iris", nil)
			}
			data := protocoltest.Data(t, workspace, protocoltest.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
			test(t, &live{serve(t, data), workspace})
		})
	})
}

// aci is a service on ACI without code.
func aci(changes fields) fields {
	return merged(fields{"name": "iris", "model_ids": list{"iris:1"}, "auth_enabled": true}, changes)
}

// tryApply plans and applies, and returns the texts of the diagnostics.
func (l *live) tryApply(typeName string, prior existing, config fields) (existing, string) {
	l.T.Helper()
	made, diags := l.TryApply(l.T.Context(), typeName, prior, config, l.Plan(typeName, prior, config))
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

// unchanged asserts that a refresh and a plan after it find nothing.
func (l *live) unchanged(typeName string, at existing, config fields) existing {
	l.T.Helper()
	refreshed := l.Refresh(typeName, at)
	if diff := cmp.Diff(at.State, refreshed.State); diff != "" {
		l.T.Errorf("the refresh changes the service (-before +after):\n%s", diff)
	}
	plan := l.Plan(typeName, refreshed, config)
	if len(plan.Replace) > 0 {
		l.T.Errorf("replaced because of %v", plan.Replace)
	}
	if diff := cmp.Diff(refreshed.State, plan.State); diff != "" {
		l.T.Errorf("the plan changes the service (-state +plan):\n%s", diff)
	}
	return refreshed
}

// changes asserts that the plan changes the service in place, and returns it.
func (l *live) changes(typeName string, at existing, config fields) protocoltest.Planned {
	l.T.Helper()
	plan := l.Plan(typeName, at, config)
	if len(plan.Replace) > 0 || maps.EqualFunc(at.State, plan.State, func(a, b any) bool { return cmp.Equal(a, b) }) {
		l.T.Errorf("the plan is to change the service in place; replaced because of %v", plan.Replace)
	}
	return plan
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}
