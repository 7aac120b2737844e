// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// refreshKey reads a key for a refresh. gone: the service no longer exists. An
// empty key without an error: key auth is off, which is warned about.
func (s serviceRef) refreshKey(ctx context.Context, slot azureml.KeyType) (key string, gone bool, diags diag.Diagnostics) {
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	switch {
	case err == nil:
		return keys.Slot(slot), false, nil
	case azureml.IsNotFound(err):
		return "", true, nil
	}
	if v := s.keyAuthOff(ctx, err); v != nil {
		diags.AddWarning(v.Summary, fmt.Sprintf("%s The key in the state is kept, but the service does not ask for it. %s", v.Rule, v.Fix))
		return "", false, diags
	}
	diags.Append(diagnostics.FromError("Could not read the key", describeKey(s, slot), err))
	return "", false, diags
}

// unchangedKey reads a key that a plan says is not changed by it.
func (s serviceRef) unchangedKey(ctx context.Context, slot azureml.KeyType, planned types.String, salt fingerprint.Salt) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	keys, err := s.workspace.ListKeys(ctx, s.id.Name)
	if err != nil {
		if v := s.keyAuthOff(ctx, err); v != nil {
			diags.AddAttributeError(path.Root("service_id"), v.Summary, v.Detail()+
				" The key is read because store_key wants it in the state from now on; without key auth, leave store_key as it was.")
			return types.StringNull(), diags
		}
		diags.Append(diagnostics.FromError("Could not read the key", describeKey(s, slot), err))
		return types.StringNull(), diags
	}
	if !planned.IsNull() && !planned.Equal(fingerprintOf(salt, keys.Slot(slot))) {
		diags.AddError("The key changed since the plan was made",
			capitalizeFirst(describeKey(s, slot))+" was rotated by somebody else after this plan was made. Plan and apply again.")
	}
	return types.StringValue(keys.Slot(slot)), diags
}

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

// finding is what a refresh found out for the plan to act on.
type finding struct {
	what    string // the key, in words
	changed bool   // somebody else rotated it
	rotate  bool   // and that is to be answered by a rotation
	due     bool   // it is too old
	ahead   bool   // it was rotated by a clock that is ahead of this one
}

const adoptedDetail = "%s is not the one of the last apply. The new one is taken into the state, and goes to whatever depends on it with the next apply. " +
	"Set on_external_rotation = \"rotate\" to have such a key rotated again instead."

const aheadDetail = "By rotated_at, %s was rotated later than it is now by the clock of this machine: that clock, or the one of the machine that rotated it, is wrong. " +
	"rotate_after counts from rotated_at, so the key grows older than it should. Set the clock right, then rotate once with -replace or triggers."

// noteFindings keeps the findings in private state, for ModifyPlan.
func noteFindings(ctx context.Context, from framework.PrivateReader, to framework.PrivateWriter, f finding) diag.Diagnostics {
	diags := framework.Flag(privateDue).Change(ctx, from, to, f.due)
	if f.ahead {
		diags.AddWarning("A key was rotated by a clock that is ahead", fmt.Sprintf(aheadDetail, f.what))
	}
	switch {
	case f.changed && f.rotate:
		diags.Append(framework.Flag(privateExternal).Change(ctx, from, to, true)...)
	case f.changed:
		diags.AddWarning("A key was rotated outside this configuration", fmt.Sprintf(adoptedDetail, capitalizeFirst(f.what)))
	}
	return diags
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
