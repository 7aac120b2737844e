// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Every operation that is served has a row in a table of conformance, and no
// row is about anything else.
func TestTablesCoverTheRoutes(t *testing.T) {
	t.Parallel()
	described := map[string]bool{}
	for _, row := range ConformanceTable() {
		if row.Operation != "" {
			described[row.Operation] = true
		}
	}
	for _, row := range Neighbours() {
		described[row.Operation] = true
	}
	for _, row := range OnlineOperations() {
		described[row.Operation] = true
	}
	served := map[string]bool{}
	for _, operation := range Start(t).operations() {
		served[operation] = true
		if !described[operation] {
			t.Errorf("operation %s has no row", operation)
		}
	}
	for operation := range described {
		if !served[operation] {
			t.Errorf("the row of %s is about nothing", operation)
		}
	}
}

// No call gets through without a role: whoever has none is refused by each
// route, in its own envelope, and so is whoever shows no token.
func TestEveryRouteAsksForARole(t *testing.T) {
	t.Parallel()
	e := Start(t)
	if err := e.AddPrincipal(state.Principal{ClientID: "nobody"}); err != nil {
		t.Fatal(err)
	}
	values := strings.NewReplacer("{sub}", state.DefaultSubscriptionID, "{rg}", state.DefaultResourceGroup, "{ws}", state.DefaultWorkspaceName, "{rest...}", "x/y")
	// These tell a caller what it may do, and show no more than that.
	open := []string{"ListPermissions", "ListSubscriptions", "GetSubscription"}
	// These answer 404 for operations of a workspace that the caller may not read.
	open = append(open, "GetOnlineOperation", "GetOnlineOperationResult")
	asked := 0
	for _, candidate := range e.router.Routes() {
		if candidate.Plane != api.PlaneData && candidate.Plane != api.PlaneARM && candidate.Plane != api.PlaneArtifact {
			continue
		}
		path := values.Replace(candidate.Pattern)
		for name := range strings.SplitSeq(candidate.Pattern, "/") {
			if strings.HasPrefix(name, "{") {
				path = strings.ReplaceAll(path, name, "x")
			}
		}
		for bearer, want := range map[string]int{"": http.StatusUnauthorized, e.AccessToken("nobody"): http.StatusForbidden} {
			request := httptest.NewRequest(candidate.Method, path, strings.NewReader("{}"))
			request.Host = "localhost"
			if bearer != "" {
				request.Header.Set("Authorization", "Bearer "+bearer)
				if slices.Contains(open, candidate.Operation) {
					continue
				}
			}
			recorder := httptest.NewRecorder()
			e.ServeHTTP(recorder, request)
			wrapped := strings.Contains(recorder.Body.String(), `"error":`)
			if recorder.Code != want || wrapped != (candidate.Plane != api.PlaneData) {
				t.Errorf("%s %s: %d %s, want %d", candidate.Method, path, recorder.Code, recorder.Body, want)
			}
			asked++
		}
	}
	if asked < 80 {
		t.Errorf("only %d calls were made", asked)
	}
}
