// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

// A property that was removed stays on the service. It can come back with the same
// value, and nothing is sent; with another value only a new service can have it.
func TestAccPropertyComesBack(t *testing.T) {
	t.Parallel()
	env := emulated(t, acctest.Log)
	const address = aksType + ".iris"
	config := func(properties string) string {
		return env.Config(block(env, aksType, "iris", attrs{"properties": properties}))
	}
	planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{
			PreApply:            []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
			PostApplyPreRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		}
	}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config(`{ a = "1", b = "1" }`)},
		{Config: config(`{ b = "1" }`), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		{Config: config(`{ a = "1", b = "1" }`), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: env.CheckCount("PatchService", 0)},
		{Config: config(`{ b = "1" }`), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		{Config: config(`{ a = "2", b = "1" }`), ConfigPlanChecks: planned(plancheck.ResourceActionReplace), Check: env.CheckCount("CreateService", 2)},
	}})
}
