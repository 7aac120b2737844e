// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// disturbances are what a request may meet on its way.
var disturbances = []struct {
	name  string
	fault emulator.Fault
	// unseen: after a regenerate that met this, nothing shows that it was carried
	// out. It is not sent again then, and the apply fails.
	unseen bool
}{
	{"throttled for seconds", emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: time.Second}, false},
	{"throttled until a date", emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: 2 * time.Second, RetryAfterDate: true}, false},
	{"503", emulator.Fault{Kind: emulator.FaultUnavailable, RetryAfter: time.Second}, true},
	{"502 in HTML", emulator.Fault{Kind: emulator.FaultBadGateway}, true},
	{"reset before the work", emulator.Fault{Kind: emulator.FaultResetBefore}, true},
	{"reset after the work", emulator.Fault{Kind: emulator.FaultResetAfter}, false},
}

// lifeOperations are the requests of the three applies of a service's life.
var lifeOperations = []string{
	"EntraToken", "GetWorkspace", "Discovery", "GetCompute", "CreateService", "GetOperation", "GetService", "ListKeys", "RegenerateKeys",
	"PatchService", "ServiceToken", "DeleteService",
}

// In which apply they are sent first.
var (
	creating  = lifeOperations[:9]
	switching = []string{"EntraToken", "GetWorkspace", "Discovery", "GetOperation", "GetService", "PatchService", "ServiceToken"}
	deleting  = []string{"EntraToken", "GetWorkspace", "Discovery", "GetService", "DeleteService"}
)

// Every request of a service's life meets each disturbance once in every apply.
// Every apply does its work once anyway, and the plan after it is empty.
func TestAccDisturbedLife(t *testing.T) {
	t.Parallel()
	for _, disturbance := range disturbances {
		t.Run(disturbance.name, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Faults)
			disturb := func() {
				env.Emulator.ClearFaults()
				for _, operation := range lifeOperations {
					fault := disturbance.fault
					fault.Operation, fault.Times = operation, 1
					env.Emulator.Fault(fault)
				}
				env.ResetLog()
			}
			var failure expected
			key := keyWatch{env: env, name: "iris"}
			keys := env.Config(block(env, aksType, "iris", "") + primaryKey(aksType, "iris", ""))
			var steps []resource.TestStep
			if disturbance.unseen {
				steps = append(steps, resource.TestStep{PreConfig: disturb, Config: keys})
			}
			steps = append(steps,
				resource.TestStep{
					PreConfig: func() {
						if !disturbance.unseen {
							disturb()
							return
						}
						requireError(t, failure.text(t), "Could not regenerate the key", `Primary key of service "iris"`, "not sent a second time")
						if err := key.compare(true); err != nil { // the service has its first key
							t.Error(err)
						}
						if got := env.Count("RegenerateKeys"); got != 1 {
							t.Errorf("regenerate was sent %d times, want once", got)
						}
						if err := met(env, creating)(nil); err != nil {
							t.Error(err)
						}
						env.ResetLog()
					},
					Config: keys,
					Check: all(matches(env), key.changed, regenerated(env, 1), env.CheckCount("DeleteService", 0), func(state *terraform.State) error {
						if disturbance.unseen {
							return nil // they were met by the apply before
						}
						return met(env, creating)(state)
					}),
				},
				resource.TestStep{
					PreConfig: disturb,
					Config: env.Config(aksToken(env, "iris") + `
data "mlws_service_token" "iris" {
  service_id = mlws_aks_service.iris.id
}`),
					Check: all(matches(env), key.kept, regenerated(env, 0), tokenScores, met(env, switching), env.CheckCount("CreateService", 0), env.CheckCount("DeleteService", 0)),
				},
				resource.TestStep{PreConfig: disturb, Config: env.Config(aksToken(env, "iris")), Destroy: true},
			)
			env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: steps})
			requireNoError(t, &failure)
			if err := met(env, deleting)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// met is a check: a request of each operation met the disturbance.
func met(env *acctest.Env, operations []string) func(*terraform.State) error {
	return func(*terraform.State) error {
		disturbed := map[string]bool{}
		for _, request := range env.Emulator.Requests() {
			disturbed[request.Operation] = disturbed[request.Operation] || request.Fault != ""
		}
		var wrong []error
		for _, operation := range operations {
			if !disturbed[operation] {
				wrong = append(wrong, fmt.Errorf("no %s met the disturbance", operation))
			}
		}
		return errors.Join(wrong...)
	}
}

// regenerated is a check: that many regenerate requests were handled; those that
// were refused or cut off before are not counted.
func regenerated(env *acctest.Env, want int) func(*terraform.State) error {
	return func(*terraform.State) error {
		got := 0
		for _, request := range env.Emulator.Requests() {
			if request.Operation == "RegenerateKeys" && (request.Fault == "" || request.Fault == string(emulator.FaultResetAfter)) {
				got++
			}
		}
		if got != want {
			return fmt.Errorf("%d regenerate requests were carried out, want %d", got, want)
		}
		return nil
	}
}

