// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// testData is a configured provider. Its Resource Manager knows a workspace in
// westeurope, the cluster aks-demo there and the cluster aks-far in eastus. It
// counts the requests for clusters.
func testData(t *testing.T) (*framework.Data, *atomic.Int32) {
	t.Helper()
	asked := new(atomic.Int32)
	arm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/computes/") {
			asked.Add(1)
		}
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/computes/aks-demo"):
			fmt.Fprint(w, `{"name":"aks-demo","properties":{"computeType":"AKS","computeLocation":"westeurope","provisioningState":"Succeeded"}}`)
		case strings.HasSuffix(r.URL.Path, "/computes/aks-far"):
			fmt.Fprint(w, `{"name":"aks-far","properties":{"computeType":"AKS","computeLocation":"eastus","provisioningState":"Succeeded"}}`)
		case strings.HasSuffix(r.URL.Path, "/workspaces/ws-demo"):
			fmt.Fprintf(w, `{"id":%q,"name":"ws-demo","location":"West Europe","properties":{"workspaceId":"w","discoveryUrl":"http://%s/discovery"}}`, testWorkspace.String(), r.Host)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"code":"ResourceNotFound","message":"Not found."}}`)
		}
	}))
	t.Cleanup(arm.Close)
	client, err := azureml.NewClient(azureml.Config{Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: arm.URL})
	if err != nil {
		t.Fatal(err)
	}
	workspace := testWorkspace
	return &framework.Data{Client: client, Workspace: &workspace}, asked
}

// The warning about a cluster in another region comes when token auth is turned
// on or the cluster changes, and costs nothing otherwise.
func TestRegionWarning(t *testing.T) {
	t.Parallel()
	token := fields{"auth_enabled": false, "token_auth_enabled": true}
	for name, test := range map[string]struct {
		config, state fields
		warned, asked bool
	}{
		"create far":            {config: merged(token, fields{"compute_name": "aks-far"}), warned: true, asked: true},
		"create near":           {config: token, asked: true},
		"create far, key":       {config: fields{"compute_name": "aks-far"}},
		"create missing":        {config: merged(token, fields{"compute_name": "aks-gone"}), asked: true},
		"create unknown":        {config: merged(token, fields{"compute_name": unknown{}})},
		"turned on":             {config: merged(token, fields{"compute_name": "aks-far"}), state: aksState(fields{"compute_name": "aks-far"}), warned: true, asked: true},
		"on already":            {config: merged(token, fields{"compute_name": "aks-far"}), state: aksState(merged(token, fields{"compute_name": "aks-far"}))},
		"moved to far":          {config: merged(token, fields{"compute_name": "aks-far"}), state: aksState(token), warned: true, asked: true},
		"unknown workspace":     {config: merged(token, fields{"compute_name": "aks-far", "workspace_id": unknown{}})},
		"another workspace":     {config: merged(token, fields{"compute_name": "aks-far", "workspace_id": strings.Replace(testWorkspace.String(), "ws-demo", "ws-x", 1)})},
		"turned off on refresh": {state: aksState(token)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, asked := testData(t)
			result := serve(t, data).plan(aksType, merged(aksConfig, test.config), test.state, nil)
			text := strings.Join(texts(result.diags), "\n")
			if warned := strings.Contains(text, "Tokens are issued in the workspace's region (westeurope), and the AKS cluster is in eastus"); warned != test.warned {
				t.Errorf("warned %t: %s", warned, text)
			}
			if (asked.Load() > 0) != test.asked {
				t.Errorf("%d requests", asked.Load())
			}
		})
	}
}

func TestCheckCluster(t *testing.T) {
	t.Parallel()
	data, _ := testData(t)
	api := data.Client.Workspace(testWorkspace)
	var diags diag.Diagnostics
	if checkCluster(t.Context(), api, "aks-demo", &diags); len(diags) > 0 {
		t.Error(diags)
	}
	if checkCluster(t.Context(), api, "aks-gone", &diags); len(diags) != 1 || !strings.Contains(diags[0].Detail(), "correct compute_name") {
		t.Error(diags)
	}
}
