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
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// ModifyPlan plans the computed attributes, and the replacements that no
// attribute of the configuration causes: an age that is over, and a rotation
// by somebody else. Both were found out by the refresh, because a plan is made
// again during the apply and has to come to the same result there.
func (r *keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	var plan keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		plan.planCreate()
		resp.Diagnostics.Append(r.warnOfBoth(plan)...)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	var state keyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	due, diags := framework.Flag(privateDue).Get(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	external, diags := framework.Flag(privateExternal).Get(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.planUpdate(state)
	// Terraform shows these as "forces replacement": the reason of the rotation.
	// A value that is not known yet does not take a reason away: this plan is
	// made again when it is known, and cannot turn into a replacement then.
	if due && stillDue(plan.RotateAfter, state.RotateAfter) != no {
		plan.NextRotationAt = types.StringUnknown()
		resp.RequiresReplace.Append(path.Root("next_rotation_at"))
	}
	if external && answersByRotation(plan.OnExternalRotation) != no {
		plan.KeyFingerprint = types.StringUnknown()
		resp.RequiresReplace.Append(path.Root("key_fingerprint"))
	}
	// Terraform plans a replacement as a create too, and shows no warning of that.
	if len(resp.RequiresReplace) > 0 || plan.replaces(state) {
		resp.Diagnostics.Append(r.warnOfBoth(plan)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (r *keyResource) warnOfBoth(plan keyModel) diag.Diagnostics {
	if plan.ServiceID.IsUnknown() || plan.KeyType.IsUnknown() {
		return nil
	}
	return r.rotations.warnOfBoth(r.Data, path.Root("key_type"), plan.ServiceID.ValueString(), plan.slot())
}

// replaces repeats what the attributes' plan modifiers say, which a plan of the
// whole resource is not told.
func (m *keyModel) replaces(state keyModel) bool {
	return !m.ServiceID.Equal(state.ServiceID) || !m.KeyType.Equal(state.KeyType) || triggered(state.Triggers, m.Triggers) != no ||
		!m.KeyValueVersion.IsNull() && !m.KeyValueVersion.Equal(state.KeyValueVersion)
}

func (m *keyModel) planCreate() {
	m.ID = types.StringUnknown()
	if !m.ServiceID.IsUnknown() && !m.KeyType.IsUnknown() {
		m.ID = types.StringValue(keyID(m.ServiceID.ValueString(), m.KeyType.ValueString()))
	}
	m.Key = stored(m.StoreKey, types.StringUnknown())
	m.KeyFingerprint = types.StringUnknown()
	m.RotatedAt = types.StringUnknown()
	m.NextRotationAt = nextRotation(m.RotatedAt, m.RotateAfter)
}

// planUpdate keeps everything that only a rotation changes.
func (m *keyModel) planUpdate(state keyModel) {
	m.ID, m.RotatedAt, m.KeyFingerprint = state.ID, state.RotatedAt, state.KeyFingerprint
	m.Key = stored(m.StoreKey, state.Key)
	if m.Key.IsNull() && isStored(m.StoreKey) {
		m.Key = types.StringUnknown() // it was not stored so far, and is read during the apply
	}
	m.NextRotationAt = planSchedule(state.RotatedAt, state.RotateAfter, m.RotateAfter, state.NextRotationAt)
}

// isStored is the meaning of store_key: true unless it is false.
func isStored(storeKey types.Bool) bool { return storeKey.IsNull() || storeKey.ValueBool() }

// stored is a key as store_key lets it into a plan or state.
func stored(storeKey types.Bool, key types.String) types.String {
	switch {
	case storeKey.IsUnknown():
		return types.StringUnknown()
	case !isStored(storeKey):
		return types.StringNull()
	}
	return key
}

func (m keyModel) slot() azureml.KeyType { return azureml.KeyType(m.KeyType.ValueString()) }
