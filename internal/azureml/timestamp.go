// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Timestamp is a time on the wire (ISO 8601, UTC). Zero: none, or unreadable.
type Timestamp struct{ time.Time }

// timestampLayouts: the API writes seven digits of a second's fraction, and in
// places no zone, which means UTC. time.Parse accepts any number of digits.
var timestampLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly,
}

// UnmarshalJSON is lenient: these times are shown and never computed with, so
// one that cannot be read must not make its service unmanageable.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	*t = Timestamp{}
	text := wire.Text(data)
	for _, layout := range timestampLayouts {
		if parsed, err := time.Parse(layout, text); err == nil {
			t.Time = parsed.UTC()
			return nil
		}
	}
	return nil
}
