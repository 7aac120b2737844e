// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
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
	service, diags := refer(r.data, state.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(service.id, state.slot()))...)

	keys, err := service.workspace.ListKeys(ctx, service.id.Name)
	if azureml.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		if v := service.keyAuthOff(ctx, err); v != nil {
			resp.Diagnostics.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
			return
		}
		resp.Diagnostics.Append(diagnostics.FromError("Could not read the key", describeKey(service, state.slot()), err))
		return
	}
	salt, diags := saltOf(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	before := seen{key: state.Key, fingerprint: state.KeyFingerprint}
	state.ID = types.StringValue(keyID(state.ServiceID.ValueString(), state.KeyType.ValueString()))
	state.hold(keys.Slot(state.slot()), salt)
	if before.differs(keys.Slot(state.slot()), state.KeyFingerprint) {
		if state.OnExternalRotation.ValueString() == onExternalRotate {
			resp.Diagnostics.Append(setFlag(ctx, req.Private, resp.Private, privateExternal, true)...)
		} else {
			resp.Diagnostics.AddWarning("A key was rotated outside this configuration", fmt.Sprintf(adoptedDetail, capitalizeFirst(describeKey(service, state.slot()))))
		}
	}
	resp.Diagnostics.Append(setFlag(ctx, req.Private, resp.Private, privateDue, isDue(r.data.Clock.Now(), state.NextRotationAt))...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

const adoptedDetail = "%s is not the one of the last apply. The new one is taken into the state, and goes to whatever depends on it with the next apply. " +
	"Set on_external_rotation = \"rotate\" to have such a key rotated again instead."

// seen is what a state knows of a key.
type seen struct{ key, fingerprint types.String }

// differs reports whether a live key is another one. A state that knows
// nothing, of a key that is being imported, differs from nothing.
func (s seen) differs(live string, liveFingerprint types.String) bool {
	if !s.key.IsNull() {
		return s.key.ValueString() != live
	}
	return !s.fingerprint.IsNull() && !s.fingerprint.Equal(liveFingerprint)
}

// keyAuthOff looks for the reason of a refused listkeys in the mode of the
// service. What the API answers then is not documented, so any refusal counts
// that is not about the caller or the load.
func (s serviceRef) keyAuthOff(ctx context.Context, refusal error) *authmode.Violation {
	var response *azureml.ResponseError
	if !errors.As(refusal, &response) || response.StatusCode >= http.StatusInternalServerError {
		return nil
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusTooManyRequests:
		return nil
	}
	service, err := s.workspace.GetService(ctx, s.id.Name)
	if err != nil {
		return nil
	}
	return s.violation(service, authmode.RequireKeyAuth)
}
