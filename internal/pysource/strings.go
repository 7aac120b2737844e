// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"regexp"
	"strings"
)

// isPrefix reports whether these letters may stand before a string.
func isPrefix(letters string) bool {
	switch strings.ToLower(letters) {
	case "", "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

// literal is how a string is written.
type literal struct {
	quote     string // one or three
	raw       bool
	formatted bool // it has replacement fields
	bytes     bool
}

// literalAt returns the form of the string at the start of the source.
func literalAt(source, prefix string) literal {
	prefix = strings.ToLower(prefix)
	form := literal{
		quote: source[:1], raw: strings.Contains(prefix, "r"), bytes: strings.Contains(prefix, "b"),
		formatted: strings.ContainsAny(prefix, "ft"),
	}
	if triple := strings.Repeat(form.quote, 3); strings.HasPrefix(source, triple) {
		form.quote = triple
	}
	return form
}

// string reads a string, the prefix of which has been read.
func (l *lexer) string(prefix string) {
	form := literalAt(l.rest(), prefix)
	l.add(text, "''")
	length := form.length(l.rest())
	switch {
	case length < 0 && len(form.quote) == 1:
		l.fail(l.line, "the string does not end on its line. Close it with %s.", form.quote)
		return
	case length < 0:
		l.fail(l.line, "the string that begins here with %s does not end.", form.quote)
		return
	}
	if found := badEscape.FindStringIndex(l.rest()[:length]); found != nil && !form.raw && !form.formatted && !form.bytes {
		l.fail(l.line+strings.Count(l.rest()[:found[0]], "\n"), `the string has a backslash that begins the code of a character, such as \U of "C:\Users", and is not one. Write r before the string, or two backslashes.`)
	}
	l.line += strings.Count(l.rest()[:length], "\n")
	l.at += length
}

// badEscape finds a code of a character without its digits, after an even number of
// backslashes.
var badEscape = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\(?:x(?:[^0-9a-fA-F]|.[^0-9a-fA-F])|u.{0,3}[^0-9a-fA-F]|U.{0,7}[^0-9a-fA-F])`)

// length returns the length of the string with its quotes; -1 if it does not end.
// Python 3.12 reads a string inside a replacement field as a string of its own. Where
// that does not end, an earlier Python may see one that ends before.
func (f literal) length(source string) int {
	if f.formatted {
		if end := f.parts(source, len(f.quote)); end >= 0 {
			return end
		}
	}
	return f.plain(source)
}

func (f literal) plain(source string) int {
	for at := len(f.quote); at < len(source); at++ {
		switch {
		case source[at] == '\\':
			at++
		case strings.HasPrefix(source[at:], f.quote):
			return at + len(f.quote)
		case source[at] == '\n' && len(f.quote) == 1:
			return -1
		}
	}
	return -1
}

// parts returns where a formatted string ends, as Python 3.12 reads it; -1 if it does
// not.
func (f literal) parts(source string, at int) int {
	for at >= 0 && at < len(source) {
		rest := source[at:]
		switch {
		case strings.HasPrefix(rest, f.quote):
			return at + len(f.quote)
		case rest[0] == '\n' && len(f.quote) == 1:
			return -1
		case strings.HasPrefix(rest, `\N{`) && !f.raw:
			at += lengthTo(rest, "}")
		case rest[0] == '\\' && len(rest) > 1 && rest[1] != '{' && rest[1] != '}':
			at += 2
		case strings.HasPrefix(rest, "{{"):
			at += 2
		case rest[0] == '{':
			at = f.field(source, at+1)
		default:
			at++
		}
	}
	return -1
}

// field returns where a replacement field ends; -1 if it does not.
func (f literal) field(source string, at int) int {
	depth := 0
	for at < len(source) {
		switch c := source[at]; {
		case c == '#':
			at += lengthTo(source[at:], "\n")
			continue
		case c == '"' || c == '\'':
			length := literalAt(source[at:], prefixBefore(source[:at])).length(source[at:])
			if length < 0 {
				return -1
			}
			at += length
			continue
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case c == '}' && depth == 0:
			return at + 1
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == ':' && depth == 0:
			return f.format(source, at+1)
		}
		at++
	}
	return -1
}

// format returns where a replacement field ends, after the colon of its format.
func (f literal) format(source string, at int) int {
	for at >= 0 && at < len(source) {
		switch {
		case source[at] == '}':
			return at + 1
		case strings.HasPrefix(source[at:], f.quote), source[at] == '\n' && len(f.quote) == 1:
			return -1
		case source[at] == '{':
			at = f.field(source, at+1)
		default:
			at++
		}
	}
	return -1
}

// prefixBefore returns the letters right before a string.
func prefixBefore(source string) string {
	start := len(source)
	for start > 0 && isName(source[start-1]) {
		start--
	}
	if letters := source[start:]; isPrefix(letters) {
		return letters
	}
	return ""
}
