// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// Write-only secrets are sent again when their version changes, and only then.
func TestAccServiceWriteOnly(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Seed)
	config := func(secret string, version int) string {
		return env.Config(block(env, aciType, "tls", attrs{
			"ssl": fmt.Sprintf(`{ cert_pem = %s, key_pem_wo = "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----", key_pem_wo_version = %d, cname = "a.example.com" }`, certOne, secret, version),
		}) + block(env, aksType, "registry", environment(fmt.Sprintf(
			`name = "inline", base_image = "example.azurecr.io/base:1", base_image_registry = { address = "example.azurecr.io", username = "puller", password_wo = %q, password_wo_version = %d }`, secret, version))))
	}
	patchTLS := func(secret string) string {
		return "[" + pair(certOne, fmt.Sprintf(`"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----"`, secret)) + "]"
	}
	patchRegistry := func(secret string) string {
		return one("/environmentImageRequest", fmt.Sprintf(`{
			"modelIds": ["iris:1"],
			"assets": [{"id":"score.py","url":"aml://artifact/code/one/score.py","mimeType":"application/octet-stream"}],
			"environment": {
				"name": "inline", "python": {"userManagedDependencies": true}, "environmentVariables": {"AZUREML_ENTRY_SCRIPT": "score.py"},
				"docker": {"baseImage": "example.azurecr.io/base:1", "baseImageRegistry": {"address": "example.azurecr.io", "username": "puller", "password": %q}}
			}
		}`, secret))
	}
	inState := func(state *terraform.State) error {
		if text := state.String(); strings.Contains(text, "secret-one") || strings.Contains(text, "secret-two") || !strings.Contains(text, "a.example.com") {
			return fmt.Errorf("the state holds a write-only value, or nothing at all")
		}
		return nil
	}
	env.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: config("secret-one", 1), Check: inState},
			{
				// Another value alone cannot be seen.
				Config: config("secret-two", 1), ConfigPlanChecks: emptyPlan(),
			},
			{
				PreConfig: env.ResetLog,
				Config:    config("secret-two", 2),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(aciType+".tls", plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction(aksType+".registry", plancheck.ResourceActionUpdate),
				}},
				Check: all(inState, patches(env, []change{{label: "tls", patch: patchTLS("secret-two")}, {label: "registry", patch: patchRegistry("secret-two")}})),
			},
		},
	})
}

// A change of an attribute that only Terraform knows makes no call.
func TestAccServiceLocalChanges(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t)
			changes := []change{
				{label: "timeouts", first: attrs{"timeouts": `{ create = "40m" }`}, second: attrs{"timeouts": `{ create = "50m", read = "2m" }`}},
				{label: "timeouts-added", second: attrs{"timeouts": `{ delete = "30m" }`}},
				{label: "description-emptied", second: attrs{"description": `""`}},
				{label: "tags-emptied", second: attrs{"tags": `{}`}},
				{label: "property-left-alone", first: attrs{"properties": `{ a = "1", b = "2" }`}, second: attrs{"properties": `{ a = "1" }`}},
			}
			before, after := configs(env, typeName, changes)
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: before},
				{
					PreConfig:        env.ResetLog,
					Config:           after,
					ConfigPlanChecks: actions(typeName, changes, plancheck.ResourceActionUpdate),
					Check:            env.CheckCalls(),
				},
			}})
		})
	}
}
