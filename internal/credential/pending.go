// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/hex"
	"strings"

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

// rotates reports whether the next plan has to finish a rotation.
func (p *pending) rotates() bool { return p != nil && !p.Revokes }

// succeeded reports whether the slot has another key than before the regenerate.
func (p *pending) succeeded(slot azureml.KeyType, now string, salt keySalt) bool {
	return p != nil && p.Slot == slot && !salt.fits(p.Before, now)
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
func (s managedSlot) setPending(ctx context.Context, c call, failure *azureml.RegenerateError, revokes bool) {
	salt := c.salt(ctx)
	open := pending{Slot: failure.Slot, Before: salt.slow(failure.Before.Slot(failure.Slot)), Revokes: revokes}
	c.diags.Append(privatePending.Set(ctx, c.private, &open)...)
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

// destroy removes an object that is being destroyed from the records of the walk. If its
// pending regenerate has succeeded, it keeps the key for the create of a replacement, and
// reports that. It fails no destroy: if the keys cannot be read, the create regenerates.
func (s managedSlot) destroy(ctx context.Context, c call) (kept bool) {
	serviceID, salt := s.ServiceID.ValueString(), privateSalt.Get(ctx, c.private, c.diags)
	c.data.Rotations.Release(serviceID, s.name(), s.owner(salt))
	service, open := refer(c.data, serviceID, c.diags), privatePending.Get(ctx, c.private, c.diags)
	if open == nil {
		open, salt = s.marked()
	}
	if open == nil || c.diags.HasError() {
		return false
	}
	live, err := service.workspace.ListKeys(ctx, service.id.Name)
	if err != nil || !open.succeeded(open.Slot, live.Slot(open.Slot), salt) {
		return false
	}
	c.data.Rotations.StoreKeys(serviceID, open.Slot, framework.Regenerated{After: live})
	return true
}
