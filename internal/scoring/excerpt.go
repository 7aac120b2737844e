// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// maxExcerpt bounds what is shown of an answer, in bytes.
const maxExcerpt = 600

// Excerpt returns the beginning of the answer as one line of printable text, without
// the secrets that the caller knows; empty if it has none.
func (a Answer) Excerpt(secrets redact.Secrets) string {
	if !utf8.Valid(a.Body) && len(a.Body) < maxKept {
		return "(not text)"
	}
	return secrets.Line(string(a.Body), maxExcerpt)
}
