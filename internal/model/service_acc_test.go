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

func service(model, lifecycle string) string {
	return fmt.Sprintf(`
resource "mlws_aci_service" "churn" {
  name         = "churn"
  auth_enabled = true
  model_ids    = [%s]
  %s
}
`, model, lifecycle)
}

// A new version under a service: it is registered first, the service goes over
// to it in place, and the old one is deleted last.
func TestAccModelUnderAService(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	config := w.Config(withLifecycle(block("churn", root, attrs{"framework": `"ScikitLearn"`}), "create_before_destroy = true") + service("mlws_model.churn.model_id", ""))
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
				attribute("model_id", "churn:2"),
				resource.TestCheckResourceAttr("mlws_aci_service.churn", "model_ids.0", "churn:2"),
				resource.TestCheckResourceAttrWith("mlws_aci_service.churn", "scoring_uri", func(value string) error {
					if value != scoring {
						return fmt.Errorf("the address changed from %s to %s", scoring, value)
					}
					return nil
				}),
				func(*terraform.State) error {
					if got := fmt.Sprint(w.models()); got != "[churn:2]" {
						return fmt.Errorf("the models are %s", got)
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
	used := service(`"churn:1"`, "depends_on = [mlws_model.churn]")
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
			ExpectError: regexp.MustCompile(`(?s)The model is in use.*Model\s+"churn:1"\s+was\s+not\s+deleted.*Made\s+of\s+it:\s+churn\..*Point\s+model_ids.*create_before_destroy`),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := w.Emulator.RemoveService(w.WorkspaceID, "churn"); err != nil {
					t.Fatal(err)
				}
			},
			Config: w.Config(""),
			Check: func(*terraform.State) error {
				if left := w.models(); len(left) > 0 {
					return fmt.Errorf("left: %v", left)
				}
				return nil
			},
		},
	)
}
