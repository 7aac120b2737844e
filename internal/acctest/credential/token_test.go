// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const (
	tokenAddress = "data.mlws_service_token.test"
	readToken    = `
data "mlws_service_token" "test" {
  service_id = mlws_aks_service.iris.id
}
`
)

var rfc3339 = knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))

func TestAccTokenScores(t *testing.T) {
	t.Parallel()
	env := start(t)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: env.Config(aks(env, "iris", "token_auth_enabled = true") + readToken),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("token_type"), knownvalue.StringExact("Bearer")),
			statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("refresh_after"), rfc3339),
			statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("expiry_on"), rfc3339),
			statecheck.ExpectSensitiveValue(tokenAddress, tfjsonpath.New("access_token")),
		},
		Check: all(scores("mlws_aks_service.iris", tokenAddress, "access_token", http.StatusOK), func(state *terraform.State) error {
			return scoresWith(state, "mlws_aks_service.iris", "", http.StatusUnauthorized)
		}),
	}}})
}

// A Reader may fetch a token: only read on the workspace is asked for.
func TestAccTokenOfAReader(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Roles)
	service := aks(env, "iris", "token_auth_enabled = true")
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(service)},
		{
			Config: env.ConfigAs(emulator.ReaderClientID, emulator.ReaderSecret, service+readToken),
			Check:  scores("mlws_aks_service.iris", tokenAddress, "access_token", http.StatusOK),
		},
		{Config: env.Config(service)}, // a Reader may not destroy it
	}})
}

func TestAccKeysOfAReaderAreRefused(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Roles)
	service := aci(env, "iris", "")
	asReader := func(config string) string {
		return env.ConfigAs(emulator.ReaderClientID, emulator.ReaderSecret, service+config)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(service)},
		{
			Config: asReader(`
data "mlws_service_keys" "test" {
  service_id = mlws_aci_service.iris.id
}`),
			ExpectError: regexp.MustCompile(`the\s+permission\s+Microsoft.MachineLearningServices/workspaces/services/aci/listkeys/action`),
		},
		{
			Config:      asReader(key("test", "iris", "")),
			ExpectError: regexp.MustCompile(`the\s+permission\s+Microsoft.MachineLearningServices/workspaces/services/aci/listkeys/action`),
		},
		{Config: env.Config(service), Check: env.CheckCount("RegenerateKeys", 0)},
	}})
}

// One apply switches the mode and reads the token: with depends_on it works.
// If nothing tells Terraform that the token depends on the switch, it is
// read during the plan, and the error says so.
func TestAccModeSwitchAndToken(t *testing.T) {
	t.Parallel()
	env := start(t)
	keys, tokens := aks(env, "iris", ""), aks(env, "iris", "token_auth_enabled = true")
	literal := func(more string) string {
		return fmt.Sprintf("data \"mlws_service_token\" \"test\" {\n  service_id = %q\n  %s\n}\n", env.ServiceID(env.Name("iris")), more)
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: env.Config(keys)},
		{
			PreConfig:   env.ResetLog,
			Config:      env.Config(tokens + literal("")),
			ExpectError: regexp.MustCompile(`(?s)Token auth is off.*depends_on`),
		},
		{
			PreConfig: env.ResetLog,
			Config:    env.Config(tokens + literal("depends_on = [mlws_aks_service.iris]")),
			Check: all(
				env.CheckOnlyPatch(`[{"op":"replace","path":"/authEnabled","value":false},{"op":"replace","path":"/aadAuthEnabled","value":true}]`),
				scores("mlws_aks_service.iris", tokenAddress, "access_token", http.StatusOK),
			),
		},
		{Config: env.Config(keys)},
		{
			// A reference to the service defers the read just as well.
			Config: env.Config(tokens + readToken),
			Check:  scores("mlws_aks_service.iris", tokenAddress, "access_token", http.StatusOK),
		},
	}})
}

func TestAccTokenRefusals(t *testing.T) {
	t.Parallel()
	env := start(t)
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: env.Config(aci(env, "iris", "") + `
data "mlws_service_token" "test" {
  service_id = mlws_aci_service.iris.id
}`),
			ExpectError: regexp.MustCompile(`(?s)Token auth is not available on ACI.*mlws_service_key`),
		},
		{
			Config: env.Config(aci(env, "iris", "") + `
data "mlws_service_token" "test" {
  service_id = "` + env.ServiceID(env.Name("missing")) + `"
}`),
			ExpectError: regexp.MustCompile(`(?s)service\s+does\s+not\s+exist\s+in\s+this\s+workspace`),
		},
		{
			Config: env.Config(aci(env, "iris", "") + aks(env, "tokens", "token_auth_enabled = true") + `
resource "mlws_service_key" "test" {
  service_id = mlws_aks_service.tokens.id
  key_type   = "Primary"
}`),
			ExpectError: regexp.MustCompile(`(?s)Key auth is off.*mlws_service_token`),
			PreConfig:   env.ResetLog,
		},
		{Config: env.Config(aci(env, "iris", "")), Check: all(env.CheckCount("RegenerateKeys", 0), env.CheckCount("ServiceToken", 0))},
	}})
}
