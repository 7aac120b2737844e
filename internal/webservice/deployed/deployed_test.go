// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package deployed

import (
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

func TestDescribeState(t *testing.T) {
	t.Parallel()
	two, none := int64(2), int64(0)
	service := &azureml.Service{State: azureml.StateUnhealthy, DeploymentStatus: &azureml.DeploymentStatus{
		DesiredReplicas: &two, AvailableReplicas: &none, Error: &azureml.ServiceError{Message: "Too few nodes. "},
	}}
	if got := DescribeState(service, ""); got != "The service is Unhealthy: Too few nodes (0 of 2 replicas available)." {
		t.Error(got)
	}
	if got := DescribeState(service, "It failed: Too few nodes."); got != "The service is Unhealthy (0 of 2 replicas available)." {
		t.Error(got)
	}
}
