// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// pages is a workspace that lists services page by page, and ignores all filters, as
// the API may.
type pages struct {
	// services are the wire forms on each page. A page that is nil is refused.
	services [][]string

	mu    sync.Mutex
	asked []url.Values
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	p.mu.Lock()
	p.asked = append(p.asked, r.URL.Query())
	p.mu.Unlock()
	if !strings.HasSuffix(r.URL.Path, "/workspaces/ws-demo/services") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	number, _ := strconv.Atoi(r.URL.Query().Get("$skipToken"))
	page := p.services[number]
	if page == nil {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"code":"Forbidden","statusCode":403,"message":"No."}`)
		return
	}
	next := ""
	if number+1 < len(p.services) {
		next = fmt.Sprintf(`,"nextLink":"https://elsewhere.example/services?$skipToken=%d"`, number+1)
	}
	fmt.Fprintf(w, `{"value":[%s]%s}`, strings.Join(page, ","), next)
}

// requests are the queries of the requests so far.
func (p *pages) requests() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// fixedClock is a clock that stands still.
type fixedClock struct{ now time.Time }

func (c fixedClock) Now() time.Time { return c.now }

// listing serves the objects of this package over a workspace with these pages.
func listing(t *testing.T, services ...[]string) (*server, *pages) {
	t.Helper()
	workspace := &pages{services: services}
	api := httptest.NewServer(workspace)
	t.Cleanup(api.Close)
	client, err := azureml.NewClient(azureml.Config{
		Credential: testCredential{}, TokenScope: "scope/.default", ResourceManagerEndpoint: api.URL, ModelManagementEndpoint: api.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	own := testWorkspace
	return serve(t, &framework.Data{Client: client, Workspace: &own, Clock: fixedClock{time.Date(2026, 1, 11, 12, 0, 0, 0, time.UTC)}}), workspace
}

// wireOf is a service of wireAKS or wireACI with changes, as JSON.
func wireOf(t *testing.T, wire, changes string) string {
	t.Helper()
	document, more := map[string]any{}, map[string]any{}
	if err := json.Unmarshal([]byte("{"+wire+"}"), &document); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(changes), &more); err != nil {
		t.Fatal(err)
	}
	overlay(document, more)
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
