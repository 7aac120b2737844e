// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const otherWorkspace = "ws-other"

// twoWorkspaces is the default seed with a second workspace.
func twoWorkspaces() emulator.Option {
	seed := emulator.DefaultSeed()
	seed.Workspaces = append(seed.Workspaces, emulator.DefaultWorkspaceSeed(otherWorkspace))
	return emulator.WithSeed(seed)
}

const otherWorkspaceID = "/subscriptions/" + emulator.DefaultSubscriptionID + "/resourceGroups/" + emulator.DefaultResourceGroup +
	"/providers/Microsoft.MachineLearningServices/workspaces/" + otherWorkspace

// renaming changes the name.
func renaming(env *acctest.Env) change {
	return change{label: "name", second: attrs{"name": fmt.Sprintf("%q", env.Name("renamed"))}}
}

// replacements are by the type of the service.
type replacements map[string][]change

var changedProperties = change{label: "properties", first: attrs{"properties": `{ a = "1" }`}, second: attrs{"properties": `{ a = "2" }`}}

// anyReplacements work in every workspace.
var anyReplacements = replacements{
	aksType: {changedProperties},
	aciType: {
		changedProperties,
		{label: "location", second: attrs{"location": `"northeurope"`}},
		{label: "dns-name-label", first: attrs{"dns_name_label": `"label-one"`}, second: attrs{"dns_name_label": `"label-two"`}},
		{label: "dns-name-label-added", second: attrs{"dns_name_label": `"label-three"`}},
	},
}

var movedWorkspace = change{label: "workspace-id", second: attrs{"workspace_id": `"` + otherWorkspaceID + `"`}}

// madeUpReplacements need another workspace or cluster, networks, or vaults.
var madeUpReplacements = replacements{
	aksType: {movedWorkspace, {label: "compute-name", second: attrs{"compute_name": `"aks-far"`}}},
	aciType: {
		movedWorkspace,
		{label: "vnet-name", first: vnet("one", "default"), second: vnet("two", "default")},
		{label: "subnet-name", first: vnet("one", "default"), second: vnet("one", "other")},
		{label: "vnet-added", second: vnet("one", "default")},
		{label: "vnet-removed", first: vnet("one", "default")},
		{label: "vault-base-url", first: cmk("one", "key", "1"), second: cmk("two", "key", "1")},
		{label: "key-name", first: cmk("one", "key", "1"), second: cmk("one", "other", "1")},
		{label: "key-version", first: cmk("one", "key", "1"), second: cmk("one", "key", "2")},
		{label: "cmk-removed", first: cmk("one", "key", "1")},
	},
}

func vnet(name, subnet string) attrs {
	return attrs{"vnet": fmt.Sprintf("{ vnet_name = %q, subnet_name = %q }", name, subnet)}
}

func cmk(vault, key, version string) attrs {
	return attrs{"cmk": fmt.Sprintf(`{ vault_base_url = "https://%s.vault.azure.net/", key_name = %q, key_version = %q }`, vault, key, version)}
}

func TestAccServiceReplaced(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aksType, aciType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t, twoWorkspaces())
			changes := append([]change{renaming(env)}, anyReplacements[typeName]...)
			if env.Runs(acctest.Seed) {
				changes = append(changes, madeUpReplacements[typeName]...)
			}
			before, after := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: before},
				{
					PreConfig:        env.ResetLog,
					Config:           after,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionDestroyBeforeCreate),
					Check: all(
						env.CheckCount("DeleteService", len(changes)),
						env.CheckCount("CreateService", len(changes)),
						env.CheckCount("PatchService", 0),
						there(env, "name", false),
						there(env, "renamed", true),
						moved(env, "workspace-id"),
					),
				},
			}})
			if err := moved(env)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// there is a check: the workspace has the service, or has it no more.
func there(env *acctest.Env, label string, want bool) func(*terraform.State) error {
	return func(*terraform.State) error {
		exists, err := env.Exists(env.Name(label))
		if err == nil && exists != want {
			err = fmt.Errorf("the workspace has the service %s: %t, want %t", label, exists, want)
		}
		return err
	}
}

// moved is a check: the other workspace, which the emulator has, has these services.
func moved(env *acctest.Env, want ...string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if env.Emulator == nil {
			return nil
		}
		if found := env.Emulator.ServiceNames(otherWorkspaceID); !slices.Equal(found, want) {
			return fmt.Errorf("the other workspace has the services %v, want %v", found, want)
		}
		return nil
	}
}
