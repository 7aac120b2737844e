// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxExcerpt bounds what is shown of an answer, in bytes.
const maxExcerpt = 600

// Excerpt returns the beginning of the answer as one line of printable text;
// empty if it has none. The caller knows the secrets, and removes them from
// the whole text, before it is cut.
func (a Answer) Excerpt(redact func(string) string) string {
	if !utf8.Valid(a.Body) && len(a.Body) < maxKept {
		return "(not text)"
	}
	text := redact(strings.ToValidUTF8(string(a.Body), ""))
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(text) <= maxExcerpt {
		return text
	}
	cut := maxExcerpt
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.TrimSpace(text[:cut]) + "…"
}
