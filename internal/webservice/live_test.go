// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// inMemory runs a test on a workspace in memory with the AKS service iris deployed.
func inMemory(t *testing.T, test func(t *testing.T, s *server, w *workspacetest.Workspace, iris protocoltest.Object)) {
	t.Helper()
	onWorkspace(t, "iris", func(t *testing.T, l *live) {
		test(t, l.server, l.workspace, l.Apply(aksType, protocoltest.Object{}, liveConfig))
	})
}

var liveConfig = merged(aksConfig, fields{"workspace_id": workspacetest.ID, "description": "one"})

// lostChange accepts a call without carrying it out, and ends its operation so.
func lostChange(w *workspacetest.Workspace, method, operation string) {
	w.Answer(method, "/services/iris", 1, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Operation-Location", workspacetest.URL+"/operations/lost")
		rw.WriteHeader(http.StatusAccepted)
	})
	w.Answer(http.MethodGet, "/operations/lost", -1, workspacetest.Reply(http.StatusOK, operation))
}

func requireError(t *testing.T, diags []*tfprotov6.Diagnostic, want ...string) {
	t.Helper()
	found := ""
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found += d.Summary + ": " + d.Detail
		}
	}
	for _, text := range want {
		if !strings.Contains(found, text) {
			t.Errorf("the error lacks %q: %q", text, found)
		}
	}
	if strings.Contains(found, "did not become Healthy") && strings.Contains(found, "is Healthy") {
		t.Errorf("the error contradicts itself: %s", found)
	}
}

// If the operation of an update fails and the service runs as before, the state
// keeps what is live, and the next plan shows the change again.
func TestUpdateThatKeptTheOldVersion(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, s *server, w *workspacetest.Workspace, iris protocoltest.Object) {
		lostChange(w, http.MethodPatch, `{"id":"lost","state":"Failed","operationType":"Service","error":{"code":"AciDeploymentFailed","statusCode":400,"message":"The container crashed."}}`)
		changed := merged(liveConfig, fields{"description": "two"})
		after, diags := s.TryApply(t.Context(), aksType, iris, changed, s.Plan(aksType, iris, changed))
		requireError(t, diags, "The service was not changed", "The container crashed", "old version still runs", "apply again")
		if got := after.State["description"]; got != "one" {
			t.Errorf("the state has the description %v, and the service has the old one", got)
		}
		refreshed := s.Refresh(aksType, after)
		if plan := s.Plan(aksType, refreshed, changed); plan.State["description"] != "two" {
			t.Error("the next plan does not show the change")
		}
		if last := s.Apply(aksType, refreshed, changed); last.State["description"] != "two" || w.Service("iris")["description"] != "two" {
			t.Error("the next apply does not make the change")
		}
	})
}

// If the operation of an update cannot be read, the update has succeeded if the
// service has what was sent.
func TestUpdateWhoseOperationIsForgotten(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, s *server, w *workspacetest.Workspace, iris protocoltest.Object) {
		changed := merged(liveConfig, fields{"description": "two"})
		plan := s.Plan(aksType, iris, changed)
		w.Answer(http.MethodPatch, "/services/iris", 1, func(rw http.ResponseWriter, _ *http.Request) {
			w.EditService("iris", workspacetest.Object{"description": "two"})
			rw.Header().Set("Operation-Location", workspacetest.URL+"/operations/lost")
			rw.WriteHeader(http.StatusAccepted)
		})
		w.Answer(http.MethodGet, "/operations/lost", -1, workspacetest.Refuse(http.StatusForbidden, "Forbidden", "No."))
		after, diags := s.TryApply(t.Context(), aksType, iris, changed, plan)
		requireError(t, diags)
		if after.State["description"] != "two" || len(diags) != 1 || !strings.Contains(diags[0].Summary, "did not end well") {
			t.Errorf("want the change and one warning, got %v and %v", after.State["description"], texts(diags))
		}
	})
}

// A service that somebody else creates while it is deleted is not deleted, and stays
// in the state.
func TestDeletedServiceThatIsCreatedAgain(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, s *server, w *workspacetest.Workspace, iris protocoltest.Object) {
		w.Answer(http.MethodDelete, "/services/iris", 1, func(rw http.ResponseWriter, _ *http.Request) {
			w.RemoveService("iris")
			w.AddService("iris", workspacetest.Object{"createdTime": "2031-01-01T00:00:00Z"})
			rw.Header().Set("Operation-Location", workspacetest.URL+"/operations/lost")
			rw.WriteHeader(http.StatusAccepted)
		})
		w.Answer(http.MethodGet, "/operations/lost", -1, workspacetest.Reply(http.StatusOK, `{"id":"lost","state":"Succeeded"}`))
		after, diags := s.TryDestroy(t.Context(), aksType, iris)
		requireError(t, diags, "Another service of the same name exists now", "terraform state rm")
		if after.State == nil || w.Service("iris") == nil {
			t.Error("the service of somebody else is gone from the state or the workspace")
		}
	})
}
