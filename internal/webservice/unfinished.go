// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// unfinished marks an update that was accepted and then failed. The service describes
// itself as requested, so no attribute differs, and only this makes the next apply
// continue. A create needs no mark: Terraform taints what it created.
const unfinished framework.Flag = "unfinished"

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
