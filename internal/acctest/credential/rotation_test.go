// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

const rotationAddress = "mlws_service_key_rotation.test"

func rotation(more string) string {
	return fmt.Sprintf(`
resource "mlws_service_key_rotation" "test" {
  service_id = mlws_aci_service.iris.id
  %s
}
resource "terraform_data" "user" {
  input = mlws_service_key_rotation.test.active_key
}
`, more)
}

func activeSlot(want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(rotationAddress, tfjsonpath.New("active_key_type"), knownvalue.StringExact(want))
}

// Each rotation leaves the key that was active before it working, until the
// next one; one regenerate each; dependants have the new key at once.
func TestAccRotationAlternates(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(more string) string { return env.Config(aci(env, "iris", "") + rotation(more)) }
	active := &watch{address: rotationAddress, name: "active_key"}
	var former []string // keys that were active, oldest first
	advance := func(state *terraform.State) error {
		former = append(former, active.last)
		if err := active.changed(state); err != nil {
			return err
		}
		if got, err := attribute(state, "terraform_data.user", "output"); err != nil || got != active.last {
			return fmt.Errorf("the dependant does not have the active key (%v)", err)
		}
		return scoresWith(state, "mlws_aci_service.iris", active.last, http.StatusOK)
	}
	previousWorks := func(state *terraform.State) error {
		if err := scoresWith(state, "mlws_aci_service.iris", former[len(former)-1], http.StatusOK); err != nil {
			return fmt.Errorf("the key that was active before: %w", err)
		}
		return nil
	}
	olderIsRefused := func(state *terraform.State) error {
		if err := scoresWith(state, "mlws_aci_service.iris", former[len(former)-2], http.StatusUnauthorized); err != nil {
			return fmt.Errorf("the key that was active before the last one: %w", err)
		}
		return nil
	}
	rotates := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(rotationAddress, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(rotationAddress, tfjsonpath.New("active_key")),
		plancheck.ExpectResourceAction("terraform_data.user", plancheck.ResourceActionUpdate),
	}}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			// The Primary key, which is in use already, survives the first rotation.
			Config: config(""), ConfigStateChecks: []statecheck.StateCheck{activeSlot("Secondary")},
			Check: all(advance, env.CheckCount("RegenerateKeys", 1), func(state *terraform.State) error {
				primary, _, err := env.Keys(env.Name("iris"))
				if err != nil {
					return err
				}
				return scoresWith(state, "mlws_aci_service.iris", primary, http.StatusOK)
			}),
		},
		{Config: config(""), ConfigPlanChecks: emptyPlan()},
		{
			Config: config(`triggers = { quarter = "1" }`), ConfigPlanChecks: expectAction(rotationAddress, plancheck.ResourceActionUpdate),
			Check: all(active.kept, env.CheckCount("RegenerateKeys", 1)),
		},
		{
			Config: config(`triggers = { quarter = "2" }`), ConfigPlanChecks: rotates, ConfigStateChecks: []statecheck.StateCheck{activeSlot("Primary")},
			Check: all(advance, previousWorks, env.CheckCount("RegenerateKeys", 2)),
		},
		{
			Config: config(`triggers = { quarter = "3" }`), ConfigPlanChecks: rotates, ConfigStateChecks: []statecheck.StateCheck{activeSlot("Secondary")},
			Check: all(advance, previousWorks, olderIsRefused, env.CheckCount("RegenerateKeys", 3)),
		},
		{
			// A replacement goes on from the slot that was in use.
			Taint: []string{rotationAddress}, Config: config(`triggers = { quarter = "3" }`), ConfigStateChecks: []statecheck.StateCheck{activeSlot("Primary")},
			Check: all(advance, previousWorks, olderIsRefused, env.CheckCount("RegenerateKeys", 4)),
		},
		{
			ResourceName: rotationAddress, ImportState: true, ImportStateVerify: true, ImportStateId: env.ServiceID(env.Name("iris")) + "/keys/Primary",
			ImportStateVerifyIgnore: []string{"triggers", "rotated_at", "key_age_days", "active_key_fingerprint", "active_key", "store_key"},
		},
		{
			Config: env.Config(aci(env, "iris", "")), // destroying the rotation keeps both keys
			Check: all(env.CheckCount("RegenerateKeys", 4), func(state *terraform.State) error {
				return scoresWith(state, "mlws_aci_service.iris", active.last, http.StatusOK)
			}),
		},
	}})
}

