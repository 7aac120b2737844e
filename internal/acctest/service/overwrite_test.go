// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// overwrites are changes that the API cannot patch on ACI: they are deployed over
// the running service.
var overwrites = []change{
	{label: "cpu-cores", second: attrs{"cpu_cores": "0.5"}},
	{label: "memory-gb", second: attrs{"memory_gb": "1.5"}},
	{label: "collect-model-data", second: attrs{"collect_model_data": "true"}},
	{label: "several", first: attrs{"description": `"first"`}, second: attrs{"cpu_cores": "1", "description": `"second"`, "enable_app_insights": "true"}},
}

// Outputs that an overwrite may change are unknown in the plan.
var addresses = []string{"scoring_uri", "swagger_uri", "fqdn", "ip_address", "dns_name_label"}

func TestAccACIOverwritten(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		start    func(t *testing.T) *acctest.Env
		regained int // keys that have to be put back, per service
	}{
		"keys survive": {start: func(t *testing.T) *acctest.Env { return start(t) }},
		"keys are replaced": {
			start: func(t *testing.T) *acctest.Env {
				return emulated(t, acctest.Faults, emulator.WithBehavior(emulator.Behavior{OverwriteChangesKeys: true, OverwriteChangesAddress: true}))
			},
			regained: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := test.start(t)
			before, after := configs(env, aciType, overwrites)
			checks := actions(aciType, overwrites, plancheck.ResourceActionUpdate)
			for _, c := range overwrites {
				for _, output := range addresses {
					checks.PreApply = append(checks.PreApply, plancheck.ExpectUnknownValue(aciType+"."+c.label, tfjsonpath.New(output)))
				}
			}
			keys := map[string][2]string{}
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: before, Check: func(*terraform.State) error {
					for _, c := range overwrites {
						primary, secondary, err := env.Keys(env.Name(c.label))
						if err != nil {
							return err
						}
						keys[c.label] = [2]string{primary, secondary}
					}
					return nil
				}},
				{
					PreConfig:        env.ResetLog,
					Config:           after,
					ConfigPlanChecks: checks,
					Check: all(
						overwritten(env, overwrites),
						env.CheckCount("CreateService", len(overwrites)),
						env.CheckCount("PatchService", 0),
						env.CheckCount("DeleteService", 0),
						env.CheckCount("RegenerateKeys", test.regained*len(overwrites)),
						func(state *terraform.State) error {
							var wrong []string
							for _, c := range overwrites {
								primary, secondary, err := env.Keys(env.Name(c.label))
								if err != nil || keys[c.label] != [2]string{primary, secondary} || primary == "" {
									wrong = append(wrong, fmt.Sprintf("%s has other keys than before (%v)", c.label, err))
								}
								if err := scoredWith(state, aciType, c.label, keys[c.label][0], http.StatusOK); err != nil {
									wrong = append(wrong, err.Error())
								}
							}
							return joined(wrong)
						},
					),
				},
			}})
		})
	}
}

// overwritten is a check: every service got one create with overwrite.
func overwritten(env *acctest.Env, changes []change) func(*terraform.State) error {
	return func(*terraform.State) error {
		if env.Emulator == nil {
			return nil
		}
		var wrong []string
		for _, c := range changes {
			requests := sent(env, "CreateService", env.Name(c.label))
			if len(requests) != 1 {
				wrong = append(wrong, fmt.Sprintf("%s was deployed %d times, want once", c.label, len(requests)))
				continue
			}
			var body struct{ Overwrite bool }
			if err := json.Unmarshal([]byte(requests[0].Body), &body); err != nil || !body.Overwrite {
				wrong = append(wrong, fmt.Sprintf("%s was deployed without overwrite (%v)", c.label, err))
			}
		}
		return joined(wrong)
	}
}

// A create body cannot say "no tags": what an overwrite leaves behind is patched.
func TestAccACIOverwriteRemoves(t *testing.T) {
	t.Parallel()
	env := start(t)
	const address = aciType + ".iris"
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(block(env, aciType, "iris", attrs{"dns_name_label": `"my-label"`, "tags": `{ a = "1" }`, "description": `"text"`}))},
		{
			PreConfig: env.ResetLog,
			Config:    env.Config(block(env, aciType, "iris", attrs{"dns_name_label": `"my-label"`, "cpu_cores": "1"})),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("fqdn")),
			}},
			Check: all(env.CheckCount("CreateService", 1), resource.TestCheckResourceAttr(address, "dns_name_label", env.Name("my-label")),
				resource.TestCheckNoResourceAttr(address, "tags.%"), resource.TestCheckNoResourceAttr(address, "description")),
		},
	}})
}

// An overwrite carries all other changes with it.
func TestAccACIOverwriteWithOtherChanges(t *testing.T) {
	t.Parallel()
	withCPU := func(more attrs) attrs { return more.over(attrs{"cpu_cores": "1"}) }
	tls := ssl(true, certOne, keyOne, "one.example.com")
	changes := []change{
		{label: "auth-on", first: attrs{"auth_enabled": "false"}, second: withCPU(nil)},
		{label: "auth-off", second: withCPU(attrs{"auth_enabled": "false"})},
		{label: "ssl-on", second: withCPU(tls)},
		{label: "ssl-removed", first: tls, second: withCPU(nil)},
		{label: "property", first: attrs{"properties": `{ a = "1" }`}, second: withCPU(attrs{"properties": `{ a = "1", b = "2" }`})},
		{label: "model", second: withCPU(attrs{"model_ids": `["iris:2"]`})},
	}
	env := start(t)
	if env.Runs(acctest.Seed) {
		changes = append(changes,
			change{label: "code", first: attrs{"inference_config": inlineEnvironment}, second: withCPU(attrs{"inference_config": registeredEnvironment})},
			change{label: "code-removed", first: attrs{"inference_config": inlineEnvironment}, second: withCPU(nil)},
		)
	}
	before, after := configs(env, aciType, changes)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: before},
		{
			PreConfig:        env.ResetLog,
			Config:           after,
			ConfigPlanChecks: actions(aciType, changes, plancheck.ResourceActionUpdate),
			Check:            all(overwritten(env, changes), env.CheckCount("PatchService", 0), env.CheckCount("DeleteService", 0)),
		},
	}})
}

// A service that is found Failed is deployed again in place.
func TestAccFailedServiceDeployedAgain(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Edits)
			config := env.Config(block(env, typeName, "iris", nil))
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig: func() {
						env.ResetLog()
						if err := env.Emulator.SetServiceState(env.WorkspaceID, env.Name("iris"), emulator.StateFailed); err != nil {
							t.Fatal(err)
						}
					},
					Config:           config,
					ConfigPlanChecks: planned(typeName+".iris", plancheck.ResourceActionUpdate),
					Check: all(overwritten(env, []change{{label: "iris"}}),
						resource.TestCheckResourceAttr(typeName+".iris", "state", "Healthy")),
				},
			}})
		})
	}
}
