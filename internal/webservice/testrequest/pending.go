// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package testrequest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Pending marks a service with a test request that has not succeeded yet. The service
// is as configured, and the next plan has to be an update.
const Pending framework.Flag = "untested"

// PlanPending reports whether the apply has to send the test request of the plan
// again, and warns so: nothing else in the plan shows it.
func PlanPending(ctx context.Context, plan types.Object, private framework.PrivateReader, diags *diag.Diagnostics) bool {
	if !Pending.Get(ctx, private, diags) || plan.IsNull() {
		return false
	}
	diags.AddAttributeWarning(path.Root("test_request"), "The test request has not succeeded yet",
		"An earlier apply deployed this service, and its test request did not succeed after that. This apply sends it again.")
	return true
}
