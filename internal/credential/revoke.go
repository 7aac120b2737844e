// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// storePrevious stores the fingerprint of the key that was active before a rotation, so
// that it is known whether somebody else has regenerated it since.
func (m *rotationModel) storePrevious(ctx context.Context, private privateState, made rotated) diag.Diagnostics {
	previous := made.keys.Slot(otherSlot(m.slot().name()))
	if previous == "" {
		return nil // nothing was rotated
	}
	salt, diags := private.salt(ctx)
	return append(diags, store(ctx, private.to, privatePrevious, salt.fingerprint(previous))...)
}

// recordRevocation stores for the plan whether the previous key is to be revoked. If
// somebody else has regenerated it, or an apply that did not learn the outcome, it is
// revoked already.
func (m *rotationModel) recordRevocation(ctx context.Context, now time.Time, live azureml.Keys, salt keySalt, private privateState) diag.Diagnostics {
	open, diags := loadPending(ctx, private.from)
	due := !open.rotates() && m.PreviousRevokedAt.IsNull() && isDue(now, nextRotation(m.RotatedAt, m.RevokePreviousAfter))
	if due {
		var stored string
		encoded, problems := private.from.GetKey(ctx, privatePrevious)
		diags.Append(problems...)
		if json.Unmarshal(encoded, &stored) == nil && stored != salt.fingerprint(live.Slot(otherSlot(m.slot().name()))) {
			m.PreviousRevokedAt, due = values.Time(now), false
			if open != nil {
				diags.Append(store(ctx, private.to, privatePending, nil)...)
			}
		}
	}
	return append(diags, privateRevoke.Change(ctx, private.from, private.to, due)...)
}

// planRevocation plans to revoke the previous key if the last refresh has found that it
// is due, and returns its slot; "" if it is not revoked, or if that is not known yet.
func (m *rotationModel) planRevocation(ctx context.Context, private framework.PrivateReader, state *rotationModel) (azureml.KeyType, diag.Diagnostics) {
	m.PreviousRevokedAt = state.PreviousRevokedAt
	var diags diag.Diagnostics
	if !privateRevoke.Get(ctx, private, &diags) {
		return "", diags
	}
	switch decide(!m.RevokePreviousAfter.IsUnknown(), m.RevokePreviousAfter.Equal(state.RevokePreviousAfter)) {
	case no:
		return "", diags
	case maybe:
		m.PreviousRevokedAt = types.StringUnknown()
		return "", diags
	}
	m.PreviousRevokedAt = types.StringUnknown()
	previous := otherSlot(state.slot().name())
	diags.AddAttributeWarning(path.Root("revoke_previous_after"), fmt.Sprintf("The %s key is revoked", previous), fmt.Sprintf(
		"%s: this apply regenerates the %s key, which was active before the last rotation, because revoke_previous_after = %q has passed since %s. "+
			"Clients that still use that key are cut off. The active %s key is not touched. To give clients more time, raise revoke_previous_after.",
		m.ServiceID.ValueString(), previous, m.RevokePreviousAfter.ValueString(), state.RotatedAt.ValueString(), otherSlot(previous)))
	return previous, diags
}

// revokePrevious regenerates the slot that is not in use, once. Nobody gets its new key.
func (m *rotationModel) revokePrevious(ctx context.Context, data *framework.Data, private privateState, timeout time.Duration) (rotated, diag.Diagnostics) {
	result, diags := m.slot().regenerate(ctx, data, private, otherSlot(m.slot().name()), regeneration{timeout: timeout, after: afterRevoke, revokes: true})
	m.PreviousRevokedAt = values.Time(data.Clock.Now())
	return result, diags
}
