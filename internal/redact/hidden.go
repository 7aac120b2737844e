// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact

import "fmt"

const hidden = "(sensitive)"

// Hidden is embedded in a type that holds a secret. No verb of fmt, no logger
// and no encoder then writes the secret out; they write "(sensitive)". It does without
// slog.LogValuer, which links 0.1 MB: the handlers of log/slog ask MarshalText and
// MarshalJSON.
type Hidden struct{}

// Format implements fmt.Formatter.
func (Hidden) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(hidden)) }

// String implements fmt.Stringer.
func (Hidden) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Hidden) GoString() string { return hidden }

// MarshalJSON implements json.Marshaler.
func (Hidden) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (Hidden) MarshalText() ([]byte, error) { return []byte(hidden), nil }
