// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package deployed is what errors and warnings show of a service as it runs: its
// state, and the end of its container log without secrets.
package deployed

import (
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// DescribeState says in one sentence which state the service is in, and why, if
// the API says why and the text before it does not.
func DescribeState(service *azureml.Service, before string) string {
	text := fmt.Sprintf("The service is %s", service.State)
	why := strings.TrimSuffix(strings.Join(strings.Fields(Cause(service)), " "), ".")
	if why != "" && !strings.Contains(before, why) {
		text += ": " + why
	}
	if status := service.DeploymentStatus; status != nil && status.DesiredReplicas != nil && status.AvailableReplicas != nil {
		text += fmt.Sprintf(" (%d of %d replicas available)", *status.AvailableReplicas, *status.DesiredReplicas)
	}
	return text + "."
}

// Cause returns why a service failed, as the service or else its deployment says; ""
// if neither does.
func Cause(service *azureml.Service) string {
	if service.Error != nil && service.Error.Message != "" {
		return service.Error.Message
	}
	if status := service.DeploymentStatus; status != nil && status.Error != nil {
		return status.Error.Message
	}
	return ""
}
