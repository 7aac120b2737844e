// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// lookups are the three ways to name a service that Terraform does not manage.
func lookups(env *acctest.Env, name string) string {
	return fmt.Sprintf(`
data "mlws_service" "by_name" {
  name = %[1]q
}
data "mlws_service" "by_workspace" {
  name         = %[1]q
  workspace_id = %[2]q
}
data "mlws_service" "by_id" {
  service_id = provider::mlws::service_id(%[2]q, %[1]q)
}
`, name, env.WorkspaceID)
}

var dataSources = []string{"data.mlws_service.by_name", "data.mlws_service.by_workspace", "data.mlws_service.by_id"}

func TestAccServiceDataSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typeName  string
		arguments attrs
		madeUp    attrs // further ones, which name what only the emulator has
		// shared are the attributes that the data source has to show as the resource does.
		shared []string
		own    map[string]knownvalue.Check
		// ownMadeUp are those of what is made up.
		ownMadeUp map[string]knownvalue.Check
	}{
		{
			aciType,
			attrs{
				"description": `"text"`, "tags": `{ a = "1" }`, "cpu_cores": "0.5", "dns_name_label": `"my-label"`,
			},
			attrs{
				"inference_config": registeredEnvironment,
				"vnet":             `{ vnet_name = "net", subnet_name = "default" }`,
				"cmk":              `{ vault_base_url = "https://one.vault.azure.net/", key_name = "key", key_version = "1" }`,
			},
			[]string{
				"id", "name", "workspace_id", "state", "description", "tags", "model_ids", "auth_enabled", "token_auth_enabled", "cpu_cores", "memory_gb", "enable_app_insights",
				"collect_model_data", "scoring_uri", "swagger_uri", "created_at", "updated_at", "location", "dns_name_label", "fqdn", "ip_address", "vnet", "cmk",
			},
			map[string]knownvalue.Check{
				"compute_type": knownvalue.StringExact("ACI"), "compute_name": knownvalue.Null(), "autoscale": knownvalue.Null(), "ssl_enabled": knownvalue.Bool(false),
				"error": knownvalue.Null(),
			},
			map[string]knownvalue.Check{
				"environment_name": knownvalue.StringExact("sklearn-env"), "environment_version": knownvalue.StringExact("1"),
			},
		},
		{
			aksType,
			attrs{"description": `"text"`, "num_replicas": "2", "cpu_cores_limit": "1", "token_auth_enabled": "true"},
			attrs{"namespace": `"scoring"`},
			[]string{
				"id", "name", "workspace_id", "state", "description", "model_ids", "auth_enabled", "token_auth_enabled", "cpu_cores", "memory_gb", "enable_app_insights",
				"collect_model_data", "scoring_uri", "swagger_uri", "created_at", "updated_at", "compute_name", "namespace", "num_replicas", "autoscale", "cpu_cores_limit",
				"memory_gb_limit", "gpu_cores", "scoring_timeout_ms", "replica_max_concurrent_requests", "max_request_wait_time", "liveness_probe",
			},
			map[string]knownvalue.Check{
				"compute_type": knownvalue.StringExact("AKS"), "location": knownvalue.Null(), "cmk": knownvalue.Null(),
				"desired_replicas": knownvalue.Int64Exact(2), "available_replicas": knownvalue.NotNull(),
			},
			map[string]knownvalue.Check{"available_replicas": knownvalue.Int64Exact(2)},
		},
	} {
		t.Run(test.typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t)
			arguments := test.arguments
			if env.Runs(acctest.Seed) {
				arguments = test.madeUp.over(arguments)
				maps.Copy(test.own, test.ownMadeUp)
			}
			service := env.Config(block(env, test.typeName, "iris", arguments))
			var checks []statecheck.StateCheck
			for _, address := range dataSources {
				for _, name := range test.shared {
					checks = append(checks, statecheck.CompareValuePairs(test.typeName+".iris", tfjsonpath.New(name), address, tfjsonpath.New(name), compare.ValuesSame()))
				}
				for name, check := range test.own {
					checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), check))
				}
			}
			env.Test(t, resource.TestCase{
				TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}, // provider functions
				Steps: []resource.TestStep{
					{Config: service},
					{Config: service + lookups(env, env.Name("iris")), ConfigStateChecks: checks, Check: env.CheckCount("ListKeys", 0)},
				},
			})
		})
	}
}

// A data source of a service that the same apply deploys waits for it.
func TestAccServiceDataSourceOfNewService(t *testing.T) {
	t.Parallel()
	env := start(t)
	const address = "data.mlws_service.test"
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(block(env, aksType, "iris", nil) + `
data "mlws_service" "test" {
  service_id = mlws_aks_service.iris.id
}`),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownValue(address, tfjsonpath.New("scoring_uri"))}},
		Check: func(state *terraform.State) error {
			return resource.TestCheckResourceAttrPair(address, "scoring_uri", aksType+".iris", "scoring_uri")(state)
		},
	}}})
}

func TestAccServiceDataSourceRefused(t *testing.T) {
	t.Parallel()
	env := start(t)
	var steps []resource.TestStep
	for _, test := range []struct{ arguments, text string }{
		{fmt.Sprintf("name = %q", env.Name("missing")), `has\s+no\s+service\s+named\s+"missing`},
		{``, `Set\s+service_id\s+or\s+name`},
		{`name = "iris"` + "\n" + `service_id = "` + env.ServiceID("iris") + `"`, `Remove\s+name,\s+or\s+remove\s+service_id`},
		{`service_id = "iris"`, `full\s+resource\s+id`},
	} {
		steps = append(steps, resource.TestStep{
			Config:      env.Config("data \"mlws_service\" \"test\" {\n" + test.arguments + "\n}"),
			ExpectError: regexp.MustCompile(test.text),
		})
	}
	env.Test(t, resource.TestCase{Steps: steps})
}
