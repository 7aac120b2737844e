// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// privateUntested is the private state that remembers a test request that has
// not succeeded yet. The service then is as configured, and still the next plan
// is not empty: the apply sends the request again.
const privateUntested = "untested"

func isUntested(ctx context.Context, private framework.PrivateReader) (bool, diag.Diagnostics) {
	return framework.Flag(privateUntested).Get(ctx, private)
}

func rememberUntested(ctx context.Context, private framework.PrivateWriter, untested bool) diag.Diagnostics {
	return framework.Flag(privateUntested).Set(ctx, private, untested)
}

// planUntested plans an update that sends nothing but the test request, and
// says so, as nothing else in the plan does.
func planUntested(ctx context.Context, plan *deployment, private framework.PrivateReader) diag.Diagnostics {
	untested, diags := isUntested(ctx, private)
	if !untested || plan.TestRequest.IsNull() {
		return diags
	}
	plan.State, plan.UpdatedAt = types.StringUnknown(), types.StringUnknown()
	diags.AddAttributeWarning(path.Root("test_request"), "The test request has not succeeded yet",
		"An earlier apply deployed this service, and its test request did not succeed after that. This apply sends it again.")
	return diags
}
