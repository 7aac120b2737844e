// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// ModifyPlan plans a rotation as a change in place: which slot is in use has to
// survive it. The new active slot is known in the plan; its key is not, so that
// everything that depends on the key is planned to change in the same apply.
func (r *rotationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	var plan rotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		plan.planCreate()
		r.warnOfBothSlots(plan, resp)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	var state rotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	due, diags := framework.Flag(privateDue).Get(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	external, diags := framework.Flag(privateExternal).Get(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	decision := no
	if due {
		decision = max(decision, stillDue(plan.RotateAfter, state.RotateAfter))
	}
	if external {
		decision = max(decision, answersByRotation(plan.OnExternalRotation))
	}
	switch max(decision, triggered(state.Triggers, plan.Triggers)) {
	case yes:
		plan.planRotation(state)
		r.warnOfBothSlots(plan, resp)
	case maybe:
		plan.planUndecided(state)
	case no:
		plan.planKept(state)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *rotationResource) warnOfBothSlots(plan rotationModel, resp *resource.ModifyPlanResponse) {
	if plan.ServiceID.IsUnknown() || plan.ActiveKeyType.IsUnknown() {
		return
	}
	resp.Diagnostics.Append(r.rotations.warnOfBoth(r.Data, path.Root("service_id"), plan.ServiceID.ValueString(), plan.activeSlot())...)
}

func (m *rotationModel) planCreate() {
	m.ID = types.StringUnknown()
	if !m.ServiceID.IsUnknown() {
		m.ID = types.StringValue(rotationID(m.ServiceID.ValueString()))
	}
	// Not first_key_type: a replacement goes on from its predecessor's slot.
	m.ActiveKeyType = types.StringUnknown()
	m.planNewKey()
}

func (m *rotationModel) planRotation(state rotationModel) {
	m.ID = state.ID
	m.ActiveKeyType = types.StringValue(string(otherSlot(state.activeSlot())))
	m.planNewKey()
}

// planUndecided leaves everything open that a rotation would change: the same
// plan is made again in the apply, when it is known whether there is one.
func (m *rotationModel) planUndecided(state rotationModel) {
	m.ID = state.ID
	m.ActiveKeyType = types.StringUnknown()
	m.planNewKey()
}

func (m *rotationModel) planNewKey() {
	m.ActiveKey = stored(m.StoreKey, types.StringUnknown())
	m.ActiveKeyFingerprint = types.StringUnknown()
	m.RotatedAt = types.StringUnknown()
	m.NextRotationAt = nextRotation(m.RotatedAt, m.RotateAfter)
}

func (m *rotationModel) planKept(state rotationModel) {
	m.ID, m.ActiveKeyType, m.RotatedAt, m.ActiveKeyFingerprint = state.ID, state.ActiveKeyType, state.RotatedAt, state.ActiveKeyFingerprint
	m.ActiveKey = stored(m.StoreKey, state.ActiveKey)
	if m.ActiveKey.IsNull() && isStored(m.StoreKey) {
		m.ActiveKey = types.StringUnknown() // it was not stored so far, and is read during the apply
	}
	m.NextRotationAt = planSchedule(state.RotatedAt, state.RotateAfter, m.RotateAfter, state.NextRotationAt)
}
