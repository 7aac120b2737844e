// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package testrequest

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Due reports whether an update ends with the test request: it sent something, the request has
// changed, or it has not succeeded yet.
func Due(plan, state types.Object, sent, pending bool) bool {
	return values.IsSet(plan) && (sent || pending || !plan.Equal(state))
}

// AfterCreate sends the test request of the plan, if there is one, to a created service, and
// marks it as pending if it fails. ctx is of the deployment; outer ends if the run is
// interrupted.
func (t Target) AfterCreate(ctx, outer context.Context, service *azureml.Service, plan types.Object, private framework.PrivateWriter) diag.Diagnostics {
	return t.after(ctx, outer, service, plan, nextAfterCreate, private)
}

// AfterUpdate is AfterCreate for an update. The service is nil if nothing was sent to it.
func (t Target) AfterUpdate(ctx, outer context.Context, service *azureml.Service, plan types.Object, private framework.PrivateWriter) diag.Diagnostics {
	if service == nil {
		found, err := t.API.GetService(ctx, t.ID.Name)
		if err != nil {
			diags := Pending.Set(ctx, private, true)
			diags.Append(diagnostics.FromError("Could not read the service", fmt.Sprintf("service %q", t.ID.Name), err))
			return diags
		}
		service = found
	}
	return t.after(ctx, outer, service, plan, nextAfterUpdate, private)
}

func (t Target) after(ctx, outer context.Context, service *azureml.Service, plan types.Object, next string, private framework.PrivateWriter) diag.Diagnostics {
	test := values.Decode[model](ctx, plan)
	if test == nil {
		return Pending.Set(ctx, private, false)
	}
	outcome, failure := request{Target: t, test: *test, next: next}.run(ctx, service)
	tflog.Info(ctx, "Tested service "+t.ID.Name, map[string]any{
		"service": t.ID.Name, "status": outcome.Answer.Status, "tries": outcome.Tries, "elapsed": outcome.Took.Round(time.Millisecond).String(),
	})
	diags := Pending.Set(ctx, private, failure != nil)
	switch {
	case failure != nil && outer.Err() != nil:
		// An interrupt says nothing about the service, and must not taint it.
		diags.AddWarning("The test request was not finished",
			fmt.Sprintf("The run was interrupted while service %q was being tested. The service is deployed and in the state; the next apply sends the test request again.", t.ID.Name))
	case failure != nil:
		diags.Append(failure)
	}
	return diags
}

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
