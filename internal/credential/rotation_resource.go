// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var (
	_ resource.ResourceWithConfigure   = (*rotationResource)(nil)
	_ resource.ResourceWithImportState = (*rotationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*rotationResource)(nil)
)

// rotationResource is mlws_service_key_rotation. Its invariant: the key that
// the state calls active is never regenerated. So a run that dies anywhere
// between a regenerate and the state has not touched the active key, and the next
// run regenerates the same, unused slot again.
//
// It has no identity: which slot is active is part of what an import must say,
// and changes, as an identity may not.
type rotationResource struct {
	framework.Resource
}

// ModifyPlan plans a rotation as a change in place: which slot is in use has to
// survive it. The new active slot is known in the plan; its key is not, so that
// everything that depends on the key is planned to change in the same apply.
func (r *rotationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state rotationModel
	planSlot(ctx, r.Data, req, resp, &plan, &state, func() azureml.KeyType {
		// Not first_key_type: a replacement goes on from its predecessor's slot.
		plan.ActiveKeyType, plan.PreviousRevokedAt = types.StringUnknown(), types.StringNull()
		plan.slot().planNew()
		plan.bridge.plan(nil, true)
		return plan.planFirst(r.Data, &resp.Diagnostics)
	}, func(found reasons) azureml.KeyType {
		active := state.slot().name()
		if r.Data != nil {
			r.Data.Rotations.UseActive(state.ServiceID.ValueString(), state.inUse())
		}
		var slot azureml.KeyType
		switch max(found.age, found.external, triggered(state.Triggers, plan.Triggers), decide(true, found.pending.rotates())) {
		case yes:
			slot = found.pending.next(active)
			plan.ActiveKeyType, plan.PreviousRevokedAt = types.StringValue(string(slot)), types.StringNull()
		case maybe:
			// Everything that a rotation would change stays unknown: the same plan is made
			// again in the apply, when it is known whether there is one.
			plan.ActiveKeyType, plan.PreviousRevokedAt = types.StringUnknown(), types.StringUnknown()
		case no:
			plan.ActiveKeyType = state.ActiveKeyType
			plan.slot().planKept(state.slot())
			revoked := plan.planRevocation(ctx, req.Private, &state, &resp.Diagnostics)
			plan.bridge.plan(&state.bridge, plan.PreviousRevokedAt.IsUnknown())
			return revoked
		}
		plan.slot().planNew()
		plan.bridge.plan(&state.bridge, true)
		plan.ID = state.ID
		return slot
	})
}

// planFirst returns the slot that a new rotation regenerates. It warns of a service
// that exists: a rotation of it may be missing in this state only.
func (m *rotationModel) planFirst(data *framework.Data, diags *diag.Diagnostics) azureml.KeyType {
	if data == nil || m.ServiceID.IsUnknown() || m.FirstKeyType.IsUnknown() {
		return ""
	}
	serviceID := m.ServiceID.ValueString()
	if active := data.Rotations.Active(serviceID); active != "" {
		return otherSlot(active) // a replacement
	}
	slot := m.firstSlot()
	if !data.Rotations.HasCreated(serviceID) {
		diags.AddAttributeWarning(path.Root("service_id"), fmt.Sprintf("A new rotation regenerates the %s key", slot), fmt.Sprintf(
			"%s: creating this rotation regenerates the %s key, and whoever uses that key is cut off. If the key is in use, because a rotation of this service was lost with its state "+
				"or is in another one, import the rotation instead of creating it: terraform import 'mlws_service_key_rotation.<name>' '%s'",
			serviceID, slot, keyID(serviceID, string(slot))))
	}
	return slot
}

// Create makes the first rotation. The slot that it regenerates does not depend
// on anything that a crash could lose.
func (r *rotationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan rotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, rotationLimits.Create.Default)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.endpoints(ctx, r.Data, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	slot := plan.firstSlot()
	// A replacement in the same run knows which slot its predecessor had in use.
	if active := r.Data.Rotations.LoadActive(plan.ServiceID.ValueString()); active != "" {
		slot = otherSlot(active)
	}
	plan.ActiveKeyType = types.StringValue(string(slot))
	c := call{r.Data, resp.Private, &resp.Diagnostics}
	made := plan.slot().rotate(ctx, c, slot, regeneration{timeout: timeout, after: afterCreate})
	if c.diags.HasError() && made.open == nil {
		return
	}
	plan.storePrevious(ctx, c, made, "")
	plan.carryOver(ctx, c, made, timeout)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(made.verified...)
}

// Read takes the active key as it is now.
func (r *rotationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state rotationModel
	service := readSlot(ctx, r.Data, &state, req, resp, func(ctx context.Context, c call, live azureml.Keys) {
		state.recordRevocation(ctx, c, live)
		state.compare(ctx, c.data, live, c.diags)
	})
	if service.workspace != nil {
		r.Data.Rotations.UseActive(state.ServiceID.ValueString(), state.inUse())
	}
}

// Update rotates if the planned rotated_at is unknown, or else revokes the previous key
// if the planned previous_revoked_at is.
func (r *rotationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state rotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, rotationLimits.Update.Default)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := call{r.Data, resp.Private, &resp.Diagnostics}
	if plan.endpoints(ctx, r.Data, c.diags); c.diags.HasError() {
		return
	}
	var made rotated
	rotates := plan.RotatedAt.IsUnknown()
	if rotates {
		slot := privatePending.Get(ctx, c.private, c.diags).next(state.slot().name())
		made = plan.slot().rotate(ctx, c, slot, regeneration{timeout: timeout, after: afterUpdate})
		plan.storePrevious(ctx, c, made, state.ActiveKeyFingerprint.ValueString())
	} else {
		plan.slot().finishKept(ctx, c)
		if plan.PreviousRevokedAt.IsUnknown() && !c.diags.HasError() {
			made = plan.revokePrevious(ctx, c, timeout)
		}
	}
	if c.diags.HasError() && made.open == nil {
		return
	}
	if made.open != nil {
		// The rest of the configuration is in the state, so that the next plan regenerates
		// because of the pending regenerate, and once.
		if rotates { // a revocation changes neither the active key nor its schedule
			plan.slot().keep(state.slot())
		}
		plan.ActiveKeyType, plan.PreviousRevokedAt = state.ActiveKeyType, state.PreviousRevokedAt
	}
	plan.carryOver(ctx, c, made, timeout)
	c.clearReasons(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(made.verified...)
}

// Delete regenerates nothing: both keys keep working.
func (r *rotationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state rotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.slot().destroy(ctx, call{r.Data, resp.Private, &resp.Diagnostics})
	r.Data.Rotations.StoreActive(state.ServiceID.ValueString(), state.inUse())
}

// ImportState takes the id of the key that is in use.
func (r *rotationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.Data == nil {
		return
	}
	service, slot, err := parseKeyID(req.ID, r.Data.Workspace)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("The rotation cannot be imported: %s. The key type is that of the key in use.", err))
		return
	}
	resp.Diagnostics.Append(importSlot(ctx, &resp.State, "active_key_type", rotationID(service.String()), service, slot)...)
}
