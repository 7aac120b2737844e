// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

type (
	fields = protocoltest.Values
	list   = protocoltest.List
)

var own = resourceid.Workspace{SubscriptionID: "22222222-2222-2222-2222-222222222222", ResourceGroup: "rg-demo", Name: "ws-demo"}

// serve serves the objects of this package over a Resource Manager. The workspace may
// be nil, as that of a provider that names none.
func serve(t *testing.T, url string, workspace *resourceid.Workspace) *protocoltest.Server {
	t.Helper()
	client, err := azureml.NewClient(azureml.Config{Credential: protocoltest.Token{}, TokenScope: "scope/.default", ResourceManagerEndpoint: url})
	if err != nil {
		t.Fatal(err)
	}
	return protocoltest.Serve(t, protocoltest.Objects{DataSources: DataSources()}, &framework.Data{Client: client, Workspace: workspace})
}

const described = `"location":"West Europe","tags":{"team":"x"},"properties":{"workspaceId":"w-1","friendlyName":"Demo","provisioningState":"Succeeded",
	"storageAccount":"/s","keyVault":"/k","applicationInsights":"/a","containerRegistry":null,"imageBuildCompute":"","hbiWorkspace":true`

// wanted are the attributes of what is described.
func wanted(id resourceid.Workspace) fields {
	return fields{
		"id": id.String(), "name": id.Name, "resource_group_name": id.ResourceGroup, "location": "westeurope", "tags": fields{"team": "x"},
		"workspace_uuid": "w-1", "friendly_name": "Demo", "provisioning_state": "Succeeded", "storage_account_id": "/s", "key_vault_id": "/k",
		"application_insights_id": "/a", "high_business_impact": true, "allow_public_access_when_behind_vnet": false,
	}
}

func TestWorkspace(t *testing.T) {
	t.Parallel()
	var arm *httptest.Server
	arm = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.EqualFold(r.URL.Path, own.String()):
			fmt.Fprintf(w, `{"id":%q,"name":"ws-demo",%s,"discoveryUrl":%q}}`, own.String(), described, arm.URL+"/discovery")
		case r.URL.Path == "/discovery":
			fmt.Fprintf(w, `{"modelmanagement":%q}`, arm.URL+"/mm")
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"code":"ResourceNotFound","message":"Not found."}}`)
		}
	}))
	t.Cleanup(arm.Close)
	s := serve(t, arm.URL, &own)
	want := wanted(own)
	want["workspace_id"], want["model_management_url"], want["discovery_url"] = own.String(), arm.URL+"/mm", arm.URL+"/discovery"
	if diff := cmp.Diff(want, s.ReadData("mlws_workspace", nil)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	spelled := strings.ToUpper(own.String())
	if got := s.ReadData("mlws_workspace", fields{"workspace_id": spelled})["workspace_id"]; got != spelled {
		t.Errorf("workspace_id became %v", got)
	}
	other := strings.Replace(own.String(), "ws-demo", "ws-other", 1)
	_, diags := s.TryReadData("mlws_workspace", fields{"workspace_id": other})
	if problem := strings.Join(protocoltest.Texts(diags), "\n"); !strings.Contains(problem, "Could not read the workspace") || !strings.Contains(problem, "ws-other") {
		t.Error(problem)
	}
}

func element(id resourceid.Workspace) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,%s}}`, id.String(), id.Name, described)
}

func TestWorkspaces(t *testing.T) {
	t.Parallel()
	last, first := own, own
	last.Name, first.Name = "ws-z", "ws-a"
	const workspaces = "/providers/Microsoft.MachineLearningServices/workspaces"
	subscription := "/subscriptions/" + own.SubscriptionID
	for name, test := range map[string]struct {
		path   string
		config fields
	}{
		"subscription":   {subscription + workspaces, nil},
		"resource group": {subscription + "/resourceGroups/rg-demo" + workspaces, fields{"resource_group_name": "rg-demo"}},
	} {
		api := protocoltest.ServePages(t, test.path, []string{element(last), element(own)}, []string{element(first)})
		got := serve(t, api.URL, &own).ReadData("mlws_workspaces", test.config)
		want := fields{"subscription_id": own.SubscriptionID, "workspaces": list{wanted(first), wanted(own), wanted(last)}}
		for attribute, value := range test.config {
			want[attribute] = value
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if asked := api.Requests(); len(asked) != 2 || asked[0].Get("api-version") == "" || asked[1].Get("api-version") == "" {
			t.Errorf("%s: asked %v", name, asked)
		}
	}

	refused := protocoltest.ServePages(t, subscription+workspaces, []string{element(own)}, nil)
	for name, test := range map[string]struct {
		workspace *resourceid.Workspace
		config    fields
		want      string
	}{
		"a page is refused":  {&own, nil, "Could not list the workspaces"},
		"no subscription":    {nil, nil, "Set subscription_id here"},
		"not a subscription": {&own, fields{"subscription_id": "my subscription"}, "Write the UUID"},
	} {
		_, diags := serve(t, refused.URL, test.workspace).TryReadData("mlws_workspaces", test.config)
		if problem := strings.Join(protocoltest.Texts(diags), "\n"); !strings.Contains(problem, test.want) {
			t.Errorf("%s: %q", name, problem)
		}
	}
}

func TestAccessIsRead(t *testing.T) {
	t.Parallel()
	path := own.String() + "/providers/Microsoft.Authorization/permissions"
	answers := func(read, write, listKeys, regenerateKeys, token string) fields {
		return fields{"workspace_id": own.String(), "read": read, "write": write, "list_keys": listKeys, "regenerate_keys": regenerateKeys, "token": token}
	}
	const reader, deployer = `{"actions":["*/read"],"notActions":[]}`, `{"actions":["Microsoft.MachineLearningServices/workspaces/services/aks/write"],"dataActions":[]}`
	for name, test := range map[string]struct {
		pages   [][]string
		compute string
		want    fields
	}{
		"Reader":                    {[][]string{{reader}}, "", answers("allowed", "denied", "denied", "denied", "allowed")},
		"two pages":                 {[][]string{{reader}, {deployer}}, "", answers("allowed", "unknown", "denied", "denied", "allowed")},
		"of AKS":                    {[][]string{{reader}, {deployer}}, "AKS", answers("allowed", "allowed", "denied", "denied", "allowed")},
		"permissions are not shown": {[][]string{nil}, "", answers("unknown", "unknown", "unknown", "unknown", "unknown")},
	} {
		api := protocoltest.ServePages(t, path, test.pages...)
		config, want := fields{}, test.want
		if test.compute != "" {
			config["compute_type"], want["compute_type"] = test.compute, test.compute
		}
		got, diags := serve(t, api.URL, &own).TryReadData("mlws_access", config)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if warned := len(diags) > 0; warned != slices.ContainsFunc(test.pages, func(page []string) bool { return page == nil }) {
			t.Errorf("%s: %q", name, protocoltest.Texts(diags))
		}
		if asked := api.Requests(); len(asked) != len(test.pages) || asked[len(asked)-1].Get("api-version") != "2022-04-01" {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
}
