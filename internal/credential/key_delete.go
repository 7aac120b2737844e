// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// Delete leaves the key as it is, because regenerating it would cut off its
// users, unless on_destroy asks for exactly that.
func (r *keyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state keyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.OnDestroy.ValueString() != onDestroyRegenerate {
		return
	}
	service, diags := refer(r.Data, state.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	end, err := service.workspace.TakeTurn(ctx, service.id.Name)
	if err != nil {
		resp.Diagnostics.Append(diagnostics.FromError("The key was not regenerated", describeKey(service, state.slot()), err))
		return
	}
	defer end()
	before, err := service.workspace.ListKeys(ctx, service.id.Name)
	if azureml.IsNotFound(err) {
		return
	}
	if err != nil {
		if v := service.keyAuthOff(ctx, err); v != nil {
			resp.Diagnostics.AddWarning("The key was not regenerated",
				fmt.Sprintf("%s So the key of the state could not be made useless; it may work again once key auth is on.", v.Rule))
			return
		}
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the key", describeKey(service, state.slot()), err))
		return
	}
	salt, diags := saltOf(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	live := before.Slot(state.slot())
	// With create_before_destroy the slot holds the successor's key by now, and
	// a key that somebody else has rotated is useless already.
	if (seen{key: state.Key, fingerprint: state.KeyFingerprint}).differs(live, fingerprintOf(salt, live)) {
		return
	}
	ctx, cancel := graceful(ctx, defaultCreateTimeout, interruptGrace)
	defer cancel()
	after, err := service.workspace.RegenerateKey(ctx, service.id.Name, state.slot(), "")
	switch {
	case azureml.IsNotFound(err):
	case err != nil:
		resp.Diagnostics.Append(diagnostics.FromError("Could not regenerate the key", describeKey(service, state.slot()), err))
	default:
		r.rotations.leave(state.ServiceID.ValueString(), state.slot(), leftover{before: before, after: after})
	}
}
