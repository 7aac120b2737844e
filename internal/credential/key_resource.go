// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var (
	_ resource.ResourceWithConfigure   = (*keyResource)(nil)
	_ resource.ResourceWithImportState = (*keyResource)(nil)
	_ resource.ResourceWithIdentity    = (*keyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*keyResource)(nil)
)

// keyResource is mlws_service_key.
type keyResource struct {
	framework.Resource
	rotations *rotations
}

// Create regenerates the slot, once.
func (r *keyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	service, diags := refer(r.Data, plan.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	rotation := regeneration{
		service: service, slot: plan.slot(), value: config.KeyValue.ValueString(),
		verify: plan.Verify.ValueBool(), timeout: timeout, after: afterCreate,
	}
	if made, found := r.rotations.take(plan.ServiceID.ValueString(), plan.slot()); found {
		rotation.made = &made
	}
	result, diags := rotation.run(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.rotations.done(plan.ServiceID.ValueString(), plan.slot())
	salt, diags := newSalt(ctx, resp.Private)
	resp.Diagnostics.Append(diags...)

	plan.ID = types.StringValue(keyID(plan.ServiceID.ValueString(), plan.KeyType.ValueString()))
	plan.hold(result.keys.Slot(plan.slot()), salt)
	plan.RotatedAt = timestamp(r.Data.Clock.Now())
	plan.NextRotationAt = nextRotation(plan.RotatedAt, plan.RotateAfter)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(storeIdentity(ctx, service.id, plan.slot(), resp.Identity)...)
	resp.Diagnostics.Append(result.proof...)
}

// hold puts a key into the state, as far as it is to be there.
func (m *keyModel) hold(key string, salt fingerprint.Salt) {
	m.Key = stored(m.StoreKey, types.StringValue(key))
	m.KeyFingerprint = fingerprintOf(salt, key)
}

func fingerprintOf(salt fingerprint.Salt, key string) types.String {
	return types.StringValue(salt.Of(key))
}

// Update sends nothing that changes the service: what can change without
// replacing the key is kept in the state only. It reads the key where it is to
// be in the state from now on.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, diags := refer(r.Data, plan.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.NextRotationAt.IsUnknown() {
		plan.NextRotationAt = scheduleFrom(r.Data.Clock.Now(), plan.RotateAfter)
	}
	resp.Diagnostics.Append(framework.Flag(privateDue).Change(ctx, req.Private, resp.Private, false)...)
	resp.Diagnostics.Append(framework.Flag(privateExternal).Change(ctx, req.Private, resp.Private, false)...)
	if plan.Key.IsUnknown() {
		salt, diags := saltOf(ctx, req.Private, resp.Private)
		resp.Diagnostics.Append(diags...)
		plan.Key, diags = service.unchangedKey(ctx, plan.slot(), plan.KeyFingerprint, salt)
		resp.Diagnostics.Append(diags...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(storeIdentity(ctx, service.id, plan.slot(), resp.Identity)...)
}

// ImportState takes an id or an identity. It cannot see the configuration, nor
// can the read that follows it: so the key stays out of the state until a plan
// finds that the configuration wants it there.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.Data == nil {
		return
	}
	id := req.ID
	if id == "" && req.Identity != nil {
		var identity keyIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
		fromIdentity, err := identity.id(r.Data.Workspace)
		if err != nil {
			resp.Diagnostics.AddError("Invalid import identity", capitalizeFirst(err.Error())+".")
			return
		}
		id = fromIdentity
	}
	service, slot, err := parseKeyID(id, r.Data.Workspace)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", capitalizeFirst(err.Error())+".")
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), keyID(service.String(), string(slot)))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("service_id"), service.String())...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key_type"), string(slot))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("store_key"), false)...)
}
