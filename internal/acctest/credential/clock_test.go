// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// advance moves the emulator's clock by its control API, as a test in any language can.
func advance(t *testing.T, env *acctest.Env, by string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, env.Emulator.ResourceManagerURL()+"/_emulator/clock", strings.NewReader(`{"advance":"`+by+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the clock was not moved: %s", resp.Status)
	}
}

// A schedule is tested by moving the emulator's clock: the plan shows the rotation, and
// the apply rotates once.
func TestAccScheduleFollowsTheClockOfTheEmulator(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Clock)
	config := env.Config(aci(env, "iris", "") + aci(env, "other", "") + key("test", "other", `rotate_after = "720h"`) + rotation(`rotate_after = "1440h"`))
	value := &watch{address: keyAddress, name: "key"}
	after := func(by string) func() { return func() { advance(t, env, by) } }
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config, Check: all(value.changed, env.CheckCount("RegenerateKeys", 2))},
		{PreConfig: after("719h"), Config: config, ConfigPlanChecks: emptyPlan()},
		{
			PreConfig: after("1h"), Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectResourceAction(rotationAddress, plancheck.ResourceActionNoop),
			}},
			Check: all(value.changed, env.CheckCount("RegenerateKeys", 3)),
		},
		{
			PreConfig: after("719h"), Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(keyAddress, plancheck.ResourceActionNoop)}},
		},
	}})
}
