// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"fmt"
	"log/slog"
)

const masked = "(sensitive)"

// Mask is embedded in what holds a secret, so that no verb of fmt, no logger
// and no encoder writes it out.
type Mask struct{}

// Format implements fmt.Formatter.
func (Mask) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(masked)) }

// String implements fmt.Stringer.
func (Mask) String() string { return masked }

// GoString implements fmt.GoStringer.
func (Mask) GoString() string { return masked }

// LogValue implements slog.LogValuer.
func (Mask) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON implements json.Marshaler.
func (Mask) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (Mask) MarshalText() ([]byte, error) { return []byte(masked), nil }
