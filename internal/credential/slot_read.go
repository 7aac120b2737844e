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
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// readSlot refreshes an object: it takes the key as it is now, with one listkeys, and
// records for the plan whether it is too old, or was rotated by somebody else. It
// returns the service of the state.
func readSlot(ctx context.Context, data *framework.Data, state slotModel, req resource.ReadRequest, resp *resource.ReadResponse) serviceRef {
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	if resp.Diagnostics.HasError() {
		return serviceRef{}
	}
	slot := state.slot()
	service, diags := refer(data, slot.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	ctx, cancel := framework.Within(ctx, slot.Timeouts.Read, limits.Read, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return service
	}
	live, gone, diags := service.refreshKey(ctx, slot.name())
	resp.Diagnostics.Append(diags...)
	if gone {
		resp.State.RemoveResource(ctx)
	}
	if live == "" {
		return service // refused, or key auth is off: the state stays as it is
	}
	private := privateState{req.Private, resp.Private}
	salt, diags := private.salt(ctx)
	resp.Diagnostics.Append(diags...)
	open, diags := loadPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	fingerprint := salt.fingerprint(live)
	if open != nil && open.Slot == slot.name() {
		// Nobody has this key. The next apply takes it, or makes it.
		if open.cameThrough(slot.name(), fingerprint) {
			slot.setCameThrough(live, fingerprint, open)
			resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		}
		return service
	}
	changed := slot.differs(live, fingerprint)
	slot.ID = slot.wholeID
	slot.setKey(live, fingerprint)
	resp.Diagnostics.Append(slot.recordFindings(ctx, data, private, service, changed)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	return service
}

// recordFindings stores for ModifyPlan what a refresh found.
func (s managedSlot) recordFindings(ctx context.Context, data *framework.Data, private privateState, service serviceRef, changed bool) diag.Diagnostics {
	now, key := data.Clock.Now(), service.key(s.name())
	diags := privateDue.Change(ctx, private.from, private.to, isDue(now, s.NextRotationAt))
	if isAhead(now, s.RotatedAt, s.NextRotationAt) {
		diags.AddWarning("A key was rotated by a clock that is ahead",
			fmt.Sprintf("By rotated_at, %s was rotated later than it is now by the clock of this machine: that clock, or the one of the machine that rotated it, is wrong. "+
				"rotate_after counts from rotated_at, so the key grows older than it should. Set the clock right, then rotate once with -replace or triggers.", key))
	}
	switch {
	case changed && s.OnExternalRotation.ValueString() == onExternalRotate:
		diags.Append(privateExternal.Change(ctx, private.from, private.to, true)...)
	case changed:
		diags.AddWarning("A key was rotated outside this configuration",
			fmt.Sprintf("Somebody else has rotated %s since the last apply. The new one is taken into the state, and goes to whatever depends on it with the next apply. "+
				"Set on_external_rotation = \"rotate\" to have such a key rotated again instead.", key))
	}
	return diags
}

// refreshKey reads a key for a refresh. gone: the service no longer exists. An
// empty key without an error: key auth is off, which is warned about.
func (s serviceRef) refreshKey(ctx context.Context, slot azureml.KeyType) (key string, gone bool, diags diag.Diagnostics) {
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	switch {
	case err == nil:
		return keys.Slot(slot), false, nil
	case azureml.IsNotFound(err):
		return "", true, nil
	}
	if v := s.keyAuthOff(ctx, err); v != nil {
		diags.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
		return "", false, diags
	}
	diags.Append(diagnostics.FromError("Could not read the key", s.key(slot), err))
	return "", false, diags
}

// unchangedKey reads a key that a plan says is not changed by it.
func (s serviceRef) unchangedKey(ctx context.Context, slot azureml.KeyType, planned types.String, salt keySalt) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	if err != nil {
		if v := s.keyAuthOff(ctx, err); v != nil {
			diags.AddAttributeError(path.Root("service_id"), v.Summary, v.Detail()+
				" The key is read because store_key wants it in the state from now on; without key auth, leave store_key as it was.")
			return types.StringNull(), diags
		}
		diags.Append(diagnostics.FromError("Could not read the key", s.key(slot), err))
		return types.StringNull(), diags
	}
	if !planned.IsNull() && planned.ValueString() != salt.fingerprint(keys.Slot(slot)) {
		diags.AddError("The key changed since the plan was made",
			fmt.Sprintf("Somebody else rotated %s after this plan was made. Plan and apply again.", s.key(slot)))
	}
	return types.StringValue(keys.Slot(slot)), diags
}
