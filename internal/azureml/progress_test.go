// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// A wait tells its observer of each change once.
func TestProgressOfAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		step := func(state, sub string) string {
			return `{"id":"op","state":"` + state + `","operationDetails":{"subOperationType":"` + sub + `","subOperationState":"x"}}`
		}
		api.on("GET", mmPath+"/operations/op", answer(200, step("NotStarted", "")), answer(200, step("Running", "BuildImage")), answer(200, step("Running", "BuildImage")),
			answer(503, ""), answer(200, step("Running", "BuildImage")), answer(200, step("Running", "DeployService")), answer(200, step("Succeeded", "DeployService")))
		var seen []string
		last := time.Duration(-1)
		ctx := azureml.WithProgress(t.Context(), func(p azureml.Progress) {
			seen = append(seen, p.What+": "+p.State)
			if p.Elapsed < last {
				t.Errorf("%s after %s", p.Elapsed, last)
			}
			last = p.Elapsed
		})
		if err := api.ws.WaitOperation(ctx, azureml.OperationRef{ID: "op"}); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"operation op: NotStarted", "operation op: Running (BuildImage)", "operation op: Running (DeployService)", "operation op: Succeeded (DeployService)",
		}
		if !slices.Equal(seen, want) {
			t.Errorf("seen %q", seen)
		}
	})
}

func TestProgressOfADeployment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		service := func(state string) string { return `{"name":"iris","computeType":"AKS","state":"` + state + `"}` }
		api.on("GET", mmPath+"/services/iris", answer(200, service("Transitioning")), answer(200, service("Transitioning")), answer(200, service("Healthy")))
		var seen []string
		ctx := azureml.WithProgress(t.Context(), func(p azureml.Progress) { seen = append(seen, p.What+": "+p.State) })
		if _, err := api.ws.WaitHealthy(ctx, "iris"); err != nil {
			t.Fatal(err)
		}
		if want := []string{`service "iris" to be Healthy: Transitioning`, `service "iris" to be Healthy: Healthy`}; !slices.Equal(seen, want) {
			t.Errorf("seen %q", seen)
		}
	})
}

func TestEnvironmentIdentity(t *testing.T) {
	for definition, want := range map[string][2]string{
		`{"name":"e","version":"3"}`: {"e", "3"}, `{"name":"e","version":3}`: {"e", "3"}, `{"name":null}`: {"", ""}, `{}`: {"", ""},
	} {
		if name, version := azureml.EnvironmentIdentity([]byte(definition)); name != want[0] || version != want[1] {
			t.Errorf("%s is %q in version %q", definition, name, version)
		}
	}
}
