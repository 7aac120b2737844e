// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/acctest/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// crowds are the tests of faults.Crowds, by their names.
var crowds = map[string]func(t *testing.T, c *crowd){
	"two runs create one service":                                   twoCreate,
	"two runs change one service":                                   twoChange,
	"two runs delete one service":                                   twoDelete,
	"two runs regenerate one key":                                   twoRegenerate,
	"a key and a rotation on one service":                           keyAndRotation,
	"60 services with -parallelism=50, and 20 % of all answers 429": manyServices,
}

// crowd is a workspace in which several things happen at once.
type crowd struct {
	env *acctest.Env
	// one and other are two directories, each with a state of its own.
	one, other *acctest.CLI
}

// Changes at the same time end as they should, by exactly the right calls.
func TestAccCrowds(t *testing.T) {
	t.Parallel()
	listed := faults.Crowds()
	if len(listed) != len(crowds) {
		t.Errorf("%d are listed, and %d have a test", len(listed), len(crowds))
	}
	for _, happens := range listed {
		t.Run(happens.Name, func(t *testing.T) {
			t.Parallel()
			test := crowds[happens.Name]
			if test == nil {
				t.Fatal("there is no test of it")
			}
			env := acctest.StartEmulated(t, acctest.Faults, emulator.WithOperationDuration(20*time.Millisecond))
			c := &crowd{env: env, one: env.NewCLI(t, ""), other: env.NewCLI(t, "")}
			test(t, c)
			for _, kind := range []faults.Kind{faults.Creates, faults.Deletes, faults.Regenerates} {
				if got := carriedOut(env, kind); got != happens.Made[kind] {
					t.Errorf("%v were carried out %d times, want %d", kind.Changes(), got, happens.Made[kind])
				}
			}
		})
	}
}

const described = `
resource "mlws_aks_service" "iris" {
  name         = "iris"
  model_ids    = ["iris:1"]
  compute_name = "aks-demo"
  description  = %q
}
`

const withKey = `
resource "mlws_service_key" "primary" {
  service_id = mlws_aks_service.iris.id
  key_type   = "Primary"
}
`

