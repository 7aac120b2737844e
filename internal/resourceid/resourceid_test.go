// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package resourceid_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const (
	subscription = "22222222-2222-2222-2222-222222222222"
	workspaceID  = "/subscriptions/" + subscription + "/resourceGroups/rg-demo/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"
)

var workspace = resourceid.Workspace{SubscriptionID: subscription, ResourceGroup: "rg-demo", Name: "ws-demo"}

func TestRoundTrip(t *testing.T) {
	if got := workspace.String(); got != workspaceID {
		t.Errorf("got %s", got)
	}
	service := workspace.Service("iris")
	if got := service.String(); got != workspaceID+"/services/iris" {
		t.Errorf("got %s", got)
	}
	if got, err := resourceid.ParseWorkspace(workspace.String()); err != nil || got != workspace {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := resourceid.ParseService(service.String()); err != nil || got != service {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestCaseOfLiteralsIsIgnoredAndNamesKeepTheirs(t *testing.T) {
	got, err := resourceid.ParseService("/SUBSCRIPTIONS/" + subscription + "/resourcegroups/RG-Demo/PROVIDERS/microsoft.machinelearningservices/Workspaces/Ws-Demo/SERVICES/iris")
	want := resourceid.Workspace{SubscriptionID: subscription, ResourceGroup: "RG-Demo", Name: "Ws-Demo"}.Service("iris")
	if err != nil || got != want {
		t.Fatalf("got %+v, %v", got, err)
	}
	if !got.Workspace.Equal(workspace) {
		t.Error("ids that differ in case only are not equal")
	}
	other := workspace
	other.Name = "another"
	if other.Equal(workspace) {
		t.Error("ids of two workspaces are equal")
	}
}

func TestParseRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ id, want string }{
		"empty":              {"", "it does not start with /"},
		"no slash first":     {workspaceID[1:], "it does not start with /"},
		"too short":          {"/subscriptions/" + subscription, "it has 2 segments instead of 8"},
		"a service id":       {workspaceID + "/services/iris", "it has 10 segments instead of 8"},
		"trailing slash":     {workspaceID + "/", "it has 9 segments instead of 8"},
		"misspelt literal":   {strings.Replace(workspaceID, "resourceGroups", "groups", 1), `segment "groups" should be "resourceGroups"`},
		"empty name":         {strings.Replace(workspaceID, "rg-demo", "", 1), `the name after "resourceGroups" is empty`},
		"subscription name":  {strings.Replace(workspaceID, subscription, "prod", 1), `the subscription id "prod" is not a UUID`},
		"another provider":   {strings.Replace(workspaceID, "MachineLearningServices", "Web", 1), `the resource provider "Microsoft.Web" should be`},
		"names the workflow": {"ws-demo", "expected /subscriptions/{subscription id}/resourceGroups/{resource group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace}"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := resourceid.ParseWorkspace(tc.id)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := resourceid.ParseService(workspaceID); err == nil || !strings.Contains(err.Error(), "/services/{service}") {
		t.Errorf("a workspace id is taken for a service id, or the expected form is not shown: %v", err)
	}
}

func FuzzParseService(f *testing.F) {
	f.Add(workspaceID + "/services/iris")
	f.Add("/subscriptions//x")
	f.Fuzz(func(t *testing.T, id string) {
		parsed, err := resourceid.ParseService(id)
		if err != nil {
			return
		}
		again, err := resourceid.ParseService(parsed.String())
		if err != nil || again != parsed {
			t.Errorf("%q is parsed as %+v, and that as %+v, %v", id, parsed, again, err)
		}
	})
}

func TestModel(t *testing.T) {
	const workspace = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws"
	model, err := resourceid.ParseModel(workspace + "/models/churn.v2_a-b:17")
	if err != nil || model.Name != "churn.v2_a-b" || model.Version != 17 || model.Workspace.Name != "ws" {
		t.Fatalf("%+v, %v", model, err)
	}
	if got := model.String(); got != workspace+"/models/churn.v2_a-b:17" || model.ModelID() != "churn.v2_a-b:17" {
		t.Errorf("%s, %s", got, model.ModelID())
	}
	if model.Workspace.Model("churn", 2).ModelID() != "churn:2" {
		t.Error("Workspace.Model")
	}
	for _, wrong := range []string{"churn", "churn:0", "churn:01", "churn:x", ":1", "a:b:1", "-a:1", "churn:99999999999999999999"} {
		if _, err := resourceid.ParseModel(workspace + "/models/" + wrong); err == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
	if _, err := resourceid.ParseModel(workspace + "/services/churn:1"); err == nil {
		t.Error("the id of a service is accepted")
	}
}

func TestOnlineEndpoint(t *testing.T) {
	id := workspaceID + "/onlineEndpoints/iris-v2"
	got, err := resourceid.ParseOnlineEndpoint(strings.Replace(id, "onlineEndpoints", "ONLINEENDPOINTS", 1))
	if err != nil || got != (resourceid.OnlineEndpoint{Workspace: workspace, Name: "iris-v2"}) || got.String() != id {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := resourceid.ParseOnlineEndpoint(workspaceID + "/services/iris"); err == nil || !strings.Contains(err.Error(), `segment "services" should be "onlineEndpoints"`) {
		t.Errorf("got %v", err)
	}
}
