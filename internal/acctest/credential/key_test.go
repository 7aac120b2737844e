// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// The tests say these often.
var (
	all          = resource.ComposeTestCheckFunc
	expectAction = acctest.Planned
	emptyPlan    = acctest.EmptyPlan
)

func TestAccKeyRotates(t *testing.T) {
	t.Parallel()
	env := start(t)
	const readKeys = `
data "mlws_service_keys" "before" {
  service_id = mlws_aci_service.iris.id
}
`
	service := aci(env, "iris", "")
	value := &watch{address: keyAddress, name: "key"}
	rotatedAt := statecheck.ExpectKnownValue(keyAddress, tfjsonpath.New("rotated_at"), knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)))
	var old, secondary string
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config:            env.Config(service + readKeys + key("test", "iris", "")),
			ConfigStateChecks: []statecheck.StateCheck{rotatedAt},
			Check: all(value.changed, env.CheckCount("RegenerateKeys", 1), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK), func(state *terraform.State) error {
				old = value.last
				var err error
				secondary, err = attribute(state, "data.mlws_service_keys.before", "secondary_key")
				return err
			}),
		},
		{
			// An empty second plan sends no regenerate.
			Config:           env.Config(service + key("test", "iris", "")),
			ConfigPlanChecks: emptyPlan(),
			Check:            all(value.kept, env.CheckCount("RegenerateKeys", 1)),
		},
		{
			Taint:            []string{keyAddress},
			Config:           env.Config(service + key("test", "iris", "")),
			ConfigPlanChecks: expectAction(keyAddress, plancheck.ResourceActionDestroyBeforeCreate),
			Check: all(value.changed, env.CheckCount("RegenerateKeys", 2), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK),
				func(state *terraform.State) error {
					if err := scoresWith(state, "mlws_aci_service.iris", old, http.StatusUnauthorized); err != nil {
						return fmt.Errorf("the old key: %w", err)
					}
					if err := scoresWith(state, "mlws_aci_service.iris", secondary, http.StatusOK); err != nil {
						return fmt.Errorf("the other slot: %w", err)
					}
					return nil
				}),
		},
		{
			// Adding the map to an existing key does not rotate it.
			Config:           env.Config(service + key("test", "iris", `triggers = { quarter = "1" }`)),
			ConfigPlanChecks: expectAction(keyAddress, plancheck.ResourceActionUpdate),
			Check:            all(value.kept, env.CheckCount("RegenerateKeys", 2)),
		},
		{
			Config:           env.Config(service + key("test", "iris", `triggers = { quarter = "2" }`)),
			ConfigPlanChecks: expectAction(keyAddress, plancheck.ResourceActionDestroyBeforeCreate),
			Check:            all(value.changed, env.CheckCount("RegenerateKeys", 3)),
		},
		{
			RefreshState: true,
			Check:        all(value.kept, env.CheckCount("RegenerateKeys", 3)),
		},
		{
			// Destroying the resource keeps the key.
			Config: env.Config(service),
			Check: all(env.CheckCount("RegenerateKeys", 3), func(state *terraform.State) error {
				return scoresWith(state, "mlws_aci_service.iris", value.last, http.StatusOK)
			}),
		},
	}})
}

func TestAccKeyImport(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", ""))
	imported := func(id string) resource.TestStep {
		return resource.TestStep{
			ResourceName: keyAddress, ImportState: true, ImportStateVerify: true, ImportStateId: id,
			// Azure does not tell a key's age; every import has its own salt; none stores the key.
			ImportStateVerifyIgnore: []string{"rotated_at", "key_age_days", "key_fingerprint", "key", "store_key"},
		}
	}
	serviceID := env.ServiceID(env.Name("iris"))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		imported(serviceID + "/keys/Primary"),
		imported(env.Name("iris") + "/Primary"),
		{
			ResourceName: keyAddress, ImportState: true, ImportStateId: env.Name("iris") + "/Tertiary",
			ExpectError: regexp.MustCompile(`must be\s+Primary\s+or\s+Secondary`),
		},
		{
			// An import block regenerates nothing. Its plan says that the key goes into the state.
			PreConfig: env.ResetLog,
			Config: config + fmt.Sprintf(`
import {
  to = mlws_service_key.second
  id = "%s/keys/Secondary"
}
resource "mlws_service_key" "second" {
  service_id = mlws_aci_service.iris.id
  key_type   = "Secondary"
}`, serviceID),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("mlws_service_key.second", plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue("mlws_service_key.second", tfjsonpath.New("key")),
			}},
			Check: all(env.CheckCount("RegenerateKeys", 0), func(state *terraform.State) error {
				stored, err := attribute(state, "mlws_service_key.second", "key")
				if err != nil {
					return err
				}
				if err := scoresWith(state, "mlws_aci_service.iris", stored, http.StatusOK); err != nil {
					return fmt.Errorf("the imported key: %w", err)
				}
				if first, err := attribute(state, keyAddress, "key"); err != nil || first == stored {
					return fmt.Errorf("the imported key is that of the other slot (%v)", err)
				}
				return nil
			}),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("mlws_service_key.second", tfjsonpath.New("rotated_at"), knownvalue.Null()),
			},
		},
	}})
}

func TestAccKeyImportByIdentity(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", ""))
	workspace, err := resourceid.ParseWorkspace(env.WorkspaceID)
	if err != nil {
		t.Fatal(err)
	}
	env.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(keyAddress, map[string]knownvalue.Check{
				"subscription_id":     knownvalue.StringExact(workspace.SubscriptionID),
				"resource_group_name": knownvalue.StringExact(workspace.ResourceGroup),
				"workspace_name":      knownvalue.StringExact(workspace.Name),
				"service_name":        knownvalue.StringExact(env.Name("iris")),
				"key_type":            knownvalue.StringExact("Primary"),
			})}},
			// The first plan of an import takes the key into the state.
			{ResourceName: keyAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: true},
			{Config: config, ConfigPlanChecks: emptyPlan(), Check: env.CheckCount("RegenerateKeys", 1)},
		},
	})
}

func TestAccKeyOfAReplacedService(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(more string) string {
		return env.Config(aci(env, "iris", more) + key("test", "iris", "") + `
resource "terraform_data" "user" {
  input = mlws_service_key.test.key
}`)
	}
	label := func(name string) string { return fmt.Sprintf("dns_name_label = %q", env.Name(name)) }
	value := &watch{address: keyAddress, name: "key"}
	passedOn := func(state *terraform.State) error {
		if got, err := attribute(state, "terraform_data.user", "output"); err != nil || got != value.last {
			return fmt.Errorf("the dependant does not have the new key (%v)", err)
		}
		return nil
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(label("iris-one")), Check: all(value.changed, passedOn)},
		{
			PreConfig: env.ResetLog,
			Config:    config(label("iris-two")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("mlws_aci_service.iris", plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("terraform_data.user", plancheck.ResourceActionUpdate),
			}},
			Check: all(value.changed, passedOn, env.CheckCount("RegenerateKeys", 1), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK)),
		},
	}})
}

func TestAccKeyDisappears(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", ""))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: env.Remove(t, env.Name("iris")),
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("mlws_aci_service.iris", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionCreate),
			}},
			Check: scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK),
		},
	}})
}
