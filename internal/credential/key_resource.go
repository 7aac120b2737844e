// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
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
}

// ModifyPlan plans the computed attributes, and the changes that no attribute plans by
// itself: an age that has passed, a rotation by somebody else, another chosen value.
func (r *keyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state, config keyModel
	if req.Plan.Raw.IsNull() {
		return // a destroy
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	planSlot(ctx, r.Data, req, resp, &plan, &state, func() azureml.KeyType {
		plan.slot().planNew()
		plan.planVersion(&config)
		plan.warnOfDerived(&config, &resp.Diagnostics)
		return plan.slot().name()
	}, func(found reasons) azureml.KeyType {
		plan.slot().planKept(state.slot())
		// Terraform shows these as "forces replacement": the reason of the rotation.
		// A value that is not known yet does not take a reason away: this plan is
		// made again when it is known, and cannot turn into a replacement then.
		if found.age != no {
			plan.NextRotationAt = types.StringUnknown()
			resp.RequiresReplace.Append(path.Root("next_rotation_at"))
		}
		if found.pending != nil { // of this slot: a key revokes nothing
			plan.RotatedAt = types.StringUnknown()
			resp.RequiresReplace.Append(path.Root("rotated_at"))
		}
		if found.external != no {
			plan.KeyFingerprint = types.StringUnknown()
			resp.RequiresReplace.Append(path.Root("key_fingerprint"))
		}
		sets := plan.planValue(ctx, req.Private, &config, &state, &resp.Diagnostics)
		// Terraform plans a replacement as a create too, and shows no warning of that.
		replaced := len(resp.RequiresReplace) > 0 || plan.replaces(&state, &config)
		if replaced || sets != no {
			state.warnOfImported(ctx, req.Private, &config, &resp.Diagnostics)
		}
		if replaced {
			return plan.slot().name()
		}
		if sets != no {
			plan.slot().planNew()
		}
		if sets == yes {
			plan.warnOfDerived(&config, &resp.Diagnostics)
			return plan.slot().name()
		}
		return ""
	})
}

// Create regenerates the slot, once.
func (r *keyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := call{r.Data, resp.Private, &resp.Diagnostics}
	made, finished := r.set(ctx, c, &plan, &config, afterCreate)
	if finished {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(storeIdentity(ctx, made.service.id, plan.slot().name(), resp.Identity)...)
	}
	resp.Diagnostics.Append(made.verified...)
}

// set regenerates the slot of a plan, with the chosen value if there is one. It reports
// whether the plan belongs into the state.
func (r *keyResource) set(ctx context.Context, c call, plan, config *keyModel, after string) (made rotated, finished bool) {
	timeout, diags := plan.Timeouts.Create(ctx, limits.Create.Default)
	c.diags.Append(diags...)
	made = plan.slot().rotate(ctx, c, plan.slot().name(), regeneration{value: config.KeyValue.ValueString(), timeout: timeout, after: after})
	if !c.diags.HasError() {
		plan.storeDigest(ctx, c, config, true)
	}
	return made, !c.diags.HasError() || made.open != nil
}

// Read takes the key as it is now.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state keyModel
	service := readSlot(ctx, r.Data, &state, req, resp, func(context.Context, call, azureml.Keys) {})
	// The framework asks for an identity even of an object that is gone.
	if service.workspace != nil {
		resp.Diagnostics.Append(storeIdentity(ctx, service.id, state.slot().name(), resp.Identity)...)
	}
}

// Update sets the key to another chosen value if the planned rotated_at is unknown. All
// else that can change without replacing the key is in the state only.
func (r *keyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config keyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	c := call{r.Data, resp.Private, &resp.Diagnostics}
	service := refer(r.Data, plan.ServiceID.ValueString(), c.diags)
	if c.diags.HasError() {
		return
	}
	var made rotated
	if plan.RotatedAt.IsUnknown() {
		made, _ = r.set(ctx, c, &plan, &config, afterUpdate)
	} else {
		plan.slot().finishKept(ctx, c)
		plan.storeDigest(ctx, c, &config, false)
	}
	switch {
	case made.open != nil:
		plan.slot().keep(state.slot())
		plan.KeyValueVersion = state.KeyValueVersion
	case c.diags.HasError():
		return
	}
	c.clearReasons(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(storeIdentity(ctx, service.id, plan.slot().name(), resp.Identity)...)
	resp.Diagnostics.Append(made.verified...)
}

// Delete regenerates the key only if on_destroy asks for it: that cuts off its users.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state keyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	slot, c := state.slot(), call{r.Data, resp.Private, &resp.Diagnostics}
	if kept := slot.destroy(ctx, c); kept || c.diags.HasError() || state.OnDestroy.ValueString() != onDestroyRegenerate {
		return
	}
	with := regeneration{service: refer(r.Data, state.ServiceID.ValueString(), c.diags), slot: slot.name(), timeout: limits.Create.Default}
	end, err := with.service.rotations.TakeTurn(ctx, with.service.id.String())
	if err != nil {
		c.diags.Append(diagnostics.FromError("The key was not regenerated", with.describe(), err))
		return
	}
	defer end()
	before, err := with.service.workspace.ListKeys(ctx, with.service.id.Name)
	if azureml.IsNotFound(err) {
		return
	}
	if err != nil {
		if v := with.service.keyAuthOff(ctx, err); v != nil {
			c.diags.AddWarning("The key was not regenerated",
				fmt.Sprintf("%s So the key of the state could not be made useless; it may work again once key auth is on.", v.Rule))
			return
		}
		c.diags.Append(diagnostics.FromError("Could not read the key", with.describe(), err))
		return
	}
	// With create_before_destroy the slot has the successor's key by now, and
	// a key that somebody else has rotated is useless already.
	if _, changed := slot.renew(before.Slot(with.slot), privateSalt.Get(ctx, c.private, c.diags)); changed {
		return
	}
	after, err := with.regenerate(ctx)
	if azureml.IsNotFound(err) {
		return // the service was deleted in the meantime
	}
	_ = with.explain(after, err, c.diags)
	if !c.diags.HasError() {
		r.Data.Rotations.StoreKeys(state.ServiceID.ValueString(), with.slot, framework.Regenerated{Before: before, After: after})
	}
}

// ImportState takes an id or an identity.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.Data == nil {
		return
	}
	id := framework.ImportID(ctx, req, func(i keyIdentity) (string, error) { return i.id(r.Data.Workspace) }, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	service, slot, err := parseKeyID(id, r.Data.Workspace)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("The key cannot be imported: %s.", err))
		return
	}
	resp.Diagnostics.Append(importSlot(ctx, &resp.State, "key_type", keyID(service.String(), string(slot)), service, slot)...)
}
