// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package resourceid_test

import (
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const workspaceID = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo" +
	"/providers/Microsoft.MachineLearningServices/workspaces/ws-demo"

func TestRoundTrip(t *testing.T) {
	workspace, err := resourceid.ParseWorkspace(workspaceID)
	if err != nil {
		t.Fatal(err)
	}
	if got := workspace.String(); got != workspaceID {
		t.Errorf("workspace prints as %s", got)
	}
	service, err := resourceid.ParseService(workspace.Service("iris").String())
	if err != nil {
		t.Fatal(err)
	}
	if service.Name != "iris" || service.Workspace != workspace {
		t.Errorf("service parsed as %+v", service)
	}
}

// Azure returns ids with the segments in any case, and the portal shows them so.
func TestCaseOfLiteralsDoesNotMatter(t *testing.T) {
	odd := strings.NewReplacer("resourceGroups", "resourcegroups", "Microsoft.MachineLearningServices",
		"microsoft.machinelearningservices").Replace(workspaceID)
	workspace, err := resourceid.ParseWorkspace(odd)
	if err != nil {
		t.Fatal(err)
	}
	if workspace.String() != workspaceID {
		t.Errorf("%s was not normalised: %s", odd, workspace)
	}
}

func TestEqualIgnoresCase(t *testing.T) {
	workspace, err := resourceid.ParseWorkspace(workspaceID)
	if err != nil {
		t.Fatal(err)
	}
	upper := workspace
	upper.ResourceGroup = strings.ToUpper(upper.ResourceGroup)
	if !workspace.Equal(upper) || !workspace.Service("a").Equal(upper.Service("A")) {
		t.Error("ids that differ in case only are not equal")
	}
	if workspace.Service("a").Equal(workspace.Service("b")) {
		t.Error("two services are equal")
	}
}

func TestRefusals(t *testing.T) {
	for id, want := range map[string]string{
		"":                               "does not start with /",
		"iris":                           "does not start with /",
		workspaceID + "/services":        "9 segments instead of 10",
		workspaceID + "/services/":       `the name after "services" is empty`,
		workspaceID + "/endpoints/x":     `segment "endpoints" should be "services"`,
		workspaceID + "/services/x/keys": "11 segments instead of 10",
		strings.Replace(workspaceID, "22222222-", "", 1) + "/services/x":                "is not a UUID",
		strings.Replace(workspaceID, "MachineLearning", "Cognitive", 1) + "/services/x": `should be "Microsoft.MachineLearningServices"`,
	} {
		_, err := resourceid.ParseService(id)
		if err == nil {
			t.Errorf("%q was accepted", id)
			continue
		}
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "{service}") {
			t.Errorf("%q: the error does not say %q and the form: %v", id, want, err)
		}
	}
	if _, err := resourceid.ParseWorkspace(workspaceID + "/services/x"); err == nil {
		t.Error("a service id was accepted as a workspace id")
	}
}
