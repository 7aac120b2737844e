// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
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
// that it is known whether somebody else has regenerated it since. last is its
// fingerprint in the state; "" if there is none.
func (m *rotationModel) storePrevious(ctx context.Context, c call, made rotated, last string) {
	if previous := made.keys.Slot(otherSlot(m.slot().name())); previous != "" {
		c.diags.Append(privatePrevious.Set(ctx, c.private, c.salt(ctx).renew(last, previous))...)
	}
}

// recordRevocation stores for the plan whether the previous key is to be revoked. If
// somebody else has regenerated it, or an apply that did not learn the outcome, it is
// revoked already.
func (m *rotationModel) recordRevocation(ctx context.Context, c call, live azureml.Keys) {
	now, open := c.data.Clock.Now(), privatePending.Get(ctx, c.private, c.diags)
	due := !open.rotates() && m.PreviousRevokedAt.IsNull() && isDue(now, nextRotation(m.RotatedAt, m.RevokePreviousAfter))
	if due {
		stored := privatePrevious.Get(ctx, c.private, c.diags)
		if stored != "" && !c.salt(ctx).fits(stored, live.Slot(otherSlot(m.slot().name()))) {
			m.PreviousRevokedAt, due = values.Time(now), false
			c.diags.Append(privatePending.Change(ctx, c.private, c.private, nil)...)
		}
	}
	c.diags.Append(privateRevoke.Change(ctx, c.private, c.private, due)...)
}

// planRevocation plans to revoke the previous key if the last refresh has found that it
// is due, and returns its slot; "" if it is not revoked, or if that is not known yet.
func (m *rotationModel) planRevocation(ctx context.Context, from framework.PrivateReader, state *rotationModel, diags *diag.Diagnostics) azureml.KeyType {
	m.PreviousRevokedAt = state.PreviousRevokedAt
	revokes := no
	if privateRevoke.Get(ctx, from, diags) {
		revokes = decide(!m.RevokePreviousAfter.IsUnknown(), m.RevokePreviousAfter.Equal(state.RevokePreviousAfter))
	}
	if revokes != no {
		m.PreviousRevokedAt = types.StringUnknown()
	}
	if revokes != yes {
		return ""
	}
	previous := otherSlot(state.slot().name())
	diags.AddAttributeWarning(path.Root("revoke_previous_after"), fmt.Sprintf("The %s key is revoked", previous), fmt.Sprintf(
		"%s: this apply regenerates the %s key, which was active before the last rotation, because revoke_previous_after = %q has passed since %s. "+
			"Clients that still use that key are cut off. The active %s key is not touched. To give clients more time, raise revoke_previous_after.",
		m.ServiceID.ValueString(), previous, m.RevokePreviousAfter.ValueString(), state.RotatedAt.ValueString(), otherSlot(previous)))
	return previous
}

// revokePrevious regenerates the slot that is not in use, once. Nobody gets its new key.
func (m *rotationModel) revokePrevious(ctx context.Context, c call, timeout time.Duration) rotated {
	made := m.slot().regenerate(ctx, c, otherSlot(m.slot().name()), regeneration{timeout: timeout, after: afterRevoke, revokes: true})
	m.PreviousRevokedAt = values.Time(c.data.Clock.Now())
	return made
}
