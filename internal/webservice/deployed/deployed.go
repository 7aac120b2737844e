// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package deployed is what errors and warnings show of a service as it runs: its
// state, and the end of its container log without secrets.
package deployed

import (
	"context"
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// A message shows the last logLines lines of the container log, and no more than
// maxLog bytes of them.
const (
	logLines = 20
	maxLog   = 8 << 10
)

// DescribeState says in one sentence which state the service is in, and why, if
// the API says why.
func DescribeState(service *azureml.Service) string {
	text := fmt.Sprintf("The service is %s", service.State)
	cause := service.Error
	if cause == nil && service.DeploymentStatus != nil {
		cause = service.DeploymentStatus.Error
	}
	if cause != nil && cause.Message != "" {
		text += ": " + strings.TrimSuffix(strings.TrimSpace(cause.Message), ".")
	}
	if status := service.DeploymentStatus; status != nil && status.DesiredReplicas != nil && status.AvailableReplicas != nil {
		text += fmt.Sprintf(" (%d of %d replicas available)", *status.AvailableReplicas, *status.DesiredReplicas)
	}
	return text + "."
}

// LogTail returns the paragraph with the end of the container log; empty if there
// is none. The author of the code may have logged secrets: they are removed.
func LogTail(ctx context.Context, api *azureml.Workspace, name string, secrets redact.Secrets) string {
	log, err := api.ServiceLogs(ctx, name, logLines)
	if tail := lastLines(secrets.QuoteEnd(log, maxLog), logLines); err == nil && tail != "" {
		return "The end of the container log:\n" + tail
	}
	return ""
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > count {
		lines = lines[len(lines)-count:]
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
