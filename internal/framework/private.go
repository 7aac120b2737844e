// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateReader is private state that can be read: what a provider remembers of an
// object beside its state. The framework's own type for it cannot be named.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is private state that can be written; values are JSON.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Flag is the key of a flag in private state.
type Flag string

// Get returns the flag; false if it was never set.
func (f Flag) Get(ctx context.Context, from PrivateReader) (bool, diag.Diagnostics) {
	stored, diags := from.GetKey(ctx, string(f))
	return string(stored) == "true", diags
}

// Set writes the flag.
func (f Flag) Set(ctx context.Context, to PrivateWriter, value bool) diag.Diagnostics {
	return to.SetKey(ctx, string(f), strconv.AppendBool(nil, value))
}

// Change writes the flag if it changes: a refresh that found nothing new must
// leave the state as it was, byte for byte.
func (f Flag) Change(ctx context.Context, from PrivateReader, to PrivateWriter, value bool) diag.Diagnostics {
	current, diags := f.Get(ctx, from)
	if current != value && !diags.HasError() {
		diags.Append(f.Set(ctx, to, value)...)
	}
	return diags
}
