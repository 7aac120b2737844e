// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// An import knows everything but the path. What this provider registered has its
// hash with it, so that the plan after the import sees a change.
func TestAccModelImport(t *testing.T) {
	t.Parallel()
	w := start(t)
	root := folder(t, "m", weights)
	config := w.config(root, attrs{"description": `"text"`, "tags": `{ a = "1" }`, "properties": `{ b = "2" }`, "framework": `"Onnx"`, "framework_version": `"1.15"`})
	byCommand := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"path"}}
	}
	refused := func(id, text string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(text)}
	}
	forget := `
removed {
  from = mlws_model.churn
  lifecycle { destroy = false }
}
`
	block := fmt.Sprintf(`
import {
  to = mlws_model.churn
  id = %q
}
`, w.id("churn:1"))
	w.test(
		t,
		resource.TestStep{Config: config},
		byCommand(w.WorkspaceID+"/models/"+w.id("churn:1")),
		byCommand(w.id("churn:1")),
		refused("churn", `is\s+not\s+of\s+the\s+form\s+name:version`),
		refused(w.WorkspaceID+"/services/churn", `Import\s+by\s+that\s+id,\s+or\s+by\s+name:version`),
		refused(w.id("churn:7"), `has\s+no\s+model\s+`+regexp.QuoteMeta(w.Name("churn"))+`:7`),
		resource.TestStep{Config: w.Config(forget)},
		// The path comes into the state, and nothing is sent.
		resource.TestStep{PreConfig: w.ResetLog, Config: config + block, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: all(w.calls(), attribute("path", root), w.registered("churn:1"))},
		resource.TestStep{Config: config, ConfigPlanChecks: emptyPlan()},
		resource.TestStep{Config: w.Config(forget)},
		// Other content than what is registered is seen in the plan of the import.
		resource.TestStep{
			PreConfig: w.ResetLog, Config: w.config(folder(t, "m", map[string]string{"model.pkl": "better"}), attrs{"framework": `"Onnx"`}) + block,
			ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate), Check: w.registered("churn:2"),
		},
	)
}

// Of a version that others registered the hash is not known: it is adopted from
// the disk, nothing is uploaded, and from then on a change is seen.
func TestAccModelImportOfOthers(t *testing.T) {
	t.Parallel()
	w := emulated(t, acctest.Seed)
	seeds := w.seeds
	w.seeds = nil
	config := w.config(folder(t, "m", weights), attrs{"name": `"raw"`})
	block := `
import {
  to = mlws_model.churn
  id = "raw:1"
}
`
	w.test(
		t,
		resource.TestStep{
			PreConfig: func() { w.seeds = seeds[:2] }, Config: config + block, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: all(w.calls(), attribute("model_id", "raw:1"), resource.TestMatchResourceAttr(address, "content_hash", regexp.MustCompile("^[0-9a-f]{64}$"))),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: emptyPlan()},
		resource.TestStep{
			Config:           w.config(folder(t, "m", map[string]string{"model.pkl": "better"}), attrs{"name": `"raw"`}),
			ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate), Check: attribute("model_id", "raw:2"),
		},
	)
}

func TestAccModelImportByIdentity(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: w.config(folder(t, "m", weights))},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity, ExpectNonEmptyPlan: true},
		},
	})
}
