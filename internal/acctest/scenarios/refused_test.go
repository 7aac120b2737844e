// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// importBlock takes the block out of an error, as a person would copy it.
func importBlock(t *testing.T, text string) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(strings.TrimLeft(line, "│ ")))
	}
	found := regexp.MustCompile(`(?s)import \{\n.*?\n\}`).FindString(strings.Join(lines, "\n"))
	if found == "" {
		t.Fatalf("there is no import block in\n%s", text)
	}
	return "\n" + found + "\n"
}

// badInput are configurations that cannot work, and what a person is told: what
// happened to which object, why, and what to do.
var badInput = []struct {
	name   string
	before string // the compute type of a service that is there already; empty: there is none
	config func(env *acctest.Env, page string) string
	says   []string
	calls  int // creates that are sent
}{
	{
		name: "missing workspace",
		config: func(env *acctest.Env, _ string) string {
			return env.Config(block(env, aciType, "iris", fmt.Sprintf("workspace_id = %q", strings.Replace(env.WorkspaceID, emulator.DefaultWorkspaceName, "ws-missing", 1))))
		},
		says: []string{`Service "iris":`, "the workspace was not found (404), or this credential cannot see it", "Check subscription_id, resource_group_name and workspace_name", "ws-missing"},
	},
	{
		name: "Reader creates",
		config: func(env *acctest.Env, _ string) string {
			return env.ConfigAs(emulator.ReaderClientID, emulator.ReaderSecret, block(env, aciType, "iris", ""))
		},
		says: []string{"Could not create the service", `Service "iris":`, "lacks the permission Microsoft.MachineLearningServices/workspaces/services/aci/write", "Assign it a role that has this action", "Contributor"}, calls: 1,
	},
	{
		name:   "Reader reads keys",
		before: "AKS",
		config: func(env *acctest.Env, _ string) string {
			return env.ConfigAs(emulator.ReaderClientID, emulator.ReaderSecret, fmt.Sprintf("data \"mlws_service_keys\" \"iris\" {\n  service_id = %q\n}\n", env.ServiceID("iris")))
		},
		says: []string{"Could not read the keys", `Service "iris"`, "lacks the permission Microsoft.MachineLearningServices/workspaces/services/aks/listkeys/action", "Assign it a role that has this action"},
	},
	{
		name:   "service of the other compute type",
		before: "AKS",
		config: func(env *acctest.Env, _ string) string { return env.Config(block(env, aciType, "iris", "")) },
		says: []string{
			"The service exists already", `a service named "iris" that is not in this configuration's state`, "It runs on AKS, so it belongs to mlws_aks_service and not to mlws_aci_service",
			"Otherwise choose another name", "import { to = mlws_aks_service.iris",
		},
	},
	{
		name:   "import as the other compute type",
		before: "AKS",
		config: func(env *acctest.Env, _ string) string {
			return env.Config(block(env, aciType, "iris", "") + "import {\n  to = mlws_aci_service.iris\n  id = \"iris\"\n}\n")
		},
		says: []string{"The service is of another compute type", `Service "iris" of workspace "ws-demo" runs on AKS, and mlws_aci_service manages services on ACI`, "Manage it with mlws_aks_service"},
	},
	{
		name: "unknown compute",
		config: func(env *acctest.Env, _ string) string {
			return env.Config(strings.Replace(block(env, aksType, "iris", ""), env.Compute, "aks-missing", 1))
		},
		says: []string{"The compute target does not exist", `no compute target named "aks-missing"`, "correct compute_name"},
	},
	{
		name: "unknown model",
		config: func(env *acctest.Env, _ string) string {
			return env.Config(strings.Replace(block(env, aksType, "iris", ""), env.Model, "missing:7", 1))
		},
		says: []string{"The model does not exist", `no model "missing:7"`, "Nothing was sent.", "correct model_ids"},
	},
	{
		name: "unreachable model management",
		config: func(env *acctest.Env, _ string) string {
			return strings.Replace(env.Config(block(env, aciType, "iris", "")), "endpoints = {", "endpoints = {\n    model_management = \"http://127.0.0.1:1\"", 1)
		},
		says: []string{`Service "iris":`, "127.0.0.1:1 refused the connection", "Check the endpoint and its port"},
	},
	{
		name: "a proxy's page",
		config: func(env *acctest.Env, page string) string {
			return strings.Replace(env.Config(block(env, aciType, "iris", "")), "endpoints = {", "endpoints = {\n    model_management = \""+page+"\"", 1)
		},
		says: []string{`"iris"`, "HTML", "proxy"},
	},
}

func TestAccBadInput(t *testing.T) {
	t.Parallel()
	for _, test := range badInput {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Edits)
			if test.before != "" {
				deployOutside(t, env, test.before)
			}
			// It answers everything with a page, as a proxy does that wants a sign-in.
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte("<html><head><title>Sign in to the network</title></head></html>"))
			}))
			defer proxy.Close()
			var failure expected
			env.Test(t, resource.TestCase{
				ErrorCheck:   failure.errorCheck,
				CheckDestroy: func(*terraform.State) error { return nil }, // the service of somebody else stays
				Steps:        []resource.TestStep{{Config: test.config(env, proxy.URL)}},
			})
			requireError(t, failure.text(t), test.says...)
			if got := env.Count("CreateService"); got != test.calls {
				t.Errorf("%d creates were sent, want %d", got, test.calls)
			}
			if names := env.Emulator.ServiceNames(env.WorkspaceID); len(names) > 0 != (test.before != "") {
				t.Errorf("the workspace has %v", names)
			}
		})
	}
}

// deployOutside creates the service "iris" as another program would.
func deployOutside(t *testing.T, env *acctest.Env, computeType string) {
	t.Helper()
	body := fmt.Sprintf(`{"name": "iris", "computeType": %q, "authEnabled": true, "environmentImageRequest": {"modelIds": [%q]}`, computeType, env.Model)
	if computeType == "AKS" {
		body += fmt.Sprintf(`, "computeName": %q`, env.Compute)
	}
	request, err := http.NewRequest(http.MethodPost, env.Emulator.ModelManagementURL()+"/modelmanagement/v1.0"+env.WorkspaceID+"/services", strings.NewReader(body+"}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+env.Emulator.AccessToken(emulator.OwnerClientID))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusAccepted {
		t.Fatalf("the service was not accepted: %d", response.StatusCode)
	}
	env.ResetLog()
}
