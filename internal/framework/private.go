// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateReader reads private state. The framework's own type for it cannot be named.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter writes private state. Values are JSON.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Key is the key of a value in private state, which is stored as JSON.
type Key[T any] string

// Flag is the key of a value that is true or false.
type Flag = Key[bool]

// Get returns the value; the zero value if there is none, or none of this type.
func (k Key[T]) Get(ctx context.Context, from PrivateReader, diags *diag.Diagnostics) T {
	var value T
	stored, problems := from.GetKey(ctx, string(k))
	diags.Append(problems...)
	if json.Unmarshal(stored, &value) != nil {
		return *new(T)
	}
	return value
}

// Set writes the value.
func (k Key[T]) Set(ctx context.Context, to PrivateWriter, value T) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private data cannot be stored", err.Error())}
	}
	return to.SetKey(ctx, string(k), encoded)
}

// Change writes the value if it differs, so that a refresh without news changes no byte.
func (k Key[T]) Change(ctx context.Context, from PrivateReader, to PrivateWriter, value T) diag.Diagnostics {
	var diags diag.Diagnostics
	if reflect.DeepEqual(k.Get(ctx, from, &diags), value) || diags.HasError() {
		return diags
	}
	return k.Set(ctx, to, value)
}
