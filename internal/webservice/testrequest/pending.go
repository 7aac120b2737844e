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

// pending is the private state that remembers a test request that has not succeeded
// yet. The service is as configured then, and the next plan has to be an update.
const pending = framework.Flag("untested")

// IsPending reports whether an earlier apply left a test request that has still to
// succeed.
func IsPending(ctx context.Context, private framework.PrivateReader) (bool, diag.Diagnostics) {
	return pending.Get(ctx, private)
}

// SetPending remembers whether the test request has still to succeed.
func SetPending(ctx context.Context, private framework.PrivateWriter, value bool) diag.Diagnostics {
	return pending.Set(ctx, private, value)
}

// PlanPending reports whether the apply has to send the test request of the plan
// again, and warns so: nothing else in the plan shows it.
func PlanPending(ctx context.Context, plan types.Object, private framework.PrivateReader) (bool, diag.Diagnostics) {
	again, diags := IsPending(ctx, private)
	if !again || plan.IsNull() {
		return false, diags
	}
	diags.AddAttributeWarning(path.Root("test_request"), "The test request has not succeeded yet",
		"An earlier apply deployed this service, and its test request did not succeed after that. This apply sends it again.")
	return true, diags
}
