// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// refusals are answers to every poll of an operation that say nothing about the
// service: a gateway, a role that was taken away, an operation that was forgotten.
var refusals = map[string]int{"400": 400, "401": 401, "403": 403, "404": 404}

// A change that Azure accepted is followed to its end: if its operation cannot be
// read, the service itself counts.
func TestAccOperationThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, status := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Faults)
			refused := func(operation string) func() {
				return func() {
					env.ResetLog()
					env.Emulator.ClearFaults()
					env.Emulator.Fault(emulator.Fault{Operation: operation, Kind: emulator.FaultOperationRefused, Status: status, Times: 1})
				}
			}
			config := func(description string) string {
				return env.Config(block(env, aksType, "iris", "description = \""+description+"\""))
			}
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{PreConfig: refused("CreateService"), Config: config("one"), Check: all(matches(env), env.CheckCount("CreateService", 1))},
				{PreConfig: refused("PatchService"), Config: config("two"), Check: all(matches(env), env.CheckCount("PatchService", 1))},
				{PreConfig: refused("DeleteService"), Config: env.Config(""), Check: all(matches(env), env.CheckCount("DeleteService", 1))},
			}})
		})
	}
}

// A 404 of a gateway says nothing about a service: a refresh keeps it in the state,
// and the error names the gateway's answer.
func TestAccGatewayNotFound(t *testing.T) {
	t.Parallel()
	for _, kind := range []emulator.FaultKind{emulator.FaultNotFoundText, emulator.FaultNotFoundEmpty, emulator.FaultNotFoundJSON, emulator.FaultNotFoundHTML} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Faults)
			config := env.Config(block(env, aksType, "iris", "") + primaryKey(aksType, "iris", ""))
			var failure expected
			env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
				{Config: config, Check: matches(env)},
				{
					PreConfig: func() { env.Emulator.Fault(emulator.Fault{Operation: "GetService", Kind: kind}) }, // every attempt
					Config:    config,
				},
				{
					PreConfig: func() {
						requireError(t, failure.text(t), "Could not read the service", `Service "iris": the answer 404 came from a gateway or a proxy`)
						env.Emulator.ClearFaults()
						env.Emulator.Fault(emulator.Fault{Operation: "ListKeys", Kind: kind})
					},
					Config: config,
				},
				{
					PreConfig: func() {
						requireError(t, failure.text(t), "Could not read the key", "the answer 404 came from a gateway or a proxy")
						env.Emulator.ClearFaults()
						env.ResetLog()
					},
					Config:           config,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					Check:            all(matches(env), env.CheckCount("CreateService", 0), env.CheckCount("RegenerateKeys", 0)),
				},
			}})
			requireNoError(t, &failure)
		})
	}
}

// If the operation of an accepted deletion is forgotten and the service is still
// there, it is not deleted: the state keeps it.
func TestAccDeleteThatDidNothing(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	config := env.Config(block(env, aksType, "iris", `timeouts = { delete = "3s" }`))
	var failure expected
	env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
		{Config: config, Check: matches(env)},
		{
			PreConfig: func() {
				env.Emulator.Fault(emulator.Fault{Operation: "DeleteService", Kind: emulator.FaultOperationFailed, Times: 1})
				env.Emulator.Fault(emulator.Fault{Operation: "GetOperation", Kind: emulator.FaultError, Status: 404, Code: "NotFound", Message: "The operation is not known."})
			},
			Config: env.Config(""),
		},
		{
			PreConfig: func() {
				requireError(t, failure.text(t), "Could not delete the service", `ervice "iris"`)
				env.Emulator.ClearFaults()
			},
			Config: config,
			Check:  matches(env),
		},
	}})
	requireNoError(t, &failure)
}
