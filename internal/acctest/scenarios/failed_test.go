// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// ends are the ways in which the operation of a deployment can end badly, with
// what the error has to say on each compute type.
var ends = []struct {
	name     string
	kind     emulator.FaultKind
	aci, aks []string
}{
	{
		"failed", emulator.FaultOperationFailed,
		[]string{"No such file or directory: 'model.pkl'", "ended as Failed", "AciDeploymentFailed", "scoring file's init() function", "CrashLoopBackOff", "It had reached the step DeployService (Failed)", "Read the container log", "The service is Failed", "The end of the container log:"},
		[]string{"ended as Failed", "KubernetesDeploymentFailed", "Couldn't Schedule because the kubernetes cluster didn't have available resources", "It had reached the step DeployService (Failed)", "free or add nodes", "The service is Failed", "The end of the container log:"},
	},
	{
		"cancelled", emulator.FaultOperationCancelled,
		[]string{"ended as Cancelled", "The operation was cancelled", "Apply again", "The service is Failed"},
		[]string{"ended as Cancelled", "The operation was cancelled", "Apply again", "The service is Failed"},
	},
	{
		"timed out", emulator.FaultOperationTimedOut,
		[]string{"ended as TimedOut", "We are still trying to achieve the desired state", "may still become healthy", "The service is Unhealthy"},
		[]string{"ended as TimedOut", "We are still trying to achieve the desired state", "may still become healthy", "The service is Unhealthy"},
	},
}

// If the deployment of a create fails, the error says why, the state has a tainted
// service, and the next apply replaces it.
func TestAccFailedCreate(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		for _, end := range ends {
			t.Run(typeName+" "+end.name, func(t *testing.T) {
				t.Parallel()
				env := start(t, acctest.Faults)
				env.Emulator.Fault(emulator.Fault{Operation: "CreateService", Kind: end.kind, Times: 1})
				config := env.Config(block(env, typeName, "iris", "") + primaryKey(typeName, "iris", ""))
				var failure expected
				env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig: func() {
							want := end.aci
							if typeName == aksType {
								want = end.aks
							}
							requireError(t, failure.text(t), append([]string{"The service was created, but did not become Healthy", `Service "iris":`}, want...)...)
							if calls := env.Calls(); len(calls) != 1 {
								t.Errorf("the failed apply called %v, want one create and no regenerate", calls)
							}
							env.ResetLog()
						},
						Config:           config,
						ConfigPlanChecks: planned(typeName+".iris", plancheck.ResourceActionDestroyBeforeCreate), // it is tainted
						Check:            all(matches(env), env.CheckCount("DeleteService", 1), env.CheckCount("CreateService", 1), env.CheckCount("RegenerateKeys", 1)),
					},
				}})
				requireNoError(t, &failure)
			})
		}
	}
}

func requireNoError(t *testing.T, e *expected) {
	t.Helper()
	for _, text := range e.texts {
		t.Errorf("a step failed that has to work:\n%s", text)
	}
}

// A create ends with its timeout. The service stays in the state, and the next
// apply replaces it as soon as the API allows it.
func TestAccEndlessCreate(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Faults)
			env.Emulator.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultOperationEndless, Times: 1})
			config := env.Config(block(env, typeName, "iris", ""))
			limit := newDeadline(t, askedSince(env, "CreateService", "GetOperation", 2))
			var failure expected
			env.Test(t, resource.TestCase{ProtoV6ProviderFactories: limit.factories(), ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig: func() {
						requireError(t, failure.text(t), "The service was created, but did not become Healthy", "the time allowed for waiting on operation",
							"the last state seen was Running (", "Azure goes on with it regardless", "Raise the timeouts", "The service is Transitioning", "The end of the container log:")
						limit.passed = askedSince(env, "DeleteService", "GetOperation", 2)
					},
					// It still runs: nothing can be deleted, and nothing is lost.
					Config: config,
				},
				{
					PreConfig: func() {
						requireError(t, failure.text(t), "Could not delete the service", `Service "iris":`, "the operation that is running on service", "raise the timeouts")
						limit.passed = nil
						env.Emulator.ClearFaults() // it times out
						env.ResetLog()
					},
					Config:           config,
					ConfigPlanChecks: planned(typeName+".iris", plancheck.ResourceActionDestroyBeforeCreate),
					Check:            all(matches(env), env.CheckCount("CreateService", 1)),
				},
			}})
			requireNoError(t, &failure)
		})
	}
}

