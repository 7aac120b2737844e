// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"fmt"
	"log/slog"
)

const masked = "(sensitive)"

// mask is embedded in what holds a secret, so that no verb of fmt, no logger
// and no encoder writes it out.
type mask struct{}

// Format implements fmt.Formatter.
func (mask) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(masked)) }

// String implements fmt.Stringer.
func (mask) String() string { return masked }

// GoString implements fmt.GoStringer.
func (mask) GoString() string { return masked }

// LogValue implements slog.LogValuer.
func (mask) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalJSON implements json.Marshaler.
func (mask) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText implements encoding.TextMarshaler.
func (mask) MarshalText() ([]byte, error) { return []byte(masked), nil }
