// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestWaitHealthy(t *testing.T) {
	state := func(s, rest string) http.HandlerFunc {
		return answer(200, `{"name":"iris","computeType":"AKS","state":"`+s+`"`+rest+`}`)
	}
	own := `,"error":{"code":"AciDeploymentFailed","message":"crashed"}`
	replicas := `,"error":null,"deploymentStatus":{"error":{"error":{"code":"Crash","message":"in the replicas"}}}`
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		want    string // empty: healthy
	}{
		"healthy":           {[]http.HandlerFunc{state("Healthy", "")}, ""},
		"not final":         {[]http.HandlerFunc{state("Transitioning", ""), state("Unhealthy", own), state("Unschedulable", ""), answer(503, ""), state("Healthy", "")}, ""},
		"failed":            {[]http.HandlerFunc{state("Transitioning", ""), state("Failed", own)}, `service "iris" is Failed: AciDeploymentFailed: crashed`},
		"failed replicas":   {[]http.HandlerFunc{state("Failed", replicas)}, `service "iris" is Failed: Crash: in the replicas`},
		"failed, no reason": {[]http.HandlerFunc{state("Failed", "")}, "the service gave no reason"},
	} {
		run(t, name, func(t *testing.T) {
			api := newWire(t)
			api.on("GET", irisPath, tc.replies...)
			service, err := api.ws.WaitHealthy(within(t, 10*time.Second), "iris")
			if tc.want == "" {
				if err != nil || service.State != azureml.StateHealthy {
					t.Fatalf("got %+v, %v", service, err)
				}
				return
			}
			var failed *azureml.DeploymentError
			if !errors.As(err, &failed) || failed.Service != "iris" || failed.State != azureml.StateFailed {
				t.Fatalf("got %T %v", err, err)
			}
			wantText(t, err, tc.want)
		})
	}
}

func TestWaitHealthyTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(200, aksService))
		_, err := api.ws.WaitHealthy(within(t, 300*time.Millisecond), "iris")
		var timeout *azureml.WaitTimeoutError
		if !errors.As(err, &timeout) || timeout.Last != "Unschedulable (Unschedulable: Couldn't Schedule)" {
			t.Fatalf("got %T %v", err, err)
		}
	})
}

func TestWaitHealthyOfNoService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newWire(t)
		api.on("GET", irisPath, answer(404, missing))
		if _, err := api.ws.WaitHealthy(within(t, 5*time.Second), "iris"); !azureml.IsNotFound(err) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestWaitDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		there := answer(200, serviceJSON("Transitioning", "", "{}"))
		api := newWire(t)
		api.on("GET", irisPath, there, answer(500, ""), there, answer(404, missing))
		if err := api.ws.WaitDeleted(within(t, 5*time.Second), "iris", azureml.OperationRef{}); err != nil {
			t.Fatal(err)
		}
		api.wantCount("GET", "/iris", 4)

		api.on("GET", irisPath, there)
		err := api.ws.WaitDeleted(within(t, 300*time.Millisecond), "iris", azureml.OperationRef{})
		wantText(t, err, `service "iris" to be gone, last seen as Transitioning`)

		api.on("GET", irisPath, answer(403, ""))
		wantText(t, api.ws.WaitDeleted(within(t, 5*time.Second), "iris", azureml.OperationRef{}), "403 Forbidden")
	})
}
