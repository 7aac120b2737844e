// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// rotateBehindTerraform regenerates a key as another person would.
func rotateBehindTerraform(t *testing.T, env *acctest.Env, service string, slot azureml.KeyType) func() {
	return func() {
		workspace, err := env.API()
		if err == nil {
			_, err = workspace.RegenerateKey(t.Context(), service, slot, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		env.ResetLog()
	}
}

// patchBehindTerraform changes a service as another person would.
func patchBehindTerraform(t *testing.T, env *acctest.Env, service string, operation azureml.PatchOperation) func() {
	return func() {
		workspace, err := env.API()
		if err != nil {
			t.Fatal(err)
		}
		changing, err := workspace.PatchService(t.Context(), service, []azureml.PatchOperation{operation})
		if err == nil {
			err = workspace.WaitOperation(t.Context(), changing)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAccKeyRotatedBySomebodyElse(t *testing.T) {
	t.Parallel()
	for _, storeKey := range []bool{true, false} {
		t.Run(fmt.Sprintf("store_key=%t", storeKey), func(t *testing.T) {
			t.Parallel()
			env := start(t)
			config := func(mode string) string {
				return env.Config(aci(env, "iris", "") + key("test", "iris", fmt.Sprintf("store_key = %t\non_external_rotation = %q", storeKey, mode)))
			}
			print := &watch{address: keyAddress, name: "key_fingerprint"}
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config("adopt"), Check: print.changed},
				{
					PreConfig:        rotateBehindTerraform(t, env, env.Name("iris"), azureml.KeyPrimary),
					Config:           config("adopt"),
					ConfigPlanChecks: expectAction(keyAddress, plancheck.ResourceActionNoop),
					Check:            all(print.changed, env.CheckCount("RegenerateKeys", 0)),
				},
				{Config: config("rotate"), Check: all(print.kept, env.CheckCount("RegenerateKeys", 0))},
				{
					PreConfig:        rotateBehindTerraform(t, env, env.Name("iris"), azureml.KeySecondary),
					Config:           config("rotate"),
					ConfigPlanChecks: emptyPlan(),
				},
				{
					PreConfig: rotateBehindTerraform(t, env, env.Name("iris"), azureml.KeyPrimary),
					Config:    config("rotate"),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionDestroyBeforeCreate),
						replacedBecauseOf(keyAddress, "key_fingerprint"),
					}},
					Check: all(print.changed, env.CheckCount("RegenerateKeys", 1)),
				},
			}})
		})
	}
}

func TestAccKeyOfAServiceWhoseKeyAuthWasTurnedOff(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", ""))
	value := &watch{address: keyAddress, name: "key"}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, Check: value.changed},
		{
			PreConfig: patchBehindTerraform(t, env, env.Name("iris"), azureml.PatchOperation{Op: "replace", Path: "/authEnabled", Value: false}),
			Config:    config,
			// The service is put right; the key stays as it is.
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("mlws_aci_service.iris", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionNoop),
			}},
			Check: all(value.kept, env.CheckCount("RegenerateKeys", 1), scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK)),
		},
	}})
}

func TestAccKeyIsNotStored(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := func(storeKey bool) string {
		return env.Config(aci(env, "iris", "") + key("test", "iris", fmt.Sprintf("store_key = %t", storeKey)))
	}
	print := &watch{address: keyAddress, name: "key_fingerprint"}
	noKey := func(state *terraform.State) error {
		if stored, err := attribute(state, keyAddress, "key"); err != nil || stored != "" {
			return fmt.Errorf("the key is in the state (%v)", err)
		}
		return nil
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(false), Check: all(print.changed, noKey)},
		{Config: config(true), Check: all(print.kept, scores("mlws_aci_service.iris", keyAddress, "key", http.StatusOK))},
		{Config: config(false), Check: all(print.kept, noKey, env.CheckCount("RegenerateKeys", 1))},
	}})
}
