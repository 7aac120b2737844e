// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Read takes the key as it is now; it costs one listkeys. It also finds out
// what the plan is to act on: an age that is over, a rotation by somebody else.
func (r *keyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state keyModel
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
	resp.Diagnostics.Append(storeIdentity(ctx, service.id, state.slot(), resp.Identity)...)

	live, gone, diags := service.refreshKey(ctx, state.slot())
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
	before := seen{key: state.Key, fingerprint: state.KeyFingerprint}
	state.ID = types.StringValue(keyID(state.ServiceID.ValueString(), state.KeyType.ValueString()))
	state.hold(live, salt)
	changed := before.differs(live, state.KeyFingerprint)
	resp.Diagnostics.Append(noteFindings(ctx, req.Private, resp.Private, finding{
		what: describeKey(service, state.slot()), changed: changed,
		rotate: state.OnExternalRotation.ValueString() == onExternalRotate,
		due:    isDue(r.Data.Clock.Now(), state.NextRotationAt),
		ahead:  isAhead(r.Data.Clock.Now(), state.RotatedAt, state.NextRotationAt),
	})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
