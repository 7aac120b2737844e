// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

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

var commonReplacements = []change{
	{label: "name", second: attrs{"name": `"renamed"`}},
	{label: "workspace-id", second: attrs{"workspace_id": `"` + otherWorkspaceID + `"`}},
	{label: "properties", first: attrs{"properties": `{ a = "1" }`}, second: attrs{"properties": `{ a = "2" }`}},
}

var aksReplacements = []change{
	{label: "compute-name", second: attrs{"compute_name": `"aks-far"`}},
}

var aciReplacements = []change{
	{label: "location", second: attrs{"location": `"northeurope"`}},
	{label: "dns-name-label", first: attrs{"dns_name_label": `"label-one"`}, second: attrs{"dns_name_label": `"label-two"`}},
	{label: "dns-name-label-added", second: attrs{"dns_name_label": `"label-three"`}},
	{label: "vnet-name", first: vnet("one", "default"), second: vnet("two", "default")},
	{label: "subnet-name", first: vnet("one", "default"), second: vnet("one", "other")},
	{label: "vnet-added", second: vnet("one", "default")},
	{label: "vnet-removed", first: vnet("one", "default")},
	{label: "vault-base-url", first: cmk("one", "key", "1"), second: cmk("two", "key", "1")},
	{label: "key-name", first: cmk("one", "key", "1"), second: cmk("one", "other", "1")},
	{label: "key-version", first: cmk("one", "key", "1"), second: cmk("one", "key", "2")},
	{label: "cmk-removed", first: cmk("one", "key", "1")},
}

func vnet(name, subnet string) attrs {
	return attrs{"vnet": fmt.Sprintf("{ vnet_name = %q, subnet_name = %q }", name, subnet)}
}

func cmk(vault, key, version string) attrs {
	return attrs{"cmk": fmt.Sprintf(`{ vault_base_url = "https://%s.vault.azure.net/", key_name = %q, key_version = %q }`, vault, key, version)}
}

func TestAccServiceReplaced(t *testing.T) {
	t.Parallel()
	for typeName, own := range map[string][]change{aksType: aksReplacements, aciType: aciReplacements} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t, twoWorkspaces())
			changes := append(own[:len(own):len(own)], commonReplacements...)
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
						func(*terraform.State) error {
							names := env.Emulator.ServiceNames(env.WorkspaceID)
							if slices.Contains(names, "name") || !slices.Contains(names, "renamed") {
								return fmt.Errorf("a renamed service is under another name: %v", names)
							}
							if moved := env.Emulator.ServiceNames(otherWorkspaceID); !slices.Equal(moved, []string{"workspace-id"}) {
								return fmt.Errorf("the other workspace has %v", moved)
							}
							return nil
						},
					),
				},
			}})
			if left := env.Emulator.ServiceNames(otherWorkspaceID); len(left) > 0 {
				t.Error(errors.New("services left behind in the other workspace"), left)
			}
		})
	}
}
