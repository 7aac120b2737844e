// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var (
	_ resource.ResourceWithConfigure   = (*rotationResource)(nil)
	_ resource.ResourceWithImportState = (*rotationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*rotationResource)(nil)
)

// rotationResource is mlws_service_key_rotation. Its invariant: the key that
// the state calls active is never regenerated. So a run that dies anywhere
// between a regenerate and the state leaves the active key valid, and the next
// run regenerates the same, unused slot again.
//
// It has no identity: which slot is active is part of what an import must say,
// and changes, as an identity may not.
type rotationResource struct {
	framework.Resource
	rotations *rotations
}

// Create makes the first rotation. The slot that it regenerates does not depend
// on anything that a crash could lose.
func (r *rotationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan rotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	slot := plan.firstSlot()
	// A replacement in the same run knows which slot its predecessor had in use.
	if active, found := r.rotations.takeActive(plan.ServiceID.ValueString()); found {
		slot = otherSlot(active)
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	result, diags := r.rotate(ctx, plan, slot, regeneration{timeout: timeout, after: afterCreate})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	salt, diags := newSalt(ctx, resp.Private)
	resp.Diagnostics.Append(diags...)
	r.record(&plan, result, slot, salt)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(result.proof...)
}

// Update rotates where the plan says so: the planned rotated_at is unknown.
func (r *rotationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state rotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	salt, diags := saltOf(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	if plan.RotatedAt.IsUnknown() {
		timeout, diags := plan.Timeouts.Update(ctx, defaultCreateTimeout)
		resp.Diagnostics.Append(diags...)
		slot := otherSlot(state.activeSlot())
		result, diags := r.rotate(ctx, plan, slot, regeneration{timeout: timeout, after: afterUpdate})
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		r.record(&plan, result, slot, salt)
		resp.Diagnostics.Append(result.proof...)
	} else {
		resp.Diagnostics.Append(r.settle(ctx, &plan, salt)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	resp.Diagnostics.Append(framework.Flag(privateDue).Change(ctx, req.Private, resp.Private, false)...)
	resp.Diagnostics.Append(framework.Flag(privateExternal).Change(ctx, req.Private, resp.Private, false)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *rotationResource) rotate(ctx context.Context, plan rotationModel, slot azureml.KeyType, with regeneration) (rotated, diag.Diagnostics) {
	service, diags := refer(r.Data, plan.ServiceID.ValueString())
	if diags.HasError() {
		return rotated{}, diags
	}
	with.service, with.slot, with.verify = service, slot, plan.Verify.ValueBool()
	result, moreDiags := with.run(ctx)
	diags.Append(moreDiags...)
	if !diags.HasError() {
		r.rotations.done(plan.ServiceID.ValueString(), slot)
	}
	return result, diags
}

// record makes the regenerated slot the active one.
func (r *rotationResource) record(plan *rotationModel, result rotated, slot azureml.KeyType, salt fingerprint.Salt) {
	plan.ID = types.StringValue(rotationID(plan.ServiceID.ValueString()))
	plan.ActiveKeyType = types.StringValue(string(slot))
	plan.hold(result.keys.Slot(slot), salt)
	plan.RotatedAt = timestamp(r.Data.Clock.Now())
	plan.NextRotationAt = nextRotation(plan.RotatedAt, plan.RotateAfter)
}

// settle carries out a change that rotates nothing.
func (r *rotationResource) settle(ctx context.Context, plan *rotationModel, salt fingerprint.Salt) diag.Diagnostics {
	if plan.NextRotationAt.IsUnknown() {
		plan.NextRotationAt = scheduleFrom(r.Data.Clock.Now(), plan.RotateAfter)
	}
	if !plan.ActiveKey.IsUnknown() {
		return nil
	}
	service, diags := refer(r.Data, plan.ServiceID.ValueString())
	if diags.HasError() {
		return diags
	}
	key, moreDiags := service.unchangedKey(ctx, plan.activeSlot(), plan.ActiveKeyFingerprint, salt)
	diags.Append(moreDiags...)
	plan.ActiveKey = key
	return diags
}

// Delete leaves both keys as they are.
func (r *rotationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state rotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.rotations.leaveActive(state.ServiceID.ValueString(), state.activeSlot())
	}
}

// ImportState takes the id of the key that is in use. As with a single key, its
// value stays out of the state until a plan finds that it is wanted there.
func (r *rotationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.Data == nil {
		return
	}
	service, slot, err := parseKeyID(req.ID, r.Data.Workspace)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", capitalizeFirst(err.Error())+". The key type is that of the key in use.")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), rotationID(service.String()))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("service_id"), service.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("active_key_type"), string(slot))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("store_key"), false)...)
}
