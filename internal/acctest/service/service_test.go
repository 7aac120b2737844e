// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

const (
	aciType = "mlws_aci_service"
	aksType = "mlws_aks_service"
)

// start gives a test an emulator with short operations, or a real workspace.
func start(t *testing.T, options ...emulator.Option) *acctest.Env {
	t.Helper()
	return acctest.Start(t, append([]emulator.Option{short}, options...)...)
}

// emulated is start for a test that needs the emulator.
func emulated(t *testing.T, needs acctest.Power, options ...emulator.Option) *acctest.Env {
	t.Helper()
	return acctest.StartEmulated(t, needs, append([]emulator.Option{short}, options...)...)
}

// short are operations that do not keep a test waiting.
var short = emulator.WithOperationDuration(20 * time.Millisecond)

// attrs are the arguments of a block, as HCL expressions. An empty expression
// takes an argument of the base away.
type attrs map[string]string

// over returns these arguments with others on top.
func (a attrs) over(base attrs) attrs {
	all := maps.Clone(base)
	maps.Copy(all, a)
	return all
}

// body is the inside of a block.
func (a attrs) body() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if a[name] != "" {
			fmt.Fprintf(&text, "  %s = %s\n", name, a[name])
		}
	}
	return text.String()
}

// block is a service of that label, which is its name too unless the arguments name it.
func block(env *acctest.Env, typeName, label string, arguments attrs) string {
	base := attrs{
		"name":      fmt.Sprintf("%q", env.Name(label)),
		"model_ids": fmt.Sprintf("[%q]", env.Model),
	}
	if typeName == aciType {
		base["auth_enabled"] = "true"
	} else {
		base["compute_name"] = fmt.Sprintf("%q", env.Compute)
	}
	return fmt.Sprintf("resource %q %q {\n%s}\n", typeName, label, standIns(env).Replace(arguments.over(base).body()))
}

// change is one attribute that changes on a service of its own. The services of
// a table are deployed and changed together, by one apply each.
type change struct {
	label         string
	first, second attrs
	// patch is the one JSON Patch that has to be sent.
	patch string
}

// configs are the configurations before and after all changes of a table.
func configs(env *acctest.Env, typeName string, changes []change) (before, after string) {
	var first, second strings.Builder
	for _, c := range changes {
		first.WriteString(block(env, typeName, c.label, c.first))
		second.WriteString(block(env, typeName, c.label, c.second))
	}
	return env.Config(first.String()), env.Config(second.String())
}

// actions expects this action on the service of every change.
func actions(typeName string, changes []change, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	var checks []plancheck.PlanCheck
	for _, c := range changes {
		checks = append(checks, plancheck.ExpectResourceAction(typeName+"."+c.label, action))
	}
	return resource.ConfigPlanChecks{PreApply: checks}
}

// patches is a check: every service got its one PATCH, and nothing else that
// changes something was called.
func patches(env *acctest.Env, changes []change) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		var wrong []string
		for _, c := range changes {
			if err := env.CheckOnlyPatchOf(env.Name(c.label), c.patch)(state); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %v", c.label, err))
			}
		}
		if calls := env.Calls(); env.Emulator != nil && len(calls) != len(changes) {
			wrong = append(wrong, fmt.Sprintf("%d changing calls, want %d: %v", len(calls), len(changes), calls))
		}
		return joined(wrong)
	}
}

func joined(wrong []string) error {
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(wrong, "\n"))
}

// The tests say these often.
var (
	all       = resource.ComposeTestCheckFunc
	planned   = acctest.Planned
	emptyPlan = acctest.EmptyPlan
)

// sent returns the requests of an operation on one service; a create names it in its body.
func sent(env *acctest.Env, operation, name string) []emulator.Request {
	var found []emulator.Request
	for _, request := range env.Requests() {
		target, err := url.Parse(request.Path)
		if request.Operation != operation || err != nil {
			continue
		}
		if path.Base(target.Path) == name || operation == "CreateService" && strings.Contains(request.Body, fmt.Sprintf("%q:%q", "name", name)) {
			found = append(found, request)
		}
	}
	return found
}

// attribute returns an attribute of a resource in the state.
func attribute(state *terraform.State, address, name string) (string, error) {
	found, ok := state.RootModule().Resources[address]
	if !ok {
		return "", fmt.Errorf("%s is not in the state", address)
	}
	return found.Primary.Attributes[name], nil
}
