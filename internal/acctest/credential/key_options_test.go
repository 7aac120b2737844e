// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// writeOnlySupport is what a test of a write-only argument needs.
var writeOnlySupport = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}

func TestAccChosenKey(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(value string, version int) string {
		return env.Config(aci(env, "iris", "") + key("test", "iris", fmt.Sprintf("store_key = false\nkey_value_wo = %q\nkey_value_wo_version = %d", value, version)))
	}
	live := func(want string) func(*terraform.State) error {
		return func(*terraform.State) error {
			if primary, _, err := env.Keys(env.Name("iris")); err != nil || primary != want {
				return fmt.Errorf("the key is not the chosen one (%v)", err)
			}
			return nil
		}
	}
	env.Test(t, resource.TestCase{TerraformVersionChecks: writeOnlySupport, Steps: []resource.TestStep{
		{Config: config("chosen-key-number-1", 1), Check: all(live("chosen-key-number-1"), env.CheckCount("RegenerateKeys", 1))},
		{Config: config("chosen-key-number-2", 1), ConfigPlanChecks: emptyPlan()}, // the version decides
		{
			Config: config("chosen-key-number-2", 2), Check: all(live("chosen-key-number-2"), env.CheckCount("RegenerateKeys", 2)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{replacedBecauseOf(keyAddress, "key_value_wo_version")}},
		},
		{Config: config("not a bearer", 3), ExpectError: regexp.MustCompile(`Invalid key value`)},
		{
			Config:      env.Config(aci(env, "iris", "") + key("test", "iris", `key_value_wo_version = 3`)),
			ExpectError: regexp.MustCompile(`key_value_wo`),
		},
		{
			// A value that is known during the apply only is checked there, before anything is sent.
			Config: env.Config(aci(env, "iris", "") + `
resource "terraform_data" "vault" {
  input = "not a bearer"
}` + key("test", "iris", "store_key = false\nkey_value_wo = terraform_data.vault.output\nkey_value_wo_version = 3")),
			ExpectError: regexp.MustCompile(`Invalid key value`),
		},
		{
			Config: env.Config(aci(env, "iris", "") + `
resource "terraform_data" "vault" {
  input = "chosen-key-number-3"
}` + key("test", "iris", "store_key = false\nkey_value_wo = terraform_data.vault.output\nkey_value_wo_version = 3")),
			Check: live("chosen-key-number-3"),
		},
		{
			// No longer choosing a value leaves the key as it is.
			Config: env.Config(aci(env, "iris", "") + key("test", "iris", "store_key = false")),
			Check:  all(live("chosen-key-number-3"), env.CheckCount("RegenerateKeys", 3)),
		},
	}})
}

func TestAccKeyDestroyedForGood(t *testing.T) {
	t.Parallel()
	env := start(t)
	service := aci(env, "iris", "")
	config := func(more string) string {
		return env.Config(service + key("test", "iris", "on_destroy = \"regenerate\"\n"+more))
	}
	value := &watch{address: keyAddress, name: "key"}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(`triggers = { a = "1" }`), Check: all(value.changed, env.CheckCount("RegenerateKeys", 1))},
		{
			// A replacement regenerates once: its destroy does it for its create.
			Config: config(`triggers = { a = "2" }`),
			Check:  all(value.changed, env.CheckCount("RegenerateKeys", 2), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK)),
		},
		{
			// The destroy comes last here, and must not kill its successor's key.
			Config: config("triggers = { a = \"3\" }\nlifecycle {\n create_before_destroy = true\n}"),
			Check:  all(value.changed, env.CheckCount("RegenerateKeys", 3), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK)),
		},
		{
			Config: env.Config(service),
			Check: all(env.CheckCount("RegenerateKeys", 4), func(state *terraform.State) error {
				return scoresWith(state, "mlws_aci_service.iris", value.last, http.StatusUnauthorized)
			}),
		},
		{Config: config(""), Check: env.CheckCount("RegenerateKeys", 5)},
		{Config: env.Config(""), Check: env.CheckCount("RegenerateKeys", 6), Destroy: true},
	}})
}

func TestAccVerifiedRotation(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(trigger string) string {
		return env.Config(aci(env, "iris", "") +
			key("test", "iris", fmt.Sprintf("verify = true\ntriggers = { a = %q }", trigger)) +
			`
resource "mlws_service_key_rotation" "test" {
  service_id     = mlws_service_key.test.service_id
  verify         = true
  first_key_type = "Secondary"
}`)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("1"), Check: all(env.CheckCount("RegenerateKeys", 2), env.CheckCount("Score", 6))}, // 3 for each of the two rotations
		{Config: config("2"), Check: env.CheckCount("RegenerateKeys", 3)},
	}})
}

// TestAccVerifiedTogether rotates both slots in one apply: the verification of one must
// not take the other rotation of the same run for somebody else's.
func TestAccVerifiedTogether(t *testing.T) {
	t.Parallel()
	// A regenerate takes a moment, so that the second one begins before the first one is verified.
	env := acctest.Start(t, emulator.WithOperationDuration(200*time.Millisecond))
	config := func(trigger string) string {
		keys := ""
		for _, slot := range []string{"Primary", "Secondary"} {
			keys += fmt.Sprintf(`
resource "mlws_service_key" %[1]q {
  service_id = mlws_aci_service.iris.id
  key_type   = %[1]q
  verify     = true
  on_destroy = "regenerate"
  triggers   = { a = %[2]q }
}
`, slot, trigger)
		}
		return env.Config(aci(env, "iris", "") + keys)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("1"), Check: env.CheckCount("RegenerateKeys", 2)},
		{Config: config("2"), Check: env.CheckCount("RegenerateKeys", 4)},
	}})
}

func TestAccStoreKeyWithoutKeyAuth(t *testing.T) {
	t.Parallel()
	env := start(t)
	service := func(auth bool) string {
		return fmt.Sprintf(`
resource "mlws_aci_service" "iris" {
  name         = %q
  model_ids    = [%q]
  auth_enabled = %t
}
`, env.Name("iris"), env.Model, auth)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(service(true) + key("test", "iris", "store_key = false"))},
		{
			// The mode and the key change in the same apply, so that no plan sees it.
			Config:      env.Config(service(false) + key("test", "iris", "")),
			ExpectError: regexp.MustCompile(`(?s)Key auth is off.*service_id.*auth_enabled = true.*store_key`),
		},
		{Config: env.Config(service(true) + key("test", "iris", "")), Check: env.CheckCount("RegenerateKeys", 1)},
	}})
}
