// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Tokens depend on the workspace's region: the plan that turns them on for a
// cluster elsewhere warns, no other plan does, and while that region is down the
// error of the token says so, as does that of a test request that needs one.
func TestAccRegionOfTokens(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	far := strings.Replace(aksToken(env, "far"), env.Compute, emulator.FarCompute, 1)
	keys := strings.Replace(far, "token_auth_enabled = true", "", 1)
	cli := env.NewCLI(t, env.Config(keys+aksToken(env, "near")))
	const warning = "Warning: Tokens come from another region"
	apply := func() string {
		t.Helper()
		output, err := cli.Run(applyArgs...)
		if err != nil {
			t.Fatalf("the apply failed: %v\n%s", err, output)
		}
		return acctest.OneLine(output)
	}
	if output := apply(); strings.Contains(output, warning) {
		t.Errorf("a cluster that needs no tokens, or is near, is warned about:\n%s", output)
	}
	cli.Write(env.Config(far + aksToken(env, "near")))
	plan, err := cli.Run("plan", "-no-color")
	if err != nil {
		t.Fatal(err, plan)
	}
	if n := strings.Count(plan, warning); n != 1 {
		t.Errorf("%d warnings, want one:\n%s", n, plan)
	}
	requireError(t, acctest.OneLine(plan), warning, "with mlws_aks_service.far", "the workspace's region (westeurope), and the AKS cluster is in eastus", "while westeurope is down there are none", "auth_enabled = true")
	apply()
	requireEmptyPlan(t, cli)
	if plan, _ := cli.Run("plan", "-no-color"); strings.Contains(plan, warning) {
		t.Errorf("the plan of a service that has tokens already warns again:\n%s", plan)
	}

	env.Emulator.Fault(emulator.Fault{Kind: emulator.FaultTokenOutage, RetryAfter: time.Second})
	cli.Write(env.Config(far + strings.Replace(aksToken(env, "near"), "token_auth_enabled", "test_request = { body = \"{}\" }\ntoken_auth_enabled", 1) + `
data "mlws_service_token" "far" {
  service_id = mlws_aks_service.far.id
  depends_on = [terraform_data.later]
}
resource "terraform_data" "later" {}
`))
	output, err := cli.Run(applyArgs...)
	if err == nil {
		t.Fatalf("a token came out of a region that is down:\n%s", output)
	}
	outage := []string{"(503 Service Unavailable)", "Tokens are issued in the workspace's region (westeurope): while it is down there are none", "key auth does not depend on that region"}
	for _, summary := range []string{"Could not fetch a token", "Could not fetch the credential to score with"} {
		_, text, _ := strings.Cut(output, "Error: "+summary)
		text, _, _ = strings.Cut(text, "\nError: ")
		requireError(t, acctest.OneLine(text), outage...)
	}
}
