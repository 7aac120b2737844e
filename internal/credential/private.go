// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/fingerprint"
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

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func flag(ctx context.Context, private privateReader, key string) (bool, diag.Diagnostics) {
	stored, diags := private.GetKey(ctx, key)
	return bytes.Equal(stored, []byte("true")), diags
}

// setFlag writes only what changes: a refresh that found nothing new must
// leave the state as it was, byte for byte.
func setFlag(ctx context.Context, from privateReader, to privateWriter, key string, value bool) diag.Diagnostics {
	current, diags := flag(ctx, from, key)
	if current == value || diags.HasError() {
		return diags
	}
	text := "false"
	if value {
		text = "true"
	}
	diags.Append(to.SetKey(ctx, key, []byte(text))...)
	return diags
}

// saltOf returns the salt of an object, which it makes and stores where there
// is none: of a new or imported object, or in a state of an earlier version.
func saltOf(ctx context.Context, from privateReader, to privateWriter) (fingerprint.Salt, diag.Diagnostics) {
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
func newSalt(ctx context.Context, to privateWriter) (fingerprint.Salt, diag.Diagnostics) {
	salt := fingerprint.NewSalt()
	encoded, err := json.Marshal(salt)
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("The salt of the fingerprint cannot be stored", err.Error())}
	}
	return salt, to.SetKey(ctx, privateSalt, encoded)
}