// deploy deploys a service from the first directory, which the second one then has in
// its state too.
func (c *crowd) deploy(t *testing.T) {
	t.Helper()
	c.one.Write(c.env.Config(fmt.Sprintf(described, "before")))
	succeed(t, terraform(t, c.one, apply...))
	state, err := os.ReadFile(filepath.Join(c.one.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(c.other.Dir, "terraform.tfstate"), string(state))
	c.env.ResetLog()
}

func succeed(t *testing.T, r report) {
	t.Helper()
	if r.failed {
		t.Errorf("the run failed:\n%s", r.text)
	}
}

// both applies in both directories. What the first one starts lasts until the second
// one has sent its own request.
func (c *crowd) both(t *testing.T, call string) (one, other report) {
	t.Helper()
	c.env.Emulator.SetOperationDuration(time.Hour)
	first := start(t, c.one, apply...)
	if !first.await(func() bool { return c.env.Count(call) > 0 && c.env.Count("GetOperation") > 0 }) {
		t.Fatalf("the first run ended too early:\n%s", first.output.String())
	}
	second := start(t, c.other, apply...)
	second.await(func() bool { return c.env.Count(call) > 1 })
	c.env.Emulator.SetOperationDuration(20 * time.Millisecond)
	return first.wait(t), second.wait(t)
}

func (c *crowd) requirePlan(t *testing.T, cli *acctest.CLI, want string) {
	t.Helper()
	if next := terraform(t, cli, "plan", "-json"); next.failed || fmt.Sprint(next.Planned) != want {
		t.Errorf("the plan is %v (failed: %t), want %s:\n%s", next.Planned, next.failed, want, next.text)
	}
}

func twoCreate(t *testing.T, c *crowd) {
	for _, cli := range []*acctest.CLI{c.one, c.other} {
		cli.Write(c.env.Config(fmt.Sprintf(described, "mine")))
	}
	one, other := c.both(t, "CreateService")
	succeed(t, one)
	if !other.failed || len(other.Errors) != 1 {
		t.Fatalf("want one error:\n%s", other.text)
	}
	for _, fault := range faultsOfForm(other.Errors[0], `"iris"`) {
		t.Errorf("the error %s:\n%s", fault, other.Errors[0])
	}
	c.other.Write(c.env.Config(fmt.Sprintf(described, "mine") + importBlock.FindString(other.Errors[0].Detail) + "\n"))
	succeed(t, terraform(t, c.other, apply...))
	c.requirePlan(t, c.one, "map[]")
	c.requirePlan(t, c.other, "map[]")
}

func twoChange(t *testing.T, c *crowd) {
	c.deploy(t)
	c.one.Write(c.env.Config(fmt.Sprintf(described, "first")))
	c.other.Write(c.env.Config(fmt.Sprintf(described, "second")))
	one, other := c.both(t, "PatchService")
	succeed(t, one)
	succeed(t, other)
	c.requirePlan(t, c.one, "map[mlws_aks_service.iris:update]")
	c.requirePlan(t, c.other, "map[]")
}

func twoDelete(t *testing.T, c *crowd) {
	c.deploy(t)
	for _, cli := range []*acctest.CLI{c.one, c.other} {
		cli.Write(c.env.Config(""))
	}
	one, other := c.both(t, "DeleteService")
	succeed(t, one)
	succeed(t, other)
	if err := c.env.CheckNothingLeft(nil); err != nil {
		t.Error(err)
	}
}

func twoRegenerate(t *testing.T, c *crowd) {
	c.deploy(t)
	for _, cli := range []*acctest.CLI{c.one, c.other} {
		cli.Write(c.env.Config(fmt.Sprintf(described, "before") + withKey))
	}
	one, other := c.both(t, "RegenerateKeys")
	succeed(t, one)
	succeed(t, other)
	succeed(t, terraform(t, c.one, apply...))
	live, _ := c.env.Emulator.Keys(c.env.WorkspaceID, "iris")
	for _, cli := range []*acctest.CLI{c.one, c.other} {
		state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
		if err != nil || live == "" || !strings.Contains(string(state), live) {
			t.Errorf("the live key is not in both states (%v)", err)
		}
		c.requirePlan(t, cli, "map[]")
	}
}

func keyAndRotation(t *testing.T, c *crowd) {
	c.deploy(t)
	c.one.Write(c.env.Config(fmt.Sprintf(described, "before") + withKey + `
resource "mlws_service_key_rotation" "keys" {
  service_id = mlws_aks_service.iris.id
}
`))
	succeed(t, terraform(t, c.one, apply...))
	primary, secondary := c.env.Emulator.Keys(c.env.WorkspaceID, "iris")
	state, err := os.ReadFile(filepath.Join(c.one.Dir, "terraform.tfstate"))
	if err != nil || !strings.Contains(string(state), primary) || !strings.Contains(string(state), secondary) {
		t.Errorf("the live keys are not in the state (%v)", err)
	}
	c.requirePlan(t, c.one, "map[]")
}

func manyServices(t *testing.T, c *crowd) {
	config := fmt.Sprintf(`
resource "mlws_aks_service" "many" {
  count        = %d
  name         = "many-${count.index}"
  model_ids    = ["iris:1"]
  compute_name = "aks-demo"
}
`, faults.CrowdOfServices)
	throttle := emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: time.Second, Probability: faults.CrowdThrottledPart}
	parallelism := fmt.Sprintf("-parallelism=%d", faults.CrowdParallelism)
	many := append(slices.Clone(apply), parallelism)
	c.env.Emulator.Fault(throttle)
	c.one.Write(c.env.Config(config))
	succeed(t, terraform(t, c.one, many...))
	if got := len(c.env.Emulator.ServiceNames(c.env.WorkspaceID)); got != faults.CrowdOfServices {
		t.Errorf("%d services, want %d", got, faults.CrowdOfServices)
	}
	c.requirePlan(t, c.one, "map[]")
	c.one.Write(c.env.Config(""))
	succeed(t, terraform(t, c.one, many...))
	throttled := 0
	for _, request := range c.env.Requests() {
		if request.Fault != "" {
			throttled++
		}
	}
	if part := float64(throttled) / float64(len(c.env.Requests())); part < faults.CrowdThrottledPart/2 {
		t.Errorf("%.0f %% of the requests were throttled", 100*part)
	}
	if err := c.env.CheckNothingLeft(nil); err != nil {
		t.Error(err)
	}
}
