// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/cmd/demo/fleet"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// scored are clients of a server that accepts the given keys.
func scored(t *testing.T, accepts func(key string) bool) (clients *fleet.Clients, folder string, names []string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !accepts(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(server.Close)
	uris := map[string]string{}
	for _, service := range fleet.Seed().Workspaces[0].Services {
		uris[service.Name] = server.URL
		names = append(names, service.Name)
	}
	folder = t.TempDir()
	clients, err := fleet.Start(t.Context(), folder, uris)
	if err != nil {
		t.Fatal(err)
	}
	return clients, folder, names
}

// regenerated are requests that have regenerated a key of each service at a time.
func regenerated(names []string, at time.Time) map[string]time.Time {
	var requests []emulator.Request
	for _, name := range names {
		requests = append(requests, emulator.Request{Operation: "RegenerateKeys", Path: "/modelmanagement/services/" + name + "/regenerateKeys", Time: at}, emulator.Request{Operation: "Score", Path: "/services/" + name + "/score"})
	}
	return fleet.Regenerated(requests)
}

func handOut(t *testing.T, folder string, names []string, key string) {
	t.Helper()
	for _, name := range names {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file+".new", []byte(key), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
}

// A rotation that leaves the former key valid refuses nobody, and its time counts
// from the regeneration to the last answer to the former key.
func TestClientsTakeTheNewKey(t *testing.T) {
	t.Parallel()
	clients, folder, names := scored(t, func(string) bool { return true })
	at := time.Now().Add(-time.Hour)
	handOut(t, folder, names, "second")
	longest, err := clients.Changed(t.Context(), 1, regenerated(names, at))
	if err != nil || longest < time.Hour-time.Second || longest > time.Since(at) {
		t.Errorf("%v %v", longest, err)
	}
	requests, refused := clients.Stop()
	if requests < 2*fleet.Size || len(refused) > 0 {
		t.Errorf("%d requests, refused: %v", requests, refused)
	}
}

// A rotation that revokes the key in use is counted, and the key is not named.
func TestRefusalsAreCounted(t *testing.T) {
	t.Parallel()
	seen := make(chan struct{}, 1)
	clients, folder, names := scored(t, func(key string) bool {
		if key == "second" {
			return true
		}
		select {
		case seen <- struct{}{}:
		default:
		}
		return false
	})
	<-seen
	handOut(t, folder, names, "second")
	if _, err := clients.Changed(t.Context(), 1, regenerated(names, time.Now())); err != nil {
		t.Fatal(err)
	}
	_, refused := clients.Stop()
	if len(refused) == 0 || strings.Contains(strings.Join(refused, "\n"), "first-key") || !strings.Contains(refused[0], "answered with 401") {
		t.Errorf("refused: %v", refused)
	}
}

// A client that never gets its key, and a service that was not rotated, are errors.
func TestIncompleteRotations(t *testing.T) {
	t.Parallel()
	clients, folder, names := scored(t, func(string) bool { return true })
	defer clients.Stop()
	if _, err := clients.Changed(t.Context(), 1, regenerated(names[1:], time.Now())); err == nil || !strings.Contains(err.Error(), "29 services") {
		t.Error(err)
	}
	handOut(t, folder, names[1:], "second")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := clients.Changed(ctx, 1, regenerated(names, time.Now())); err == nil || !strings.Contains(err.Error(), "not every client") {
		t.Error(err)
	}
	if _, err := fleet.Start(t.Context(), folder, nil); err == nil {
		t.Error("clients of no service were started")
	}
}
