// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/workspacetest"
)

const v2Type = "mlws_service_v2_configuration"

// addShapes adds the services of the tests of the mapping, and returns their names.
func addShapes(t *testing.T, w *workspacetest.Workspace) []string {
	t.Helper()
	files, err := filepath.Glob("../onlineendpoint/testdata/shapes/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d shapes: %v", len(files), err)
	}
	var names []string
	for _, file := range files {
		encoded, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var document workspacetest.Object
		if err := json.Unmarshal(encoded, &document); err != nil {
			t.Fatal(err)
		}
		names = append(names, document["name"].(string))
		w.AddService(document["name"].(string), document)
	}
	return names
}

func codes(findings any) []string {
	found := []string{}
	for _, f := range findings.(list) {
		found = append(found, f.(fields)["code"].(string))
	}
	return found
}

// Every shape of a service can be read. Only the service is asked for, and nothing is
// changed.
func TestV2Configurations(t *testing.T) {
	t.Parallel()
	onWorkspace(t, "all shapes", func(t *testing.T, l *live) {
		for _, name := range addShapes(t, l.workspace) {
			time.Sleep(time.Minute) // reads that come together are read from the list
			l.workspace.Forget()
			state := l.ReadData(v2Type, fields{"name": name})
			blockers := codes(state["blockers"])
			unmapped := slices.Contains(blockers, "aks_endpoint") || slices.Contains(blockers, "unsupported_compute")
			if (state["hcl"] == nil) != unmapped || (state["json"] == nil) != unmapped {
				t.Errorf("%s: %v", name, state)
			}
			if calls := l.workspace.Calls(); !slices.Equal(calls, []string{"GET /services/" + name}) {
				t.Errorf("%s: the calls are %q", name, calls)
			}
		}
		state := l.ReadData(v2Type, fields{"service_id": workspacetest.ID + "/services/aks-token"})
		wanted := fields{
			"service_id": workspacetest.ID + "/services/aks-token", "name": "aks-token", "workspace_id": workspacetest.ID, "target": "Kubernetes",
			"endpoint_name": nil, "compute_id": nil, "code_uri": nil, "instance_type": nil, "instance_type_reason": nil,
		}
		for name, want := range wanted {
			if diff := cmp.Diff(want, state[name]); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
		if diff := cmp.Diff([]string{"kubernetes_compute"}, codes(state["blockers"])); diff != "" {
			t.Error(diff)
		}
		first := state["blockers"].(list)[0].(fields)
		if first["message"] == "" || first["action"] == "" {
			t.Error(first)
		}
	})
}

func TestV2ConfigurationIsConfigured(t *testing.T) {
	t.Parallel()
	onWorkspace(t, "arguments", func(t *testing.T, l *live) {
		addShapes(t, l.workspace)
		state := l.ReadData(v2Type, fields{"name": "aks-key", "workspace_id": workspacetest.ID, "target": "Managed", "endpoint_name": "chosen", "code_uri": "https://demo.blob.core.windows.net/code/iris", "copy_keys": true})
		hcl, _ := state["hcl"].(string)
		if state["target"] != "Managed" || state["instance_type"] != "Standard_DS2_v2" || len(codes(state["blockers"])) != 0 ||
			!strings.Contains(hcl, `name      = "chosen"`) || !strings.Contains(hcl, `codeUri     = "https://demo.blob.core.windows.net/code/iris"`) {
			t.Errorf("%v", state)
		}
		if reason, _ := state["instance_type_reason"].(string); !strings.Contains(reason, "smallest size") {
			t.Error(reason)
		}
		kept, _ := l.ReadData(v2Type, fields{"name": "aks-key", "copy_keys": false})["hcl"].(string)
		if !strings.Contains(hcl, "mlws_service_keys") || kept == "" || strings.Contains(kept, "mlws_service_keys") || strings.Contains(kept, "sensitive_body") {
			t.Error(kept)
		}
		state = l.ReadData(v2Type, fields{"name": "aks-key", "compute_id": workspacetest.ID + "/computes/arc"})
		if text, _ := state["json"].(string); !strings.Contains(text, `"compute": "`+workspacetest.ID+`/computes/arc"`) || len(codes(state["blockers"])) != 0 {
			t.Errorf("%v", state)
		}
		hcl, _ = state["hcl"].(string)
		if !strings.Contains(hcl, `--url "`+workspacetest.URL+"/hist/artifact/v2.0"+workspacetest.ID+`/artifacts/contentinfo/LocalUpload/2a2b3c4d/src.tar.gz"`) {
			t.Error(hcl)
		}
	})
}

func TestV2ConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	onWorkspace(t, "refused", func(t *testing.T, l *live) {
		_, diags := l.TryReadData(v2Type, fields{"name": "missing"})
		requireError(t, diags, "The service does not exist")
		l.workspace.Answer(http.MethodGet, "/services/iris", -1, workspacetest.Refuse(http.StatusForbidden, "Forbidden", "No."))
		_, diags = l.TryReadData(v2Type, fields{"name": "iris"})
		requireError(t, diags, "Could not read the service", "workspaces/services/read")
		refused := map[string]fields{
			"The service is not named":     {},
			"The service is named twice":   {"name": "iris", "service_id": workspacetest.ID + "/services/iris"},
			`Write "Managed" or "Kubernet`: {"name": "iris", "target": "managed"},
			"an endpoint has 3 to 32":      {"name": "iris", "endpoint_name": "a_b"},
			"compute_id":                   {"name": "iris", "compute_id": ""},
			"code_uri":                     {"name": "iris", "code_uri": ""},
		}
		for want, config := range refused {
			_, diags := l.TryReadData(v2Type, config)
			if found := strings.ToLower(strings.Join(texts(diags), "\n")); !strings.Contains(found, strings.ToLower(want)) {
				t.Errorf("%v: %s, want %s", config, found, want)
			}
		}
	})
}
