// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package redact makes text from elsewhere safe to show: the reply of a server,
// the log of a container, the output of a program. It removes secrets, and it
// makes control characters harmless. The client, the sign-in and the
// diagnostics use it, and nothing else in this provider does the same.
//
// Quote does everything, in the order that is right. The other functions are
// its steps, for callers that need only some of them.
package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marker stands in a text for a secret that was removed.
const Marker = "(redacted)"

const (
	// minAnywhere is the length in bytes from which a secret is removed also in
	// the middle of a word. A shorter one is removed only as a word of its own: a
	// password "in" must not turn "init" into noise.
	minAnywhere = 4
	// minPartial is the length in bytes from which the part of a secret that a cut
	// has left is removed. Less gives nothing away, and is the end of many words.
	minPartial = 4
	// minSetting is the length in bytes from which a setting is removed. Shorter
	// ones, such as "true" or "INFO", are words of every log.
	minSetting = 8
	// maxRounds bounds how often Text looks again. One round is enough, unless a
	// secret looks like a marker.
	maxRounds = 4
)

// Secrets are values that must not be shown. The zero value has none. A copy
// is independent of the original.
type Secrets struct {
	Hidden
	known []known
}

// known is one secret, in every form in which a text may hold it.
type known struct {
	marker string
	forms  []string // the longest first
	word   bool     // to be removed only as a word of its own
}

// Of returns secrets without names.
func Of(values ...string) Secrets {
	var s Secrets
	for _, value := range values {
		s.Add("", value)
	}
	return s
}

// Add adds a secret: a key, a password, a token. A text shows "(value of NAME)"
// in its place, or "(redacted)" if the name is empty. White space around the
// value is not part of it; an empty value is ignored. A private key in PEM is
// removed line by line as well, because a log may break it up.
func (s *Secrets) Add(name, value string) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	k := known{marker: Marker, word: len(value) < minAnywhere}
	if name != "" {
		k.marker = "(value of " + name + ")"
	}
	if k.word {
		k.forms = []string{value}
	} else {
		k.forms = forms(value)
	}
	s.known = append(slices.Clip(s.known), k)
}

// AddSetting adds a value that may be a secret, such as an environment variable
// of a container. A value of less than 8 bytes is ignored: it is a word that
// stands in every log.
func (s *Secrets) AddSetting(name, value string) {
	if len(strings.TrimSpace(value)) >= minSetting {
		s.Add(name, value)
	}
}

// With returns the secrets of both.
func (s Secrets) With(others Secrets) Secrets {
	s.known = slices.Concat(s.known, others.known)
	return s
}

// Text removes from text every secret, raw and in the encodings in which
// programs repeat one (URL, JSON, HTML, base64, hex), and everything that looks
// like a credential. Secrets that overlap are removed as one.
func (s Secrets) Text(text string) string { return s.remove(text, nil) }

// Head is Text for the beginning of a longer text, such as the first 64 KiB of
// a reply: it also removes the part of a secret with which the text ends.
func (s Secrets) Head(text string) string { return s.remove(text, s.partialEnd(text)) }

// Tail is Text for the end of a longer text, such as the last lines of a log:
// it also removes the part of a secret with which the text begins.
func (s Secrets) Tail(text string) string { return s.remove(text, s.partialStart(text)) }

func (s Secrets) remove(text string, spans []span) string {
	for range maxRounds {
		spans = merge(slices.Concat(spans, s.find(text), patternSpans(text)))
		if len(spans) == 0 {
			return text
		}
		text, spans = replace(text, spans), nil
	}
	// A secret that is a part of the marker cannot be removed otherwise.
	return Marker
}

// Text removes what looks like a credential, if no secret is known.
func Text(text string) string { return Secrets{}.Text(text) }

// span is a part of a text that is to be replaced.
type span struct {
	start, end int
	marker     string
	weight     int // the length of the secret that gives the marker
}

func (s Secrets) find(text string) []span {
	var spans []span
	for _, k := range s.known {
		for _, form := range k.forms {
			for from := 0; ; {
				i := strings.Index(text[from:], form)
				if i < 0 {
					break
				}
				start, end := from+i, from+i+len(form)
				from = start + 1 // an occurrence may overlap the one before
				if !k.word || isWord(text, start, end) {
					spans = append(spans, span{start, end, k.marker, len(form)})
				}
			}
		}
	}
	return spans
}

// partialEnd returns the longest part of a secret, and of what looks like a
// credential, with which text ends. Nothing stands in its place.
func (s Secrets) partialEnd(text string) []span {
	longest := s.overlap(text, func(form string, n int) bool { return strings.HasSuffix(text, form[:n]) })
	spans := []span{{start: len(text) - longest, end: len(text)}}
	if match := partialAtEnd.FindStringSubmatchIndex(text); match != nil {
		for group := 2; group < len(match); group += 2 {
			if match[group] >= 0 {
				spans = append(spans, span{start: match[group], end: match[group+1]})
			}
		}
	}
	return spans
}

// partialStart is partialEnd for the beginning of text.
func (s Secrets) partialStart(text string) []span {
	longest := s.overlap(text, func(form string, n int) bool { return strings.HasPrefix(text, form[len(form)-n:]) })
	return []span{{end: longest}}
}

// overlap returns the largest n for which n bytes of any form, but not all of
// them, are where they should be.
func (s Secrets) overlap(text string, found func(form string, n int) bool) int {
	longest := minPartial - 1
	for _, k := range s.known {
		for _, form := range k.forms {
			for n := min(len(form)-1, len(text)); n > longest; n-- {
				if found(form, n) {
					longest = n
				}
			}
		}
	}
	if longest < minPartial {
		return 0
	}
	return longest
}

// isWord reports whether no letter or digit is beside the part.
func isWord(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !isAlphanumeric(before) && !isAlphanumeric(after)
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// merge joins spans that overlap. The longest secret gives the marker.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(b.weight, a.weight))
	})
	var merged []span
	for _, next := range spans {
		if len(merged) == 0 || next.start >= merged[len(merged)-1].end {
			merged = append(merged, next)
			continue
		}
		last := &merged[len(merged)-1]
		last.end = max(last.end, next.end)
		if next.weight > last.weight {
			last.marker, last.weight = next.marker, next.weight
		}
	}
	return merged
}

func replace(text string, spans []span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.start == s.end {
			continue
		}
		// A secret that is not UTF-8 must not leave a part of a character behind.
		for s.start > at && !utf8.RuneStart(text[s.start]) {
			s.start--
		}
		for s.end < len(text) && !utf8.RuneStart(text[s.end]) {
			s.end++
		}
		b.WriteString(text[at:max(at, s.start)])
		b.WriteString(s.marker)
		at = max(at, s.end)
	}
	b.WriteString(text[at:])
	return b.String()
}
