// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Keys of the private state.
const (
	// privateSalt is the salt of the fingerprint, which is shown without it.
	privateSalt = "salt"
	// privateDue is true where the last refresh found the key too old.
	privateDue = "due"
	// privateExternal is true where a refresh found that somebody else rotated
	// the key, and it is to be rotated because of that.
	privateExternal = "external"
)

// saltOf returns the salt of an object, which it makes and stores where there
// is none: of a new or imported object, or in a state of an earlier version.
func saltOf(ctx context.Context, from framework.PrivateReader, to framework.PrivateWriter) (fingerprint.Salt, diag.Diagnostics) {
	stored, diags := from.GetKey(ctx, privateSalt)
	var salt fingerprint.Salt
	if err := json.Unmarshal(stored, &salt); err == nil && len(salt) > 0 {
		return salt, diags
	}
	salt, moreDiags := newSalt(ctx, to)
	diags.Append(moreDiags...)
	return salt, diags
}

// newSalt makes and stores a salt.
func newSalt(ctx context.Context, to framework.PrivateWriter) (fingerprint.Salt, diag.Diagnostics) {
	salt := fingerprint.NewSalt()
	encoded, err := json.Marshal(salt)
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("The salt of the fingerprint cannot be stored", err.Error())}
	}
	return salt, to.SetKey(ctx, privateSalt, encoded)
}
