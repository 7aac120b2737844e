// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// ephemeralSupport is what a test of an ephemeral resource needs; the echo
// provider makes its values visible.
var ephemeralSupport = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)}

func echo(of string) string {
	return fmt.Sprintf(`
provider "echo" {
  data = %s
}
resource "echo" "test" {}
`, of)
}

func TestAccEphemeralToken(t *testing.T) {
	t.Parallel()
	env := start(t)
	service := aks(env, "iris", "token_auth_enabled = true")
	token := func(more string) string {
		return "ephemeral \"mlws_service_token\" \"test\" {\n  service_id = mlws_aks_service.iris.id\n  " + more + "\n}\n"
	}
	data := tfjsonpath.New("data")
	env.Test(t, resource.TestCase{TerraformVersionChecks: ephemeralSupport, Steps: []resource.TestStep{
		{
			Config: env.Config(service + token("") + echo("ephemeral.mlws_service_token.test")),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.test", data.AtMapKey("token_type"), knownvalue.StringExact("Bearer")),
				statecheck.ExpectKnownValue("echo.test", data.AtMapKey("refresh_after"), rfc3339),
				statecheck.ExpectKnownValue("echo.test", data.AtMapKey("expiry_on"), rfc3339),
			},
			Check: all(scores("mlws_aks_service.iris", "echo.test", "data.access_token", http.StatusOK), env.CheckCount("RegenerateKeys", 0)),
		},
		{
			PreConfig:   env.ResetLog,
			Config:      env.Config(service + token(`min_remaining = "48h"`) + echo("ephemeral.mlws_service_token.test")),
			ExpectError: regexp.MustCompile(`(?s)would not live long enough.*is\s+valid\s+for\s+\d+h.*48h`),
		},
		{
			PreConfig: func() {
				if err := env.CheckCount("ServiceToken", 2)(nil); err != nil {
					t.Errorf("for a token that is too short: %v", err)
				}
			},
			Config: env.Config(service),
		},
	}})
}

func TestAccEphemeralKeys(t *testing.T) {
	t.Parallel()
	env := start(t)
	config := env.Config(aci(env, "iris", "") + key("test", "iris", "store_key = false") + `
ephemeral "mlws_service_keys" "test" {
  service_id = mlws_aci_service.iris.id
  depends_on = [mlws_service_key.test]
}
` + echo("ephemeral.mlws_service_keys.test"))
	env.Test(t, resource.TestCase{TerraformVersionChecks: ephemeralSupport, Steps: []resource.TestStep{
		{
			Config: config,
			Check: all(
				env.CheckCount("RegenerateKeys", 1),
				scores("mlws_aci_service.iris", "echo.test", "data.primary_key", http.StatusOK),
				scores("mlws_aci_service.iris", "echo.test", "data.secondary_key", http.StatusOK),
			),
		},
		{Config: config, ConfigPlanChecks: emptyPlan(), Check: env.CheckCount("RegenerateKeys", 1)},
	}})
}

func TestAccEphemeralRefusals(t *testing.T) {
	t.Parallel()
	env := start(t)
	services := aci(env, "iris", "") + aks(env, "tokens", "token_auth_enabled = true")
	open := func(kind, service string, more ...string) string {
		return fmt.Sprintf("ephemeral %q \"test\" {\n  service_id = %q\n  %s\n}\n%s", kind, env.ServiceID(env.Name(service)), strings.Join(more, ""), echo("ephemeral."+kind+".test"))
	}
	env.Test(t, resource.TestCase{TerraformVersionChecks: ephemeralSupport, Steps: []resource.TestStep{
		{Config: env.Config(services)},
		{Config: env.Config(services + open("mlws_service_token", "iris")), ExpectError: regexp.MustCompile(`(?s)Token auth is not available on ACI.*-target=`)},
		{Config: env.Config(services + open("mlws_service_keys", "tokens")), ExpectError: regexp.MustCompile(`(?s)Key auth is off.*mlws_service_token.*-target=`)},
		{
			// Unlike a data source, an ephemeral resource is opened before the switch, depends_on or not.
			Config:      env.Config(aci(env, "iris", "") + aks(env, "tokens", "") + open("mlws_service_keys", "tokens", "depends_on = [mlws_aks_service.tokens]")),
			ExpectError: regexp.MustCompile(`(?s)Key auth is off.*-target=`),
		},
		{Config: env.Config(services), Check: all(env.CheckCount("ServiceToken", 0), env.CheckCount("ListKeys", 0))},
	}})
}

func TestAccKeysDataSource(t *testing.T) {
	t.Parallel()
	env := start(t)
	const address = "data.mlws_service_keys.test"
	config := env.Config(aci(env, "iris", "") + `
data "mlws_service_keys" "test" {
  service_id = mlws_aci_service.iris.id
}
`)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("primary_key")),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("secondary_key")),
			},
			Check: all(env.CheckCount("RegenerateKeys", 0),
				scores("mlws_aci_service.iris", address, "primary_key", http.StatusOK),
				scores("mlws_aci_service.iris", address, "secondary_key", http.StatusOK),
				func(state *terraform.State) error {
					primary, err := attribute(state, address, "primary_key")
					if err != nil {
						return err
					}
					if live, _, err := env.Keys(env.Name("iris")); err != nil || live != primary {
						return fmt.Errorf("the primary key is another slot's (%v)", err)
					}
					return nil
				}),
		},
	}})
}
