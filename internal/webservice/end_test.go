// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

// The ways in which v1 may end: the API is gone, its routes are, or the workspace does
// not name it any more. Each says so, with the date and the page to read, and neither
// a refresh nor a destroy takes the service out of the state.
func TestTheEndOfV1KeepsTheState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		suffix string // of the calls that are answered so
		reply  http.HandlerFunc
		want   string
	}{
		"410":                {"/services/iris", workspacetest.Refuse(http.StatusGone, "Gone", "v1 is retired."), "Azure says that this API is gone (410). Gone: v1 is retired."},
		"410 without a body": {"/services/iris", workspacetest.Reply(http.StatusGone, ""), "Azure says that this API is gone (410)."},
		"404 NotSupported":   {"/services/iris", workspacetest.Refuse(http.StatusNotFound, "NotSupported", "Not supported."), "Azure refused the request (404). NotSupported: Not supported."},
		"404 wrapped":        {"/services/iris", workspacetest.Reply(http.StatusNotFound, `{"error":{"code":"NotSupported","message":"No."}}`), "Azure refused the request (404). NotSupported: No."},
		"unknown route":      {"/services/iris", workspacetest.Reply(http.StatusNotFound, ""), "If they are right: Support"},
		"no such resource":   {"/services/iris", workspacetest.Reply(http.StatusNotFound, `{"Message":"No HTTP resource was found."}`), "If they are right: Support"},
		"no address":         {"/discovery", workspacetest.Reply(http.StatusOK, `{"api":"`+workspacetest.URL+`/api"}`), `the discovery of workspace ws-demo does not name "modelmanagement".`},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, func(t *testing.T, _ *server, w *workspacetest.Workspace, iris protocoltest.Object) {
				w.Answer(http.MethodGet, test.suffix, -1, test.reply)
				w.Answer(http.MethodDelete, test.suffix, -1, test.reply)
				s := serve(t, protocoltest.Data(t, w, protocoltest.At(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)))) // a new run
				refreshed, diags := s.TryRefresh(aksType, iris)
				requireError(t, diags, test.want, "ended on 30 June 2026", "guides/migrating-off-v1.")
				if diff := cmp.Diff(iris.State, refreshed.State); diff != "" {
					t.Errorf("the refresh changed the state (-want +got)\n%s", diff)
				}
				kept, diags := s.TryDestroy(t.Context(), aksType, iris)
				requireError(t, diags, "ended on 30 June 2026")
				if kept.State == nil {
					t.Error("the destroy took the service out of the state")
				}
			})
		})
	}
}

// On that day the API may refuse AKS alone. What was deployed stays in the state.
func TestTheEndOfAKSKeepsTheState(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]http.HandlerFunc{
		"NotSupported": workspacetest.Refuse(http.StatusBadRequest, "NotSupported", "The compute is not supported."),
		"AksCompute":   workspacetest.Refuse(http.StatusBadRequest, "BadRequest", "AksCompute is not allowed."),
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *server, w *workspacetest.Workspace, iris protocoltest.Object) {
				w.Answer(http.MethodPatch, "/services/iris", -1, reply)
				changed := merged(liveConfig, fields{"description": "two"})
				after, diags := s.TryApply(t.Context(), aksType, iris, changed, s.Plan(aksType, iris, changed))
				requireError(t, diags, "ended on 30 June 2026", "guides/migrating-off-v1.")
				if after.State["description"] != "one" || after.State["id"] != iris.State["id"] {
					t.Errorf("the state is %v", after.State)
				}
			})
		})
	}
}
