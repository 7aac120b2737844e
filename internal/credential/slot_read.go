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
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// readSlot refreshes an object from one listkeys, and records for the plan whether the
// key is too old, or was rotated by somebody else. more is called with both keys. It
// returns the service of the state.
func readSlot(ctx context.Context, data *framework.Data, state slotModel, req resource.ReadRequest, resp *resource.ReadResponse, more func(context.Context, call, azureml.Keys)) serviceRef {
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	if resp.Diagnostics.HasError() {
		return serviceRef{}
	}
	slot, c := state.slot(), call{data, resp.Private, &resp.Diagnostics}
	service := refer(data, slot.ServiceID.ValueString(), c.diags)
	ctx, cancel := framework.Within(ctx, slot.Timeouts.Read, limits.Read, c.diags)
	defer cancel()
	if c.diags.HasError() {
		return service
	}
	live, gone := service.refreshKeys(ctx, slot.name(), c.diags)
	if gone && slot.key.IsNull() && slot.fingerprint.IsNull() { // an import: every other state has one
		c.diags.Append(framework.NothingToImport(fmt.Sprintf("service named %q", service.id.Name), service.id.Workspace))
		return service
	}
	if gone {
		resp.State.RemoveResource(ctx)
	}
	open := privatePending.Get(ctx, c.private, c.diags)
	// Without keys, the read was refused, or key auth is off: the state stays as it is.
	// Nobody has the key of a pending rotation: the next apply finishes it.
	if live == nil || open.rotates() && open.Slot == slot.name() {
		return service
	}
	key := live.Slot(slot.name())
	if len(privateSalt.Get(ctx, c.private, c.diags)) == 0 {
		*slot.fingerprint = types.StringNull() // without its salt, it says nothing
	}
	fingerprint, changed := slot.renew(key, c.salt(ctx))
	slot.ID = slot.wholeID
	slot.setKey(key, fingerprint)
	slot.KeyAgeDays = ageDays(data.Clock.Now(), slot.RotatedAt)
	slot.recordReasons(ctx, c, service, changed)
	more(ctx, c, *live)
	c.diags.Append(resp.State.Set(ctx, state)...)
	return service
}

// recordReasons stores the reasons to rotate that a refresh has found, for ModifyPlan.
func (s managedSlot) recordReasons(ctx context.Context, c call, service serviceRef, changed bool) {
	now, key := c.data.Clock.Now(), service.key(s.name())
	c.diags.Append(privateDue.Change(ctx, c.private, c.private, isDue(now, s.NextRotationAt))...)
	if apart := clock.Apart(c.data.Clock); apart != 0 {
		c.diags.Append(clocksDiffer(apart))
	}
	if isAhead(now, s.RotatedAt, s.NextRotationAt) {
		c.diags.AddWarning("A key was rotated by a clock that is ahead",
			fmt.Sprintf("By rotated_at, %s was rotated later than it is now by the clock of this machine: that clock, or the one of the machine that rotated it, is wrong. "+
				"rotate_after counts from rotated_at, so the key grows older than it should. Set the clock right, then rotate once with -replace or triggers.", key))
	}
	switch {
	case changed && s.OnExternalRotation.ValueString() == onExternalRotate:
		c.diags.Append(privateExternal.Change(ctx, c.private, c.private, true)...)
	case changed:
		c.diags.AddWarning("A key was rotated outside this configuration",
			fmt.Sprintf("Somebody else has rotated %s since the last apply. The new one is taken into the state, and goes to whatever depends on it with the next apply. "+
				"Set on_external_rotation = \"rotate\" to have such a key rotated again instead.", key))
	}
}

// refreshKeys reads the keys for a refresh. gone: the service no longer exists. No keys
// without an error: key auth is off, which is warned about.
func (s serviceRef) refreshKeys(ctx context.Context, slot azureml.KeyType, diags *diag.Diagnostics) (keys *azureml.Keys, gone bool) {
	live, err := s.workspace.ListKeys(ctx, s.id.Name)
	switch {
	case err == nil:
		return &live, false
	case azureml.IsNotFound(err):
		return nil, true
	}
	if v := s.keyAuthOff(ctx, err); v != nil {
		diags.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
	} else {
		diags.Append(diagnostics.FromError("Could not read the key", s.key(slot), err))
	}
	return nil, false
}

// unchangedKey reads a key that a plan says is not changed by it; null after an error.
func (s serviceRef) unchangedKey(ctx context.Context, slot azureml.KeyType, planned types.String, salt keySalt, diags *diag.Diagnostics) types.String {
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	if err != nil {
		if v := s.keyAuthOff(ctx, err); v != nil {
			diags.AddAttributeError(path.Root("service_id"), v.Summary, v.Detail()+
				" The key is read because store_key wants it in the state from now on; without key auth, leave store_key as it was.")
		} else {
			diags.Append(diagnostics.FromError("Could not read the key", s.key(slot), err))
		}
		return types.StringNull()
	}
	if !planned.IsNull() && !salt.fits(planned.ValueString(), keys.Slot(slot)) {
		diags.AddError("The key changed since the plan was made",
			fmt.Sprintf("Somebody else rotated %s after this plan was made. Plan and apply again.", s.key(slot)))
	}
	return types.StringValue(keys.Slot(slot))
}