func tokenScores(state *terraform.State) error {
	service, token := state.RootModule().Resources["mlws_aks_service.iris"], state.RootModule().Resources["data.mlws_service_token.iris"]
	if service == nil || token == nil {
		return fmt.Errorf("the service or its token is not in the state")
	}
	got, err := acctest.Score(service.Primary.Attributes["scoring_uri"], token.Primary.Attributes["access_token"])
	if err == nil && got != http.StatusOK {
		err = fmt.Errorf("scoring with the token was answered with %d", got)
	}
	return err
}

// A 409 because something else runs on the service is waited out.
func TestAccBusyService(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	busy := func(operations ...string) func() {
		return func() {
			env.ResetLog()
			for _, operation := range operations {
				env.Emulator.Fault(emulator.Fault{Operation: operation, Kind: emulator.FaultBusy, Times: 2})
			}
		}
	}
	config := func(description, trigger string) string {
		return env.Config(block(env, aksType, "iris", "description = \""+description+"\"") +
			primaryKey(aksType, "iris", "triggers = { run = \""+trigger+"\" }"))
	}
	key := keyWatch{env: env, name: "iris"}
	env.Test(t, resource.TestCase{Steps: []resource.TestStep{
		{PreConfig: busy("CreateService", "RegenerateKeys"), Config: config("one", "1"), Check: all(matches(env), key.changed, env.CheckCount("CreateService", 3), env.CheckCount("RegenerateKeys", 3))},
		{PreConfig: busy("PatchService", "RegenerateKeys"), Config: config("two", "2"), Check: all(matches(env), key.changed, env.CheckCount("PatchService", 3), env.CheckCount("RegenerateKeys", 3))},
		{PreConfig: busy("DeleteService"), Config: config("two", "2"), Destroy: true},
	}})
	if got := env.Count("DeleteService"); got != 3 {
		t.Errorf("delete was sent %d times, want 3", got)
	}
}

// A region without capacity is an error at once, which says what can be done. Nothing
// was created, nothing is in the state, and the next apply creates the service.
func TestAccNoCapacity(t *testing.T) {
	t.Parallel()
	env := start(t, acctest.Faults)
	env.Emulator.Fault(emulator.Fault{Operation: "CreateService", Kind: emulator.FaultCapacity, Times: 1})
	config := env.Config(block(env, aciType, "iris", ""))
	var failure expected
	env.Test(t, resource.TestCase{ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
		{Config: config},
		{
			PreConfig: func() {
				requireError(t, failure.text(t), "Could not create the service", `Service "iris":`, "not available in the location", "lower cpu_cores or memory_gb, or deploy to another location")
				if got := env.Count("CreateService"); got != 1 {
					t.Errorf("create was sent %d times, want once", got)
				}
			},
			Config:           config,
			ConfigPlanChecks: planned(aciType+".iris", plancheck.ResourceActionCreate),
			Check:            matches(env),
		},
	}})
	requireNoError(t, &failure)
}

// If a request fails permanently, the state still tells what the workspace has.
func TestAccLastingFault(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		operation string
		waits     string // what is called until the time of the create runs out
		says      []string
		next      plancheck.ResourceActionType // of the service, in the apply after the fault
	}{
		{"GetOperation", "GetOperation", []string{"The service was created, but did not become Healthy", "the time allowed for waiting on operation", "The last attempt to ask failed", "503"}, plancheck.ResourceActionDestroyBeforeCreate},
		{"CreateService", "GetService", []string{"Could not create the service", "503"}, plancheck.ResourceActionCreate},
	} {
		t.Run(test.operation, func(t *testing.T) {
			t.Parallel()
			env := start(t, acctest.Faults)
			env.Emulator.Fault(emulator.Fault{Operation: test.operation, Kind: emulator.FaultUnavailable})
			keepOperations(env) // a service that is Healthy would be a success
			config := env.Config(block(env, aciType, "iris", ""))
			limit := newDeadline(t, askedSince(env, "CreateService", test.waits, 1))
			var failure expected
			env.Test(t, resource.TestCase{ProtoV6ProviderFactories: limit.factories(), ErrorCheck: failure.errorCheck, Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig: func() {
						requireError(t, failure.text(t), test.says...)
						limit.passed = nil
						env.Emulator.ClearFaults()
						endOperations(env)
					},
					Config:           config,
					ConfigPlanChecks: planned(aciType+".iris", test.next),
					Check:            matches(env),
				},
			}})
			requireNoError(t, &failure)
		})
	}
}
