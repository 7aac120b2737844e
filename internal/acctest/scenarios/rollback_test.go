// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A failed change of the models, with on_failed_update = "rollback": the apply ends with
// the error, the service runs the earlier model with the same address and keys, and the
// next plan shows the change again.
func TestAccRollback(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		for _, end := range ends {
			t.Run(typeName+" "+end.name, func(t *testing.T) {
				t.Parallel()
				env := start(t, acctest.Faults)
				config := func(model string) string {
					iris := block(env, typeName, "iris", `on_failed_update = "rollback"`)
					return env.Config(strings.ReplaceAll(iris, env.Model, model) + primaryKey(typeName, "iris", ""))
				}
				key := keyWatch{env: env, name: "iris"}
				var failure expected
				address := ""
				env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
					{Config: config(env.Model), Check: all(matches(env), key.changed, resource.TestCheckResourceAttrWith(typeName+".iris", "scoring_uri", func(uri string) error {
						address = uri
						return nil
					}))},
					{
						PreConfig: func() {
							env.Emulator.Fault(emulator.Fault{Operation: "PatchService", Kind: end.kind, Times: 1})
							env.ResetLog()
						},
						Config: config(env.OtherModel),
					},
					{
						PreConfig: func() {
							requireError(t, failure.text(t), "The service was changed, but did not become Healthy again", "It was rolled back: the models, code and environment", "apply again: the plan shows the change again")
							if calls := env.Calls(); len(calls) != 2 {
								t.Errorf("the failed apply called %v, want the patch and the rollback", calls)
							}
							env.ResetLog()
						},
						Config: config(env.Model), ConfigPlanChecks: acctest.EmptyPlan(),
						Check: all(matches(env), key.kept, running(env, env.Model), resource.TestCheckResourceAttrWith(typeName+".iris", "scoring_uri", func(uri string) error {
							if uri != address {
								return fmt.Errorf("the address was %s, and is %s", address, uri)
							}
							return nil
						})),
					},
					{
						Config: config(env.OtherModel), ConfigPlanChecks: planned(typeName+".iris", plancheck.ResourceActionUpdate),
						Check: all(matches(env), key.kept, running(env, env.OtherModel), env.CheckCount("PatchService", 1), env.CheckCount("CreateService", 0)),
					},
				}})
				requireNoError(t, &failure)
			})
		}
	}
}

// running is a check: the service is made of this model.
func running(env *acctest.Env, model string) func(*terraform.State) error {
	return func(*terraform.State) error {
		service, _ := env.Emulator.ServiceJSON(env.WorkspaceID, env.Name("iris"))
		image, _ := service["environmentImageRequest"].(map[string]any)
		if got := fmt.Sprint(image["modelIds"]); got != "["+model+"]" {
			return fmt.Errorf("it runs %s, want %s", got, model)
		}
		return nil
	}
}
