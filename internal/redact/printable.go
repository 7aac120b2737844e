// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote makes text from elsewhere safe to show: printable, without secrets, and
// of at most limit bytes. Secrets are searched for before the text is cut.
func (s Secrets) Quote(text string, limit int) string {
	// A secret may hold a character that is not printable, and may become whole
	// only when such a character is removed from its middle.
	return Cut(s.Text(Printable(s.Text(text))), limit)
}

var (
	// terminalSequences are what colours a log or moves the cursor (ECMA-48): CSI,
	// strings such as a window title, and the two-character sequences.
	terminalSequences = regexp.MustCompile(`(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|` +
		`(?:\x1b[\]PX^_]|[\x{90}\x{98}\x{9d}\x{9e}\x{9f}])[^\x07\x1b\x{9c}\n]*(?:\x07|\x1b\\|\x{9c})|` +
		`\x1b[ -/]*[0-~]`)
	lines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
)

// Printable returns text without escape sequences, control characters,
// characters that change the direction of writing, and characters without a
// width. A terminal shows the result and obeys none of it. Newlines (in any spelling) and tabs stay. A
// character that is taken away leaves U+FFFD, as does invalid UTF-8; a byte
// order mark at the beginning leaves nothing.
func Printable(text string) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.TrimPrefix(text, "\ufeff")
	text = lines.Replace(terminalSequences.ReplaceAllLiteralString(text, ""))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return utf8.RuneError
	}, text)
}

// Line is Quote for text that becomes a part of a sentence: every run of white
// space in it is one space.
func (s Secrets) Line(text string, limit int) string {
	// White space is joined last: a secret may hold some.
	return Cut(strings.Join(strings.Fields(s.Text(Printable(s.Text(text)))), " "), limit)
}

// Prose is Line for text that a person is to read. It is empty for HTML and JSON.
func (s Secrets) Prose(text string, limit int) string {
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") || markup.MatchString(trimmed) {
		return ""
	}
	return s.Line(text, limit)
}

var markup = regexp.MustCompile(`(?i)^<|<(?:!doctype|html|head|body|center|h1|title)\b`)

// QuoteEnd is Quote for the end of a text, such as a log: it keeps the last
// bytes, and removes the part of a secret with which the text begins.
func (s Secrets) QuoteEnd(text string, limit int) string {
	return CutFront(s.Text(Printable(s.Tail(text))), limit)
}

// Cut returns the beginning of a text, of at most limit bytes, the note that
// something is missing included. It does not divide a character.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	note := note(text, limit, "… (%d bytes in all)")
	end := limit - len(note)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " \n\t") + note
}

// CutFront is Cut for the end of a text.
func CutFront(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	note := note(text, limit, "(%d bytes in all) …")
	start := len(text) - limit + len(note)
	for start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	return note + strings.TrimLeft(text[start:], " \n\t")
}

// note says that a text was cut, as far as the limit allows.
func note(text string, limit int, format string) string {
	for _, note := range []string{fmt.Sprintf(format, len(text)), "…"} {
		if len(note) <= limit/2 {
			return note
		}
	}
	return ""
}
