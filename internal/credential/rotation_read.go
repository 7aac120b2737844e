// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Read takes the active key as it is now; it costs one listkeys.
func (r *rotationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state rotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	service, diags := refer(r.Data, state.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	live, gone, diags := service.refreshKey(ctx, state.activeSlot())
	resp.Diagnostics.Append(diags...)
	if gone {
		resp.State.RemoveResource(ctx)
		return
	}
	if live == "" {
		return // refused, or key auth is off: the state stays as it is
	}
	salt, diags := saltOf(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	before := seen{key: state.ActiveKey, fingerprint: state.ActiveKeyFingerprint}
	state.ID = types.StringValue(rotationID(state.ServiceID.ValueString()))
	state.hold(live, salt)
	changed := before.differs(live, state.ActiveKeyFingerprint)
	resp.Diagnostics.Append(noteFindings(ctx, req.Private, resp.Private, finding{
		what: describeKey(service, state.activeSlot()), changed: changed,
		rotate: state.OnExternalRotation.ValueString() == onExternalRotate,
		due:    isDue(r.Data.Clock.Now(), state.NextRotationAt),
		ahead:  isAhead(r.Data.Clock.Now(), state.RotatedAt, state.NextRotationAt),
	})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
