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

// readSlot refreshes an object from one listkeys, and records for the plan whether the
// key is too old, or was rotated by somebody else. more is called with both keys. It
// returns the service of the state.
func readSlot(ctx context.Context, data *framework.Data, state slotModel, req resource.ReadRequest, resp *resource.ReadResponse,
	more func(keys azureml.Keys, salt keySalt, private privateState) diag.Diagnostics,
) serviceRef {
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
	live, gone, diags := service.refreshKeys(ctx, slot.name())
	resp.Diagnostics.Append(diags...)
	open, openDiags := loadPending(ctx, req.Private)
	resp.Diagnostics.Append(openDiags...)
	if gone && slot.fingerprint.IsNull() && !open.rotates() { // an import: every other state has one, or is pending
		resp.Diagnostics.Append(framework.NothingToImport(fmt.Sprintf("service named %q", service.id.Name), service.id.Workspace))
		return service
	}
	if gone {
		resp.State.RemoveResource(ctx)
	}
	if live == nil {
		return service // refused, or key auth is off: the state stays as it is
	}
	private := privateState{req.Private, resp.Private}
	salt, diags := private.salt(ctx)
	resp.Diagnostics.Append(diags...)
	if open.rotates() && open.Slot == slot.name() {
		return service // nobody has this key: the next apply finishes the rotation
	}
	key := live.Slot(slot.name())
	fingerprint := salt.fingerprint(key)
	changed := slot.differs(key, fingerprint)
	slot.ID = slot.wholeID
	slot.setKey(key, fingerprint)
	slot.KeyAgeDays = ageDays(data.Clock.Now(), slot.RotatedAt)
	resp.Diagnostics.Append(slot.recordReasons(ctx, data, private, service, changed)...)
	resp.Diagnostics.Append(more(*live, salt, private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	return service
}

// recordReasons stores the reasons to rotate that a refresh has found, for ModifyPlan.
func (s managedSlot) recordReasons(ctx context.Context, data *framework.Data, private privateState, service serviceRef, changed bool) diag.Diagnostics {
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

// refreshKeys reads the keys for a refresh. gone: the service no longer exists. No keys
// without an error: key auth is off, which is warned about.
func (s serviceRef) refreshKeys(ctx context.Context, slot azureml.KeyType) (keys *azureml.Keys, gone bool, diags diag.Diagnostics) {
	live, err := s.workspace.ListKeys(ctx, s.id.Name)
	switch {
	case err == nil:
		return &live, false, nil
	case azureml.IsNotFound(err):
		return nil, true, nil
	}
	if v := s.keyAuthOff(ctx, err); v != nil {
		diags.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
		return nil, false, diags
	}
	diags.Append(diagnostics.FromError("Could not read the key", s.key(slot), err))
	return nil, false, diags
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
