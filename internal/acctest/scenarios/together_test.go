// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// A plan of many services costs pages of the list, and one token, discovery and look-up of
// the workspace. A plan of few costs a read of each.
func TestAccPlanOfManyServices(t *testing.T) {
	t.Parallel()
	const many, pageSize = 50, 20
	env := start(t, acctest.Log, emulator.WithBehavior(emulator.Behavior{PageSize: pageSize}))
	config := func(n int, more string) string {
		return env.Config(fmt.Sprintf(`
resource "mlws_aci_service" "all" {
  count        = %d
  name         = "%s-${count.index}"
  model_ids    = [%q]
  auth_enabled = true
}
%s`, n, env.Name("all"), env.Model, more))
	}
	const keys = `
resource "mlws_service_key" "all" {
  count      = length(mlws_aci_service.all)
  service_id = mlws_aci_service.all[count.index].id
  key_type   = "Primary"
}
`
	const data = `
data "mlws_service" "all" {
  count      = length(mlws_aci_service.all)
  service_id = mlws_aci_service.all[count.index].id
}
`
	cli := env.NewCLI(t, config(many, keys))
	if output, err := cli.Run("apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	const few, pages = 8, (many + pageSize - 1) / pageSize // reads of single services, before the list is read
	once := map[string]int{"EntraToken": 1, "OpenIDConfiguration": 1, "GetWorkspace": 1, "Discovery": 1}
	for _, plan := range []struct {
		name   string
		config string
		want   map[string]int
	}{
		{"services", config(many, keys), map[string]int{"GetService": few, "ListServices": pages, "ListKeys": many}},
		{"services and data sources", config(many, keys+data), map[string]int{"GetService": few, "ListServices": pages, "ListKeys": many}},
		{"one service", config(1, ""), map[string]int{"GetService": 1}},
	} {
		args := []string{"plan"}
		if plan.want["GetService"] == 1 { // of the others, nothing is asked
			args = append(args, "-target=mlws_aci_service.all[0]")
		}
		env.ResetLog()
		cli.Write(plan.config)
		if output, err := cli.Run(args...); err != nil {
			t.Fatalf("%s: %v\n%s", plan.name, err, output)
		}
		want, got := maps.Clone(once), map[string]int{}
		maps.Copy(want, plan.want)
		for _, request := range env.Requests() {
			got[request.Operation]++
		}
		if !maps.Equal(got, want) {
			t.Errorf("a plan of %s sent %v, want %v", plan.name, got, want)
		}
	}
	cli.Write(env.Config(""))
	if output, err := cli.Run("apply", "-auto-approve"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if err := env.CheckNothingLeft(nil); err != nil {
		t.Error(err)
	}
}
