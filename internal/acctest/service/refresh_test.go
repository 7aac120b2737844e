// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
)

func TestAccServiceDisappears(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := start(t)
			config := env.Config(block(env, typeName, "iris", nil))
			env.Test(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig:        env.Remove(t, env.Name("iris")),
					Config:           config,
					ConfigPlanChecks: planned(typeName+".iris", plancheck.ResourceActionCreate),
					Check:            all(env.CheckCount("CreateService", 1), env.CheckCount("DeleteService", 0)),
				},
			}})
		})
	}
}

// A refresh of one service is one GET.
func TestAccServiceRefresh(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{aciType, aksType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			env := emulated(t, acctest.Log)
			cli := env.NewCLI(t, env.Config(block(env, typeName, "iris", attrs{"inference_config": registeredEnvironment})))
			if output, err := cli.Run("apply", "-auto-approve"); err != nil {
				t.Fatal(err, output)
			}
			for _, command := range [][]string{{"plan", "-detailed-exitcode"}, {"apply", "-refresh-only", "-auto-approve"}} {
				env.ResetLog()
				if output, err := cli.Run(command...); err != nil {
					t.Fatalf("%v: %v\n%s", command, err, output)
				}
				if err := all(env.CheckCount("GetService", 1), env.CheckCount("ListServices", 0), env.CheckCount("ListKeys", 0))(&terraform.State{}); err != nil {
					t.Errorf("%v: %v", command, err)
				}
				if calls := env.Calls(); len(calls) > 0 {
					t.Errorf("%v: changing calls: %v", command, calls)
				}
			}
		})
	}
}
