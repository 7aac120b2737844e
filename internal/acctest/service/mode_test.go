// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// Every switch between the modes of an AKS service. The flags of the key mode
// are left out, so that it is the default.
func TestAccModeSwitches(t *testing.T) {
	t.Parallel()
	key := attrs{}
	token := attrs{"token_auth_enabled": "true"}
	open := attrs{"auth_enabled": "false"}
	flags := func(auth, token bool) string {
		return fmt.Sprintf(`[{"op":"replace","path":"/authEnabled","value":%t},{"op":"replace","path":"/aadAuthEnabled","value":%t}]`, auth, token)
	}
	changes := []change{
		{"key-to-token", key, token, flags(false, true)},
		{"token-to-key", token, key, flags(true, false)},
		{"token-to-open", token, open, flags(false, false)},
		{"open-to-token", open, token, flags(false, true)},
		{"open-to-key", open, key, flags(true, false)},
		{"key-to-open", key, open, flags(false, false)},
		{"spelled-out", attrs{"auth_enabled": "true", "token_auth_enabled": "false"}, attrs{"auth_enabled": "false", "token_auth_enabled": "true"}, flags(false, true)},
	}
	env := start(t)
	before, after := configs(env, aksType, changes)
	checks := actions(aksType, changes, plancheck.ResourceActionUpdate)
	for _, label := range []string{"key-to-token", "open-to-token"} {
		// auth_enabled is left out: the plan shows that it is off.
		checks.PreApply = append(checks.PreApply, plancheck.ExpectKnownValue(aksType+"."+label, tfjsonpath.New("auth_enabled"), knownvalue.Bool(false)))
	}
	for _, label := range []string{"token-to-key", "open-to-key"} {
		checks.PreApply = append(checks.PreApply, plancheck.ExpectKnownValue(aksType+"."+label, tfjsonpath.New("auth_enabled"), knownvalue.Bool(true)))
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: before, Check: all(
			scored(aksType, "key-to-token", http.StatusUnauthorized),
			scored(aksType, "open-to-key", http.StatusOK),
		)},
		{
			PreConfig:        env.ResetLog,
			Config:           after,
			ConfigPlanChecks: checks,
			Check: all(patches(env, changes),
				scored(aksType, "key-to-token", http.StatusUnauthorized),
				scored(aksType, "open-to-key", http.StatusUnauthorized),
				scored(aksType, "token-to-open", http.StatusOK),
			),
		},
	}})
}

// scored is a check: scoring without a credential is answered so.
func scored(typeName, label string, want int) func(*terraform.State) error {
	return func(state *terraform.State) error { return scoredWith(state, typeName, label, "", want) }
}

// scoredWith scores a service of the state with a credential.
func scoredWith(state *terraform.State, typeName, label, credential string, want int) error {
	uri, err := attribute(state, typeName+"."+label, "scoring_uri")
	if err != nil {
		return err
	}
	if err := acctest.ExpectScore(uri, credential, want); err != nil {
		return fmt.Errorf("%s, credential given: %t: %w", label, credential != "", err)
	}
	return nil
}
