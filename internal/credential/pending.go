// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// pending is a regenerate with an unknown outcome: Azure has accepted it, and the new
// key has not been read. It is in private state until an apply finishes it. That apply
// takes the new key if the slot has one by then, and regenerates otherwise.
type pending struct {
	Slot azureml.KeyType `json:"slot"`
	// Before is the fingerprint of the key that was to be replaced.
	Before string `json:"before"`
	// Revokes reports whether it was to revoke the previous key of a rotation.
	Revokes bool `json:"revokes,omitempty"`
}

// loadPending returns the stored regenerate; nil if there is none.
func loadPending(ctx context.Context, from framework.PrivateReader) (*pending, diag.Diagnostics) {
	var stored *pending
	encoded, diags := from.GetKey(ctx, privatePending)
	if json.Unmarshal(encoded, &stored) != nil {
		return nil, diags
	}
	return stored, diags
}

// rotates reports whether the next plan has to finish a rotation.
func (p *pending) rotates() bool { return p != nil && !p.Revokes }

// succeeded reports whether the slot has another key than before the regenerate.
func (p *pending) succeeded(slot azureml.KeyType, fingerprint string) bool {
	return p != nil && p.Slot == slot && p.Before != fingerprint
}

// next returns the slot that a rotation regenerates: the pending one, or the one that
// is not in use.
func (p *pending) next(active azureml.KeyType) azureml.KeyType {
	if p.rotates() {
		return p.Slot
	}
	return otherSlot(active)
}

// openMark begins the fingerprint of an object without a key, because its first
// regenerate is pending. The salt and the fingerprint of the key before follow.
// Terraform taints such an object, and destroys it without its private state: the
// destroy has only the state to recognise the new key by.
const openMark = "pending:"

// setPending stores a pending regenerate, and replaces the unknown values of the plan.
func (s managedSlot) setPending(ctx context.Context, private privateState, failure *azureml.RegenerateError, revokes bool) diag.Diagnostics {
	salt, diags := private.salt(ctx)
	open := pending{Slot: failure.Slot, Before: salt.fingerprint(failure.Before.Slot(failure.Slot)), Revokes: revokes}
	diags.Append(store(ctx, private.to, privatePending, open)...)
	if s.fingerprint.IsUnknown() {
		*s.fingerprint = types.StringValue(openMark + hex.EncodeToString(salt) + ":" + open.Before)
	}
	if s.ID.IsUnknown() {
		s.ID = s.wholeID
	}
	for _, value := range []*types.String{s.key, &s.RotatedAt, &s.NextRotationAt} {
		if value.IsUnknown() {
			*value = types.StringNull()
		}
	}
	if s.KeyAgeDays.IsUnknown() {
		s.KeyAgeDays = types.Int64Null()
	}
	return diags
}

// isOpen reports whether the first regenerate of an object is pending: nobody has its
// key yet.
func (s managedSlot) isOpen() bool {
	return s.key.IsNull() && s.fingerprint.IsNull() || strings.HasPrefix(s.fingerprint.ValueString(), openMark)
}

// marked returns the pending regenerate of a state, and its salt; nil if there is none.
func (s managedSlot) marked() (*pending, keySalt) {
	mark, found := strings.CutPrefix(s.fingerprint.ValueString(), openMark)
	encoded, before, _ := strings.Cut(mark, ":")
	salt, err := hex.DecodeString(encoded)
	if !found || err != nil {
		return nil, nil
	}
	return &pending{Slot: s.name(), Before: before}, salt
}

// destroy removes an object that is being destroyed from the records of the walk, and
// returns its salt. If its pending regenerate has succeeded, it leaves the key to the
// create of a replacement, and reports that. It fails no destroy: if the keys cannot be
// read, the create regenerates.
func (s managedSlot) destroy(ctx context.Context, data *framework.Data, private framework.PrivateReader) (salt keySalt, left bool, diags diag.Diagnostics) {
	serviceID := s.ServiceID.ValueString()
	salt, diags = storedSalt(ctx, private)
	data.Rotations.Release(serviceID, s.name(), s.owner(salt))
	open, problems := loadPending(ctx, private)
	diags.Append(problems...)
	service, problems := refer(data, serviceID)
	diags.Append(problems...)
	of := salt
	if open == nil {
		open, of = s.marked()
	}
	if open == nil || diags.HasError() {
		return salt, false, diags
	}
	live, err := service.workspace.ListKeys(ctx, service.id.Name)
	if err != nil {
		return salt, false, diags
	}
	if left = open.succeeded(open.Slot, of.fingerprint(live.Slot(open.Slot))); left {
		data.Rotations.StoreKeys(serviceID, open.Slot, framework.Regenerated{After: live})
	}
	return salt, left, diags
}
