// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/mlws/terraform-provider-mlws/internal/acctest"
	"github.com/mlws/terraform-provider-mlws/internal/emulator"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// existing gives a test a workspace with 30 services that Terraform has not made, and
// one each of two types that it cannot make. Pages have 7 services.
func existing(t *testing.T) *acctest.Env {
	t.Helper()
	seed := emulator.DefaultSeed()
	workspace := &seed.Workspaces[0]
	image := map[string]any{"modelIds": []any{"iris:1"}}
	for i := range 30 {
		service := emulator.ServiceSeed{Name: fmt.Sprintf("svc-%02d", i), ComputeType: "AKS", Definition: map[string]any{
			"environmentImageRequest": image, "kvTags": map[string]any{"number": fmt.Sprint(i)},
		}}
		if i%2 == 0 {
			service.ComputeType = "ACI"
		} else {
			service.Definition["computeName"] = emulator.DefaultCompute
		}
		if i%10 == 3 {
			service.Definition["authEnabled"], service.Definition["aadAuthEnabled"] = false, true
		}
		workspace.Services = append(workspace.Services, service)
	}
	workspace.Services = append(workspace.Services,
		emulator.ServiceSeed{Name: "endpoint", ComputeType: "AKSENDPOINT", Definition: map[string]any{
			"authEnabled": false, "aadAuthEnabled": false, "computeName": emulator.DefaultCompute, "versions": map[string]any{"one": map[string]any{"trafficPercentile": 100}},
		}},
		emulator.ServiceSeed{Name: "module", ComputeType: "IOT"},
	)
	return emulated(t, acctest.Seed, emulator.WithSeed(seed), emulator.WithBehavior(emulator.Behavior{PageSize: 7}))
}

// The data source shows services of all types, those that it cannot manage included.
func TestAccServices(t *testing.T) {
	t.Parallel()
	env := existing(t)
	const all, other = "data.mlws_services.all", "data.mlws_service.endpoint"
	env.Test(t, resource.TestCase{
		CheckDestroy: func(*terraform.State) error { return nil }, // what was there before stays
		Steps: []resource.TestStep{{
			Config: env.Config(`
data "mlws_services" "all" {}

data "mlws_services" "some" {
  auth_mode = "token"
  tags      = { number = "13" }
}

data "mlws_service" "endpoint" {
  name = "endpoint"
}

check "nothing_is_open" {
  assert {
    condition     = alltrue([for s in data.mlws_services.some.services : !s.open_to_anyone])
    error_message = "A service is open to anyone."
  }
}

output "names" {
  value = [for s in data.mlws_services.some.services : s.name]
}

output "open" {
  value = [for s in data.mlws_services.all.services : s.name if s.open_to_anyone == true && s.compute_type != "ACI"]
}
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(all, tfjsonpath.New("services"), knownvalue.ListSizeExact(32)),
				statecheck.ExpectKnownOutputValue("names", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("svc-13")})),
				statecheck.ExpectKnownOutputValue("open", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("endpoint")})),
				statecheck.ExpectKnownValue(other, tfjsonpath.New("compute_type"), knownvalue.StringExact("AKSENDPOINT")),
				statecheck.ExpectKnownValue(other, tfjsonpath.New("auth_mode"), knownvalue.StringExact("none")),
			},
		}},
	})
}

// A query finds every service once, over all pages, and what it says of a service is
// what an import of that service reads.
func TestAccListFindsWhatAnImportReads(t *testing.T) {
	t.Parallel()
	env := existing(t)
	s := protocoltest.Connect(t, provider.New("test")(), env.ProviderArguments())
	found := 0
	for _, typeName := range []string{aciType, aksType} {
		var names []string
		for result := range s.List(t.Context(), typeName, protocoltest.Query{IncludeResource: true}) {
			if len(result.Diagnostics) > 0 {
				t.Fatal(protocoltest.Texts(result.Diagnostics))
			}
			names = append(names, result.Identity["name"].(string))
			imported := s.Import(typeName, result.Resource["id"].(string))
			if diff := cmp.Diff(imported.State, result.Resource); diff != "" {
				t.Errorf("%s (-imported +listed)\n%s", result.DisplayName, diff)
			}
		}
		slices.Sort(names)
		found += len(slices.Compact(names))
	}
	// The list of ACI has 3 pages. After 8 imports, the list of all services is read, with 5
	// pages: it answers all further imports, and is the list of AKS too.
	if pages, single := env.Count("ListServices"), env.Count("GetService"); found != 30 || pages != 8 || single != 8 {
		t.Errorf("%d services on %d pages, and %d single reads, want 30 on 8, and 8", found, pages, single)
	}
}
