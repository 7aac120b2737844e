// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// The whole life of a service, with each form of reply that the API is known to give.
func TestAccServiceFormsOfReply(t *testing.T) {
	t.Parallel()
	for name, behavior := range map[string]emulator.Behavior{
		"at once":    {PatchStatus: http.StatusOK, DeleteStatus: http.StatusOK},
		"relative":   {OperationLocation: "relative"},
		"legacy":     {OperationLocation: "legacy"},
		"other host": {OperationLocation: "otherhost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Faults, emulator.WithBehavior(behavior), emulator.WithPathPrefix("/some/prefix"))
			services := func(more attrs) string {
				return env.Config(block(env, aciType, "on-aci", more) + block(env, aksType, "on-aks", more))
			}
			both := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
				return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(aciType+".on-aci", action), plancheck.ExpectResourceAction(aksType+".on-aks", action),
				}}
			}
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: services(nil), ConfigPlanChecks: both(plancheck.ResourceActionCreate)},
				{
					Config: services(attrs{"description": `"text"`}), ConfigPlanChecks: both(plancheck.ResourceActionUpdate),
					Check: env.CheckCount("PatchService", 2),
				},
				{
					Config: services(attrs{"description": `"text"`, "properties": `{ a = "1" }`}), ConfigPlanChecks: both(plancheck.ResourceActionUpdate),
					Check: env.CheckCount("PatchService", 4),
				},
			}})
		})
	}
}
