// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package privatestate reads and writes what a provider remembers of an object
// beside its state. The framework's own type for it cannot be named.
package privatestate

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Reader is private state that can be read.
type Reader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// Writer is private state that can be written; values are JSON.
type Writer interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Flag returns a flag, which is false where it was never set.
func Flag(ctx context.Context, from Reader, key string) (bool, diag.Diagnostics) {
	stored, diags := from.GetKey(ctx, key)
	return string(stored) == "true", diags
}

// SetFlag writes a flag.
func SetFlag(ctx context.Context, to Writer, key string, value bool) diag.Diagnostics {
	return to.SetKey(ctx, key, strconv.AppendBool(nil, value))
}

// ChangeFlag writes a flag where it changes: a refresh that found nothing new
// must leave the state as it was, byte for byte.
func ChangeFlag(ctx context.Context, from Reader, to Writer, key string, value bool) diag.Diagnostics {
	current, diags := Flag(ctx, from, key)
	if current != value && !diags.HasError() {
		diags.Append(SetFlag(ctx, to, key, value)...)
	}
	return diags
}
