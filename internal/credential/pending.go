// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// pending is a regenerate that may still come through: Azure has accepted it, and the
// new key was not seen. It is in private state until an apply has finished it: the
// next plan rotates, and its apply takes the new key instead of regenerating again if
// the slot has one by then.
//
// Terraform taints an object of which the create has failed, and destroys it without
// its private state. So a refresh also marks the state: see isOpen.
type pending struct {
	Slot azureml.KeyType `json:"slot"`
	// Before is the fingerprint of the key that was to be replaced.
	Before string `json:"before"`
	// At is when it was sent, as rotated_at has it.
	At string `json:"at"`
}

// loadPending returns what is stored; nil if nothing is pending.
func loadPending(ctx context.Context, from framework.PrivateReader) (*pending, diag.Diagnostics) {
	var stored *pending
	encoded, diags := from.GetKey(ctx, privatePending)
	if json.Unmarshal(encoded, &stored) != nil {
		return nil, diags
	}
	return stored, diags
}

// cameThrough reports whether the slot has another key than before the regenerate.
func (p *pending) cameThrough(slot azureml.KeyType, fingerprint string) bool {
	return p != nil && p.Slot == slot && p.Before != fingerprint
}

// next returns the slot that a rotation regenerates: the one that is pending, or the
// one that is not in use.
func (p *pending) next(active azureml.KeyType) azureml.KeyType {
	if p != nil {
		return p.Slot
	}
	return otherSlot(active)
}

// setPending stores that a regenerate may still come through, and takes everything
// that is not known out of the plan.
func (s managedSlot) setPending(ctx context.Context, data *framework.Data, private privateState, failure *azureml.RegenerateError) diag.Diagnostics {
	salt, diags := private.salt(ctx)
	diags.Append(store(ctx, private.to, privatePending, pending{
		Slot: failure.Slot, Before: salt.fingerprint(failure.Before.Slot(failure.Slot)), At: values.Time(data.Clock.Now()).ValueString(),
	})...)
	s.ID = s.wholeID
	for _, value := range []*types.String{s.key, s.fingerprint, &s.RotatedAt, &s.NextRotationAt} {
		if value.IsUnknown() {
			*value = types.StringNull()
		}
	}
	return diags
}

// setCameThrough marks a state of which the regenerate has come through, and that no
// apply has finished: it is due since it was rotated, which is true of no other.
func (s managedSlot) setCameThrough(key, fingerprint string, since *pending) {
	s.setKey(key, fingerprint)
	s.RotatedAt, s.NextRotationAt = types.StringValue(since.At), types.StringValue(since.At)
}

func (s managedSlot) hasComeThrough() bool {
	return !s.RotatedAt.IsNull() && s.RotatedAt.Equal(s.NextRotationAt)
}

// isOpen reports whether the first regenerate of an object is not finished: nobody
// has its key yet.
func (s managedSlot) isOpen() bool {
	return s.key.IsNull() && s.fingerprint.IsNull() || s.hasComeThrough()
}

// destroy ends what the walk knows of an object that is being destroyed, and returns
// its salt. It leaves a key that came through to the create of a replacement, and
// reports that. It fails no destroy: if the keys cannot be read, the create regenerates.
func (s managedSlot) destroy(ctx context.Context, data *framework.Data, private framework.PrivateReader) (salt keySalt, left bool, diags diag.Diagnostics) {
	serviceID := s.ServiceID.ValueString()
	salt, diags = storedSalt(ctx, private)
	data.Rotations.Release(serviceID, s.name(), s.owner(salt))
	stored, problems := loadPending(ctx, private)
	diags.Append(problems...)
	service, problems := refer(data, serviceID)
	diags.Append(problems...)
	if stored == nil && !s.hasComeThrough() || diags.HasError() {
		return salt, false, diags
	}
	live, err := service.workspace.ListKeys(ctx, service.id.Name)
	if err != nil {
		return salt, false, diags
	}
	slot := stored.next(otherSlot(s.name()))
	if left = stored.cameThrough(slot, salt.fingerprint(live.Slot(slot))) || s.hasComeThrough() && s.key.ValueString() == live.Slot(slot); left {
		data.Rotations.LeaveKeys(serviceID, slot, framework.Regenerated{After: live})
	}
	return salt, left, diags
}
