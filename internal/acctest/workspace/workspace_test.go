// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspace_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The facts of a workspace are the same by itself and in the list of its resource group.
func TestAccWorkspace(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`
data "mlws_workspace" "this" {}

data "mlws_workspaces" "group" {
  resource_group_name = data.mlws_workspace.this.resource_group_name
}

output "same" {
  value = anytrue([for w in data.mlws_workspaces.group.workspaces : w.id == data.mlws_workspace.this.id && w.storage_account_id == data.mlws_workspace.this.storage_account_id])
}
`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
			statecheck.ExpectKnownValue("data.mlws_workspace.this", tfjsonpath.New("model_management_url"), knownvalue.NotNull()),
			statecheck.ExpectKnownValue("data.mlws_workspace.this", tfjsonpath.New("location"), knownvalue.NotNull()),
		},
	}}})
}

// A subscription has workspaces in several groups, on several pages.
func TestAccWorkspaces(t *testing.T) {
	t.Parallel()
	seed := emulator.DefaultSeed()
	for i := range 4 {
		workspace := emulator.DefaultWorkspaceSeed(fmt.Sprintf("ws-%d", i))
		workspace.ResourceGroup = fmt.Sprintf("rg-%d", i%2)
		seed.Workspaces = append(seed.Workspaces, workspace)
	}
	env := acctest.StartEmulated(t, acctest.Seed, emulator.WithSeed(seed), emulator.WithBehavior(emulator.Behavior{PageSize: 2}))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(`
data "mlws_workspaces" "all" {}

data "mlws_workspaces" "group" {
  resource_group_name = "rg-1"
}
`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.mlws_workspaces.all", tfjsonpath.New("workspaces"), knownvalue.ListSizeExact(5)),
			statecheck.ExpectKnownValue("data.mlws_workspaces.group", tfjsonpath.New("workspaces"), knownvalue.ListSizeExact(2)),
		},
	}}})
}

// mlws_access says what the emulator then allows, and reads no key to find out.
func TestAccAccess(t *testing.T) {
	t.Parallel()
	env := acctest.StartEmulated(t, acctest.Roles)
	for _, test := range []struct {
		clientID, secret string
		want             map[string]string
	}{
		{emulator.ContributorClientID, emulator.ContributorSecret, map[string]string{
			"read": "allowed", "write": "allowed", "list_keys": "allowed", "regenerate_keys": "allowed", "token": "allowed",
		}},
		{emulator.ReaderClientID, emulator.ReaderSecret, map[string]string{
			"read": "allowed", "write": "denied", "list_keys": "denied", "regenerate_keys": "denied", "token": "allowed",
		}},
	} {
		var checks []statecheck.StateCheck
		for name, answer := range test.want {
			checks = append(checks, statecheck.ExpectKnownValue("data.mlws_access.mine", tfjsonpath.New(name), knownvalue.StringExact(answer)))
		}
		env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
			Config:            env.ConfigAs(test.clientID, test.secret, `data "mlws_access" "mine" {}`),
			ConfigStateChecks: checks,
		}}})
	}
	for _, operation := range []string{"ListKeys", "RegenerateKeys", "ServiceToken"} {
		if calls := env.Count(operation); calls > 0 {
			t.Errorf("%s was called %d times", operation, calls)
		}
	}
}
