// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// The requests of each command about a service and its key, from the emulator's
// log. Polls of operations are left out: their number depends on the time.
func TestAccCosts(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Log)
	service := block(env, aksType, "iris", "")
	config := func(trigger string) string {
		return env.Config(service + primaryKey(aksType, "iris", "triggers = { run = \""+trigger+"\" }"))
	}
	imports := fmt.Sprintf("import {\n  to = mlws_aks_service.iris\n  id = \"iris\"\n}\nimport {\n  to = mlws_service_key.primary\n  id = \"%s/keys/Primary\"\n}\n", env.ServiceID("iris"))
	cli := env.NewCLI(t, config("1"))
	for _, event := range []struct {
		name   string
		config string
		args   []string
		want   map[string]int
	}{
		{"plan of a create", config("1"), []string{"plan"}, map[string]int{"GetService": 1}}, // is the name taken?
		{"create", config("1"), []string{"apply", "-auto-approve"}, map[string]int{"CreateService": 1, "RegenerateKeys": 1}},
		{"plan", config("1"), []string{"plan", "-detailed-exitcode"}, map[string]int{"GetService": 1, "ListKeys": 1}},
		{"refresh", config("1"), []string{"apply", "-refresh-only", "-auto-approve"}, map[string]int{"GetService": 1, "ListKeys": 1}},
		{"refresh of the service", config("1"), []string{"plan", "-refresh-only", "-target=mlws_aks_service.iris"}, map[string]int{"GetService": 1}},
		{"replacement of the key", config("1"), []string{"apply", "-auto-approve", "-replace=mlws_service_key.primary"}, map[string]int{"RegenerateKeys": 1}},
		{"changed trigger", config("2"), []string{"apply", "-auto-approve"}, map[string]int{"RegenerateKeys": 1}},
		{"removal of the key", env.Config(service), []string{"apply", "-auto-approve"}, map[string]int{}},
		{"switch to tokens", env.Config(aksToken(env, "iris")), []string{"apply", "-auto-approve"}, map[string]int{"PatchService": 1}},
		{"switch to keys", env.Config(service), []string{"apply", "-auto-approve"}, map[string]int{"PatchService": 1}},
		{"loss of the state", env.Config(service), []string{"state", "rm", "mlws_aks_service.iris"}, map[string]int{}},
		{"import", config("2") + imports, []string{"apply", "-auto-approve"}, map[string]int{}},
		{"destroy", config("2"), []string{"destroy", "-auto-approve"}, map[string]int{"DeleteService": 1}},
	} {
		env.ResetLog()
		cli.Write(event.config)
		if output, err := cli.Run(event.args...); err != nil {
			t.Fatalf("%s: %v\n%s", event.name, err, output)
		}
		if got := costs(env, event.args[0] == "plan" || event.name == "refresh"); !maps.Equal(got, event.want) {
			t.Errorf("%s cost %v, want %v", event.name, got, event.want)
		}
	}
	if err := env.CheckNothingLeft(nil); err != nil {
		t.Error(err)
	}
}

// costs counts the calls that change something, and on request those that read.
func costs(env *acctest.Env, reads bool) map[string]int {
	counts := map[string]int{}
	for _, operation := range env.Calls() {
		counts[operation]++
	}
	for _, operation := range []string{"GetService", "ListServices", "ListKeys"} {
		if n := env.Count(operation); reads && n > 0 {
			counts[operation] = n
		}
	}
	return counts
}

// One apply that replaces a service replaces its keys too, each regenerated once
// and only when the new service is up, and a dependant gets the new one.
func TestAccReplacedServiceOrder(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Log)
	config := func(compute string) string {
		return env.Config(fmt.Sprintf(`
resource "mlws_aks_service" "iris" {
  name         = %q
  model_ids    = [%q]
  compute_name = %q
}
`, env.Name("iris"), env.Model, compute) + primaryKey(aksType, "iris", "") + `
resource "terraform_data" "user" {
  input = mlws_service_key.primary.key
}`)
	}
	key := keyWatch{env: env, name: "iris"}
	passedOn := func(state *terraform.State) error {
		if got := state.RootModule().Resources["terraform_data.user"].Primary.Attributes["output"]; got != key.last {
			return fmt.Errorf("the dependant does not have the live key")
		}
		return nil
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(env.Compute), Check: all(matches(env), key.changed, passedOn)},
		{
			PreConfig: env.ResetLog,
			Config:    config("aks-far"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("mlws_aks_service.iris", plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("mlws_service_key.primary", plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction("terraform_data.user", plancheck.ResourceActionUpdate),
			}},
			Check: all(matches(env), key.changed, passedOn, func(*terraform.State) error {
				// A regenerate that came too early would have been refused, and sent again.
				if calls := fmt.Sprint(env.Calls()); calls != "[DeleteService CreateService RegenerateKeys]" {
					return fmt.Errorf("the apply called %s", calls)
				}
				return nil
			}),
		},
	}})
}