// If the deployment of an accepted update fails, the error says why. The service
// then describes itself as requested, but the next plan is not empty: it deploys
// over the service, which keeps its id and its key.
func TestAccFailedUpdate(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		for _, end := range ends {
			t.Run(typeName+" "+end.name, func(t *testing.T) {
				t.Parallel()
				env := start(t, acctest.Faults)
				config := func(model string) string {
					return env.Config(block(env, typeName, "iris", "description = \""+model+"\"\nenable_app_insights = "+map[string]string{"one": "false", "two": "true"}[model]) +
						primaryKey(typeName, "iris", ""))
				}
				key := keyWatch{env: env, name: "iris"}
				var failure expected
				env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
					{Config: config("one"), Check: all(matches(env), key.changed)},
					{
						PreConfig: func() {
							env.Emulator.Fault(emulator.Fault{Operation: "PatchService", Kind: end.kind, Times: 1})
						},
						Config: config("two"),
					},
					{
						PreConfig: func() {
							want := end.aci
							if typeName == aksType {
								want = end.aks
							}
							requireError(t, failure.text(t), append([]string{"The service was changed, but did not become Healthy again", `Service "iris":`}, want...)...)
							env.ResetLog()
						},
						Config: config("two"),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(typeName+".iris", plancheck.ResourceActionUpdate),
							plancheck.ExpectResourceAction("mlws_service_key.primary", plancheck.ResourceActionNoop),
						}},
						Check: all(matches(env), key.kept, deployedOver(env), env.CheckCount("DeleteService", 0), env.CheckCount("RegenerateKeys", 0)),
					},
				}})
				requireNoError(t, &failure)
			})
		}
	}
}

// deployedOver is a check: one create was sent, and it overwrites.
func deployedOver(env *acctest.Env) func(*terraform.State) error {
	return func(*terraform.State) error {
		found := 0
		for _, request := range env.Emulator.Requests() {
			if request.Operation != "CreateService" {
				continue
			}
			found++
			var body struct{ Overwrite bool }
			if err := json.Unmarshal([]byte(request.Body), &body); err != nil || !body.Overwrite {
				return errors.Join(errors.New("the service was created again instead of deployed over"), err)
			}
		}
		if found != 1 {
			return fmt.Errorf("%d deployments, want 1", found)
		}
		return nil
	}
}

// The API continues an update that it reported as timed out. If the service becomes
// Healthy, nothing is left to do.
func TestAccTimedOutUpdateBecomesHealthy(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	config := func(insights string) string {
		return env.Config(block(env, aksType, "iris", "enable_app_insights = "+insights))
	}
	var failure expected
	env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
		{Config: config("false")},
		{
			PreConfig: func() {
				env.Emulator.Fault(emulator.Fault{Operation: "PatchService", Kind: emulator.FaultOperationTimedOut, Times: 1})
			},
			Config: config("true"),
		},
		{
			PreConfig: func() {
				requireError(t, failure.text(t), "ended as TimedOut", "may still become healthy")
				setState(t, env, emulator.StateHealthy)
				env.ResetLog()
			},
			Config:           config("true"),
			ConfigPlanChecks: emptyPlan(),
			Check:            all(matches(env), env.CheckCount("PatchService", 0), env.CheckCount("CreateService", 0)),
		},
		{
			// A later failure does not belong to that update.
			PreConfig:        func() { setState(t, env, emulator.StateUnhealthy) },
			Config:           config("true"),
			ConfigPlanChecks: emptyPlan(),
			Check:            all(env.CheckCount("PatchService", 0), env.CheckCount("CreateService", 0)),
		},
	}})
	requireNoError(t, &failure)
}

func setState(t *testing.T, env *acctest.Env, state string) {
	t.Helper()
	if err := env.Emulator.SetServiceState(env.WorkspaceID, env.Name("iris"), state); err != nil {
		t.Fatal(err)
	}
}
