// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// Services of both types and a model under one provider block: each change of
// default_tags is one PATCH of each, ignored tags stay, and the plan after each step is
// empty.
func TestAccDefaultAndIgnoredTags(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Edits)
	file := filepath.Join(t.TempDir(), "model.bin")
	if err := os.WriteFile(file, []byte("model"), 0o600); err != nil {
		t.Fatal(err)
	}
	objects := func(tags string) string {
		return block(env, aciType, "aci", attrs{"tags": tags}) + block(env, aksType, "aks", attrs{"tags": tags}) +
			fmt.Sprintf("resource \"mlws_model\" \"m\" {\n  name = \"tagged\"\n  path = %q\n  tags = %s\n}\n", file, tags)
	}
	config := func(provider, body string) string {
		return strings.Replace(env.Config(body), "  use_cli ", provider+"\n  use_cli ", 1)
	}
	all := []string{aciType + ".aci", aksType + ".aks", "mlws_model.m"}
	const ignoring = `  ignore_tags = { key_prefixes = ["policy-"] }`
	policy := func() {
		for _, name := range []string{"aci", "aks"} {
			env.Edit(t, name, func(service map[string]any) {
				tags, _ := service["kvTags"].(map[string]any)
				tags["policy-cost"] = "9"
			})()
		}
		env.ResetLog()
	}
	var steps []resource.TestStep
	for _, step := range []struct {
		name, provider, tags string
		before               func()
		patched              []string // empty: nothing is planned
		want                 string   // the tags that the services get
	}{
		{"defaults", `  default_tags = { env = "prod", team = "all" }`, `{ team = "a" }`, nil, nil, ""},
		{"another default", `  default_tags = { env = "test" }`, `{ team = "a" }`, env.ResetLog, all, `{"env":"test","team":"a"}`},
		{"policy adds tags", "  default_tags = { env = \"test\" }\n" + ignoring, `{ team = "a" }`, policy, nil, ""},
		{"a tag wins", "  default_tags = { env = \"test\" }\n" + ignoring, `{ team = "a", env = "own" }`, env.ResetLog, all, `{"env":"own","policy-cost":"9","team":"a"}`},
		{"empty maps", "  default_tags = {}\n" + ignoring, `{}`, env.ResetLog, all, `{"policy-cost":"9"}`},
	} {
		test := resource.TestStep{Config: config(step.provider, objects(step.tags)), PreConfig: step.before}
		if step.before != nil {
			action := plancheck.ResourceActionUpdate
			if step.patched == nil {
				action = plancheck.ResourceActionNoop
			}
			for _, address := range all {
				test.ConfigPlanChecks.PreApply = append(test.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(address, action))
			}
			test.Check = func(*terraform.State) error {
				services, models := env.PatchBodies(), env.Count("PatchModel")
				if step.patched == nil {
					if len(services)+models > 0 {
						return fmt.Errorf("%s: %d patches of services and %d of models, want none", step.name, len(services), models)
					}
					return nil
				}
				slices.Sort(services)
				patch := `[{"op":"replace","path":"/kvTags","value":` + step.want + `}]`
				if diff := cmp.Diff([]string{patch, patch}, services); diff != "" || models != 1 {
					return fmt.Errorf("%s: %d patches of models, and of services (-want +got):\n%s", step.name, models, diff)
				}
				return nil
			}
		}
		steps = append(steps, test)
	}
	steps = append(steps, resource.TestStep{
		ResourceName: aciType + ".aci", ImportState: true, ImportStateId: "aci", ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"tags"}, // an empty map, or none
	})
	env.Test(t, resource.TestCase{Steps: steps})
}
