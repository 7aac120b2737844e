// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// service is one that makes nothing of its model, so that any files will do.
func (w *workspace) service(t *testing.T, model, lifecycle string) string {
	t.Helper()
	return fmt.Sprintf(`
resource "mlws_aci_service" "churn" {
  name         = %q
  auth_enabled = true
  model_ids    = [%s]
  inference_config = {
    entry_script     = "score.py"
    source_directory = %q
    environment      = { name = %q }
  }
  %s
}
`, w.Name("churn"), model, folder(t, "src", map[string]string{"score.py": "def init():\n    pass\n\n\ndef run(data):\n    return data\n"}), w.Environment, lifecycle)
}

// A new version under a service: it is registered first, the service goes over
// to it in place, and the old one is deleted last.
func TestAccModelUnderAService(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	config := w.Config(withLifecycle(w.block("churn", root, attrs{"framework": `"ScikitLearn"`}), "create_before_destroy = true") + w.service(t, "mlws_model.churn.model_id", ""))
	var scoring string
	w.test(
		t,
		resource.TestStep{Config: config, Check: resource.TestCheckResourceAttrWith("mlws_aci_service.churn", "scoring_uri", func(value string) error {
			scoring = value
			return nil
		})},
		resource.TestStep{
			PreConfig: func() {
				w.ResetLog()
				write(t, filepath.Join(root, "model.pkl"), "better weights")
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreateBeforeDestroy),
				plancheck.ExpectResourceAction("mlws_aci_service.churn", plancheck.ResourceActionUpdate),
			}},
			Check: all(
				w.calls("CreateArtifacts", "CreateAsset", "RegisterModel", "PatchService", "DeleteModel"),
				w.registered("churn:2"),
				resource.TestCheckResourceAttrPair("mlws_aci_service.churn", "model_ids.0", address, "model_id"),
				resource.TestCheckResourceAttrWith("mlws_aci_service.churn", "scoring_uri", func(value string) error {
					if value != scoring {
						return fmt.Errorf("the address changed from %s to %s", scoring, value)
					}
					return nil
				}),
				func(*terraform.State) error {
					if models, err := w.models(); err != nil || len(models) != 1 || w.Emulator != nil && models[0] != "churn:2" {
						return fmt.Errorf("the models are %v (%v)", models, err)
					}
					return nil
				},
			),
		},
	)
}

// withLifecycle puts a lifecycle block into a resource.
func withLifecycle(block, rule string) string {
	return block[:len(block)-2] + "  lifecycle {\n    " + rule + "\n  }\n}\n"
}

// A version that a service is made of stays, and the refusal says what to do.
func TestAccModelInUse(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	used := w.service(t, fmt.Sprintf("%q", w.id("churn:1")), "depends_on = [mlws_model.churn]")
	w.test(
		t,
		resource.TestStep{Config: w.config(root, attrs{"framework": `"ScikitLearn"`}) + used},
		resource.TestStep{
			// The service is not Terraform's any more, and goes on.
			Config: w.Config(`
removed {
  from = mlws_aci_service.churn
  lifecycle { destroy = false }
}
`),
			ExpectError: regexp.MustCompile(fmt.Sprintf(`(?s)The model is in use.*Model\s+%q\s+was\s+not\s+deleted.*Made\s+of\s+it:\s+%s\..*Point\s+model_ids.*create_before_destroy`, w.id("churn:1"), w.Name("churn"))),
		},
		resource.TestStep{
			PreConfig: w.Remove(t, w.Name("churn")),
			Config:    w.Config(""),
			Check: func(*terraform.State) error {
				if left, err := w.models(); err != nil || len(left) > 0 {
					return fmt.Errorf("left: %v (%v)", left, err)
				}
				return nil
			},
		},
	)
}