// The pipeline of the guide "Rotation without downtime": the new key goes into a
// write-only argument in the apply that makes it, without being stored. The key
// of another service stands for the vault.
func TestAccRotationReachesAVault(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(quarter string) string {
		return env.Config(aci(env, "iris", "") + aci(env, "vault", "") + fmt.Sprintf(`
resource "mlws_service_key_rotation" "test" {
  service_id = mlws_aci_service.iris.id
  triggers   = { quarter = %q }
  store_key  = false
}
ephemeral "mlws_service_keys" "test" {
  service_id = mlws_service_key_rotation.test.service_id
  depends_on = [mlws_service_key_rotation.test]
}
resource "mlws_service_key" "vault" {
  service_id = mlws_aci_service.vault.id
  key_type   = "Primary"
  store_key  = false
  key_value_wo = (mlws_service_key_rotation.test.active_key_type == "Primary"
    ? ephemeral.mlws_service_keys.test.primary_key
    : ephemeral.mlws_service_keys.test.secondary_key)
  key_value_wo_version = parseint(substr(sha256(mlws_service_key_rotation.test.active_key_fingerprint), 0, 8), 16)
}
`, quarter))
	}
	arrived := func(slot azureml.KeyType) func(*terraform.State) error {
		return func(*terraform.State) error {
			primary, secondary, err := env.Keys(env.Name("iris"))
			if err != nil {
				return err
			}
			vault, _, err := env.Keys(env.Name("vault"))
			if err != nil {
				return err
			}
			if active := (azureml.Keys{Primary: primary, Secondary: secondary}).Slot(slot); vault != active {
				return fmt.Errorf("the vault does not hold the %s key, which is active", slot)
			}
			return nil
		}
	}
	env.Test(t, resource.TestCase{TerraformVersionChecks: writeOnlySupport, Steps: []resource.TestStep{
		{Config: config("1"), Check: arrived(azureml.KeySecondary)},
		{Config: config("2"), Check: all(arrived(azureml.KeyPrimary), env.CheckCount("RegenerateKeys", 4))}, // two rotations, and the vault's two
	}})
}

// A trigger that is known during the apply only rotates if it turns out to be
// another one.
func TestAccRotationOfAnUnknownTrigger(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(quarter, note string) string {
		return env.Config(aci(env, "iris", "") + rotation("triggers = { quarter = terraform_data.clock.output.quarter }") + fmt.Sprintf(`
resource "terraform_data" "clock" {
  input = { quarter = %q, note = %q }
}
`, quarter, note))
	}
	active := &watch{address: rotationAddress, name: "active_key"}
	undecided := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(rotationAddress, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(rotationAddress, tfjsonpath.New("active_key_type")),
	}}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("1", "a"), Check: active.changed},
		{Config: config("1", "b"), ConfigPlanChecks: undecided, Check: all(active.kept, env.CheckCount("RegenerateKeys", 1))},
		{Config: config("2", "b"), ConfigPlanChecks: undecided, Check: all(active.changed, env.CheckCount("RegenerateKeys", 2))},
	}})
}

func TestAccRotationAnswersSomebodyElse(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(mode string) string {
		return env.Config(aci(env, "iris", "") + rotation(fmt.Sprintf("on_external_rotation = %q", mode)))
	}
	active := &watch{address: rotationAddress, name: "active_key"}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config("adopt"), Check: active.changed},
		{
			PreConfig:        rotateBehindTerraform(t, env, env.Name("iris"), azureml.KeySecondary),
			Config:           config("adopt"),
			ConfigPlanChecks: expectAction(rotationAddress, plancheck.ResourceActionNoop),
			Check:            all(active.changed, env.CheckCount("RegenerateKeys", 0), scores("mlws_aci_service.iris", rotationAddress, "active_key", http.StatusOK)),
		},
		{Config: config("rotate"), Check: active.kept},
		{
			PreConfig: rotateBehindTerraform(t, env, env.Name("iris"), azureml.KeySecondary),
			Config:    config("rotate"), ConfigStateChecks: []statecheck.StateCheck{activeSlot("Primary")},
			Check: all(active.changed, env.CheckCount("RegenerateKeys", 1)),
		},
	}})
}

func TestAccRotationDisappears(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + rotation(""))
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig:        env.Remove(t, env.Name("iris")),
			Config:           config,
			ConfigPlanChecks: expectAction(rotationAddress, plancheck.ResourceActionCreate),
			Check:            scores("mlws_aci_service.iris", rotationAddress, "active_key", http.StatusOK),
		},
	}})
}

// rotationState is what a state knows of the rotation.
type rotationState struct{ uri, slot, key string }

func rotationOf(t *testing.T, cli *acctest.CLI) rotationState {
	t.Helper()
	state := stateOf(t, cli)
	return rotationState{
		uri:  state.attribute(t, "mlws_aci_service", "scoring_uri"),
		slot: state.attribute(t, "mlws_service_key_rotation", "active_key_type"),
		key:  state.attribute(t, "mlws_service_key_rotation", "active_key"),
	}
}
