// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// reporting has each change that a wait within the context sees written to the
// log, at info: building an image takes many minutes, in which Terraform says
// nothing but "Still creating".
func reporting(ctx context.Context, doing, service string) context.Context {
	return azureml.WithProgress(ctx, func(p azureml.Progress) {
		// What follows the state of an operation is the step that it has reached;
		// what follows that of a service is text that others wrote, which an error shows without its secrets.
		state, step, _ := strings.Cut(strings.TrimSuffix(p.State, ")"), " (")
		fields := map[string]any{
			"service": service, "waiting_for": p.What, "state": state, "elapsed": p.Elapsed.Round(time.Millisecond).String(),
		}
		if !strings.HasPrefix(p.What, "operation ") {
			step = ""
		}
		if step != "" {
			fields["step"] = step
		}
		tflog.Info(ctx, fmt.Sprintf("%s service %s: %s", doing, service, strings.TrimSpace(state+" "+step)), fields)
	})
}
