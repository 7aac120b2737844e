// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The whole way of a service, below a path prefix: found through Resource
// Manager and discovery, deployed, scored, changed, listed, deleted.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	// Operations end when the test says so, however busy the machine is.
	s := open(t, emulator.WithPathPrefix("/some/prefix"), emulator.WithOperationDuration(10*time.Minute))
	later := func() { s.e.AdvanceClock(10 * time.Minute) }
	if !strings.HasSuffix(s.e.ResourceManagerURL(), "/some/prefix") {
		t.Fatalf("prefix is not in %s", s.e.ResourceManagerURL())
	}
	workspace := s.do("GET", s.e.ResourceManagerURL()+s.scope+"?api-version=2022-05-01", s.bearer, nil)
	properties, _ := workspace.json["properties"].(map[string]any)
	discovery := s.do("GET", properties["discoveryUrl"].(string), "", nil)
	for _, key := range []string{"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio"} {
		if discovery.json[key] != s.e.ModelManagementURL() {
			t.Errorf("discovery %s = %v", key, discovery.json[key])
		}
	}

	created := s.call("POST", "/services", aci("svc-one", "authEnabled", true))
	if created.raw != "" || created.status != http.StatusAccepted {
		t.Fatalf("create: %d %q", created.status, created.raw)
	}
	if early := s.call("GET", "/services/svc-one", nil); early.status != http.StatusOK || early.json["state"] != "Transitioning" {
		t.Errorf("right after the 202: %d %v", early.status, early.json["state"])
	}
	if busy := s.call("DELETE", "/services/svc-one", nil); busy.status != http.StatusConflict {
		t.Errorf("delete of a busy service: %d", busy.status)
	}
	later()
	s.succeed(created)
	service := s.call("GET", "/services/svc-one", nil).json
	if service["state"] != "Healthy" || !strings.HasPrefix(service["scoringUri"].(string), s.e.ResourceManagerURL()) {
		t.Errorf("after the operation: %v %v", service["state"], service["scoringUri"])
	}
	primary, secondary := s.keys("svc-one")
	if len(primary) != 32 || len(secondary) != 32 || primary == secondary {
		t.Errorf("keys %d and %d characters long", len(primary), len(secondary))
	}
	if got := s.score(service, primary); got != http.StatusOK {
		t.Errorf("score with the key: %d", got)
	}
	if again := s.call("POST", "/services", aci("svc-one")); again.status != http.StatusConflict {
		t.Errorf("create again: %d", again.status)
	} else if code, _, _ := again.problem(); code != "ServiceExists" {
		t.Errorf("create again: %s", code)
	}
	patched := s.call("PATCH", "/services/svc-one", []any{map[string]any{"op": "replace", "path": "/description", "value": "new"}})
	later()
	s.succeed(patched)
	if got := s.call("GET", "/services/svc-one", nil).json["description"]; got != "new" {
		t.Errorf("description %v", got)
	}
	deleted := s.call("DELETE", "/services/svc-one", nil)
	later()
	s.succeed(deleted)
	if gone := s.call("GET", "/services/svc-one", nil); gone.status != http.StatusNotFound || gone.json["statusCode"] != 404.0 {
		t.Errorf("after delete: %d %s", gone.status, gone.raw)
	}
	if again := s.call("DELETE", "/services/svc-one", nil); again.status != http.StatusNoContent {
		t.Errorf("delete again: %d", again.status)
	}
	if n := s.e.Count("CreateService"); n != 2 {
		t.Errorf("%d creates in the log", n)
	}
}
