// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// privateUnfinished is the private state that remembers an update that was
// accepted and did not end well. The service then describes itself as it was asked
// to be, so that no attribute differs, and only this makes the next apply go on.
// A create needs none: Terraform marks what it created as tainted.
const privateUnfinished = "unfinished"

func isUnfinished(ctx context.Context, private framework.PrivateReader) (bool, diag.Diagnostics) {
	return framework.Flag(privateUnfinished).Get(ctx, private)
}

func rememberUnfinished(ctx context.Context, private framework.PrivateWriter, unfinished bool) diag.Diagnostics {
	return framework.Flag(privateUnfinished).Set(ctx, private, unfinished)
}

// forgetUnfinished clears the marker if it is set.
func forgetUnfinished(ctx context.Context, before framework.PrivateReader, after framework.PrivateWriter) diag.Diagnostics {
	return framework.Flag(privateUnfinished).Change(ctx, before, after, false)
}

// needsOverwrite reports whether an update has to deploy over the running
// service: for what the API cannot patch, and to recover a deployment that
// failed, or that an unfinished update left unhealthy.
func needsOverwrite(plan, state deployment, unfinished bool) bool {
	switch azureml.ServiceState(state.State.ValueString()) {
	case azureml.StateFailed:
		return true
	case azureml.StateUnhealthy, azureml.StateUnschedulable:
		if unfinished {
			return true
		}
	}
	return len(changedBy(plan, state, overwrites)) > 0
}

// needsWait reports whether an unfinished update is still going on.
func needsWait(state deployment, unfinished bool) bool {
	return unfinished && state.State.ValueString() == string(azureml.StateTransitioning)
}
