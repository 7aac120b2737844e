// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

const (
	// privateSalt is the salt of the fingerprint, which is shown without it.
	privateSalt = "salt"
	// privateDue is set if the last refresh found the key too old.
	privateDue framework.Flag = "due"
	// privateExternal is set if a refresh found that somebody else rotated the key,
	// and on_external_rotation answers that by a rotation.
	privateExternal framework.Flag = "external"
	// privateRevoke is set if the last refresh found that the previous key of a rotation
	// is to be revoked.
	privateRevoke framework.Flag = "revoke"
	// privatePrevious is the fingerprint of the previous key of a rotation.
	privatePrevious = "previous"
	// privateChosen is the digest of the value of key_value_wo that was sent last, or "".
	privateChosen = "chosen"
	// privatePending is a *pending, or null.
	privatePending = "pending"
)

// privateState is what a resource can read and write beside its state.
type privateState struct {
	from framework.PrivateReader
	to   framework.PrivateWriter
}

// salt returns the salt of an object. It makes and stores one if there is none: for
// an imported object, or in a state of an earlier version.
func (p privateState) salt(ctx context.Context) (keySalt, diag.Diagnostics) {
	stored, diags := storedSalt(ctx, p.from)
	if len(stored) > 0 {
		return stored, diags
	}
	made := newSalt()
	return made, append(diags, store(ctx, p.to, privateSalt, made)...)
}

// storedSalt returns the salt of an object; nil if there is none.
func storedSalt(ctx context.Context, from framework.PrivateReader) (keySalt, diag.Diagnostics) {
	var stored keySalt
	encoded, diags := from.GetKey(ctx, privateSalt)
	if json.Unmarshal(encoded, &stored) != nil {
		return nil, diags
	}
	return stored, diags
}

// clear removes the reasons that the last refresh has recorded, after the apply.
func (p privateState) clear(ctx context.Context) (diags diag.Diagnostics) {
	for _, flag := range []framework.Flag{privateDue, privateExternal, privateRevoke} {
		diags.Append(flag.Change(ctx, p.from, p.to, false)...)
	}
	return diags
}

// store writes a value to private state.
func store(ctx context.Context, to framework.PrivateWriter, key string, value any) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private data cannot be stored", err.Error())}
	}
	return to.SetKey(ctx, key, encoded)
}

// load reads a value that store has written.
func load(ctx context.Context, from framework.PrivateReader, key string, target any) diag.Diagnostics {
	stored, diags := from.GetKey(ctx, key)
	if diags.HasError() {
		return diags
	}
	if err := json.Unmarshal(stored, target); err != nil {
		diags.AddError("Private data cannot be read", "What was opened carries no "+key+". This is a bug in the provider; please report it.")
	}
	return diags
}
