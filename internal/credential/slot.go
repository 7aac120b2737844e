// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// managed are the attributes that mlws_service_key and mlws_service_key_rotation
// share. The optional ones have no defaults in the schema: null means the default,
// so that imported keys and states of earlier versions plan empty.
type managed struct {
	ID                 types.String   `tfsdk:"id"`
	ServiceID          types.String   `tfsdk:"service_id"`
	Triggers           types.Map      `tfsdk:"triggers"`
	RotateAfter        types.String   `tfsdk:"rotate_after"`
	StoreKey           types.Bool     `tfsdk:"store_key"`
	OnExternalRotation types.String   `tfsdk:"on_external_rotation"`
	Verify             types.Bool     `tfsdk:"verify"`
	RotatedAt          types.String   `tfsdk:"rotated_at"`
	NextRotationAt     types.String   `tfsdk:"next_rotation_at"`
	KeyAgeDays         types.Int64    `tfsdk:"key_age_days"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// managedSlot is one slot of a service in a plan or state of either resource: the
// shared attributes, and those that each resource names in its own way.
type managedSlot struct {
	*managed
	resource                  string       // its type: mlws_service_key
	wholeID                   types.String // the id as the configuration gives it
	keyType, key, fingerprint *types.String
}

// slotModel is the configuration, plan or state of either resource.
type slotModel interface {
	slot() managedSlot
	// owns returns the slots that the object regenerates, now or later.
	owns() []azureml.KeyType
}

func (s managedSlot) name() azureml.KeyType { return azureml.KeyType(s.keyType.ValueString()) }

func otherSlot(slot azureml.KeyType) azureml.KeyType {
	if slot == azureml.KeyPrimary {
		return azureml.KeySecondary
	}
	return azureml.KeyPrimary
}

// isStored is the meaning of store_key: true unless it is false.
func (m *managed) isStored() bool { return m.StoreKey.IsNull() || m.StoreKey.ValueBool() }

// stored returns the key as store_key allows it in a plan or state.
func (m *managed) stored(key types.String) types.String {
	switch {
	case m.StoreKey.IsUnknown():
		return types.StringUnknown()
	case !m.isStored():
		return types.StringNull()
	}
	return key
}

// planNew plans a key that the apply makes.
func (s managedSlot) planNew() {
	s.ID = s.wholeID
	*s.key, *s.fingerprint = s.stored(types.StringUnknown()), types.StringUnknown()
	s.RotatedAt, s.KeyAgeDays = types.StringUnknown(), types.Int64Unknown()
	s.NextRotationAt = nextRotation(s.RotatedAt, s.RotateAfter)
}

// planKept plans the key of the state, which the apply does not change.
func (s managedSlot) planKept(state managedSlot) {
	s.keep(state)
	if s.key.IsNull() && s.isStored() {
		*s.key = types.StringUnknown() // it was not stored so far: the apply reads it
	}
	s.NextRotationAt = planSchedule(state.RotatedAt, state.RotateAfter, s.RotateAfter, state.NextRotationAt)
}

// keep puts the key of the state into a plan.
func (s managedSlot) keep(state managedSlot) {
	s.ID, *s.key, *s.fingerprint = state.ID, s.stored(*state.key), *state.fingerprint
	s.RotatedAt, s.NextRotationAt, s.KeyAgeDays = state.RotatedAt, state.NextRotationAt, state.KeyAgeDays
}

// setKey stores the key (if store_key is true) and its fingerprint.
func (s managedSlot) setKey(key, fingerprint string) {
	*s.key, *s.fingerprint = s.stored(types.StringValue(key)), types.StringValue(fingerprint)
}

// setRotated stores a key that was made at this time.
func (s managedSlot) setRotated(key, fingerprint string, now time.Time) {
	s.ID = s.wholeID
	s.setKey(key, fingerprint)
	s.RotatedAt, s.KeyAgeDays = values.Time(now), types.Int64Value(0)
	s.NextRotationAt = nextRotation(s.RotatedAt, s.RotateAfter)
}

// renew returns the fingerprint of a live key, and whether that is another key than the
// one of the state. A key that the state has is compared itself, without a hash. A state
// that knows none, of a key that is being imported, differs from nothing.
func (s managedSlot) renew(live string, salt keySalt) (fingerprint string, changed bool) {
	last := s.fingerprint.ValueString()
	switch {
	case s.key.IsNull():
		fingerprint = salt.renew(last, live)
		return fingerprint, last != "" && fingerprint != last
	case !sameText(s.key.ValueString(), live):
		return salt.slow(live), true
	case last == "":
		return salt.slow(live), false
	}
	return last, false
}

// finishKept finishes a plan that rotates nothing: the schedule of a key of unknown
// age begins now, and a key that was not stored so far is read.
func (s managedSlot) finishKept(ctx context.Context, c call) {
	begins, reads := s.NextRotationAt.IsUnknown(), s.key.IsUnknown()
	if !begins && !reads {
		return
	}
	service := refer(c.data, s.ServiceID.ValueString(), c.diags)
	if c.diags.HasError() {
		return
	}
	if reads {
		*s.key = service.unchangedKey(ctx, s.name(), *s.fingerprint, c.salt(ctx), c.diags)
	} else {
		// An API on loopback tells the time with its reply; the keys are of no use.
		_, _ = service.workspace.ListKeys(ctx, service.id.Name)
	}
	if begins {
		s.NextRotationAt = nextRotation(values.Time(c.data.Clock.Now()), s.RotateAfter)
	}
}
