// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// A chosen value needs no version: a changed value is sent, once, in an update in place,
// also if it becomes known in the apply only.
func TestAccChosenKeyWithoutVersion(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(value string) string {
		return env.Config(aci(env, "iris", "") + key("test", "iris", "store_key = false\nkey_value_wo = "+value))
	}
	unknown := func(value, note string) string {
		return env.Config(aci(env, "iris", "") + fmt.Sprintf(`
resource "terraform_data" "vault" {
  input = { value = %q, note = %q }
}
`, value, note) + key("test", "iris", "store_key = false\nkey_value_wo = terraform_data.vault.output.value"))
	}
	sent := func(want string, calls int) func(*terraform.State) error {
		return all(env.CheckCount("RegenerateKeys", calls), func(*terraform.State) error {
			if primary, _, err := env.Keys(env.Name("iris")); err != nil || primary != want {
				return fmt.Errorf("the key is not the chosen one (%v)", err)
			}
			return nil
		})
	}
	inPlace := expectAction(keyAddress, plancheck.ResourceActionUpdate)
	env.Test(t, resource.TestCase{TerraformVersionChecks: writeOnlySupport, Steps: []resource.TestStep{
		{Config: config(`"chosen-key-number-1"`), Check: sent("chosen-key-number-1", 1)},
		{Config: config(`"chosen-key-number-1"`), ConfigPlanChecks: emptyPlan()},
		{Config: config(`"chosen-key-number-2"`), ConfigPlanChecks: inPlace, Check: sent("chosen-key-number-2", 2)},
		{Config: unknown("chosen-key-number-2", "a"), ConfigPlanChecks: inPlace, Check: sent("chosen-key-number-2", 2)},
		{Config: unknown("chosen-key-number-3", "b"), ConfigPlanChecks: inPlace, Check: sent("chosen-key-number-3", 3)},
		{Config: config(`null`), ConfigPlanChecks: inPlace, Check: sent("chosen-key-number-3", 3)},
	}})
}

// A token is a new one each time that it is opened, so the plan and the apply are given
// different values. Nothing is sent, for a new key and for an existing one, and the error
// names the version that makes it work.
func TestAccChosenKeyThatIsAlwaysNew(t *testing.T) {
	t.Parallel()
	env := start(t)
	services := aci(env, "iris", "") + aks(env, "tokens", "token_auth_enabled = true")
	fresh := env.Config(services + `
ephemeral "mlws_service_token" "fresh" {
  service_id = mlws_aks_service.tokens.id
}
` + key("test", "iris", "store_key = false\nkey_value_wo = ephemeral.mlws_service_token.fresh.access_token"))
	versioned := strings.Replace(fresh, "store_key = false", "store_key = false\nkey_value_wo_version = 1", 1)
	refused := regexp.MustCompile(`(?s)inconsistent\s+final\s+plan.*invalid\s+new\s+value\s+for\s+\.key_value_wo_version:\s+was\s+cty\.NumberIntVal`)
	none := func(calls int) func() {
		return func() {
			if err := env.CheckCount("RegenerateKeys", calls)(nil); err != nil {
				t.Error(err)
			}
		}
	}
	env.Test(t, resource.TestCase{TerraformVersionChecks: writeOnlySupport, Steps: []resource.TestStep{
		{Config: env.Config(services)},
		{Config: fresh, ExpectError: refused},
		{PreConfig: none(0), Config: env.Config(services + key("test", "iris", "store_key = false\nkey_value_wo = \"chosen-key-number-1\"")), Check: env.CheckCount("RegenerateKeys", 1)},
		{Config: fresh, ExpectError: refused},
		{PreConfig: none(1), Config: versioned, Check: env.CheckCount("RegenerateKeys", 2)},
		{Config: versioned, ConfigPlanChecks: emptyPlan()},
	}})
}
