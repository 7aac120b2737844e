// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// workspace serves registered environments, and nothing else of the API.
type workspace struct {
	api        *azureml.Workspace
	mu         sync.Mutex
	registered map[string]string // definitions by name/version
	asked      []string
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	w := &workspace{registered: map[string]string{}}
	id := resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg-demo", Name: "ws-demo"}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /discovery", func(out http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(out, `{"experimentation":%q,"modelmanagement":%[1]q,"history":%[1]q,"api":%[1]q}`, server.URL)
	})
	mux.HandleFunc("GET /environment/", w.serve)
	mux.HandleFunc("GET /", func(out http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(out, `{"id":%q,"name":"ws-demo","location":"westeurope","properties":{"workspaceId":"w","discoveryUrl":"%s/discovery"}}`, id.String(), server.URL)
	})
	client, err := azureml.NewClient(azureml.Config{Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.api = client.Workspace(id)
	return w
}

func (w *workspace) register(name, version, definition string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.registered[name+"/"+version] = definition
}

func (w *workspace) serve(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, path, _ := strings.Cut(r.URL.Path, "/environments/")
	key := strings.Replace(path, "/versions/", "/", 1)
	w.asked = append(w.asked, key)
	out.Header().Set("Content-Type", "application/json")
	definition, exists := w.registered[key]
	switch {
	case !exists:
		out.WriteHeader(http.StatusNotFound)
		definition = `{"error":{"code":"UserError","message":"Not found."}}`
	case definition == "":
		out.WriteHeader(http.StatusForbidden)
		definition = `{"error":{"code":"Forbidden","message":"Not allowed."}}`
	}
	fmt.Fprint(out, definition)
}
