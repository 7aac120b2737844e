// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact

import (
	"regexp"
	"slices"
	"strings"
)

// pattern finds credentials by their look. Its first group is what is removed;
// without one, it is the whole match.
type pattern struct {
	// hints are in lower case: a text that holds none of them has no match. To look
	// for a hint is a hundred times faster than to look for the expression.
	hints      []string
	expression *regexp.Regexp
	// is reports whether the value is a credential and not a word; nil: always.
	is func(value string) bool
}

// patterns are the only ones of this provider. None of them matches a marker,
// so that a text that was redacted stays as it is.
var patterns = []pattern{
	// A private key in PEM, its line breaks raw or escaped; one that has no end
	// because the text was cut, and one that has no beginning.
	{
		hints:      []string{"private key-----"},
		expression: regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`),
	},
	{
		hints:      []string{"private key-----"},
		expression: regexp.MustCompile(`(?:[A-Za-z0-9+/=]+(?:\s|\\[nr])+)*-----END [A-Z ]*PRIVATE KEY-----`),
	},
	// A signed (JWS) or encrypted (JWE) token. The header is a JSON object. Its
	// base64 begins with eyJ.
	{
		hints:      []string{"eyj"},
		expression: regexp.MustCompile(`eyJ[\w-]+(?:\.[\w-]*){1,4}`),
	},
	// An Authorization header.
	{
		hints:      []string{"bearer", "basic"},
		expression: regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([\w\-.~+/%=]{8,})`), is: isNoWord,
	},
	// A signature or a key as a parameter, a JSON member or a header.
	{
		hints: []string{"sig", "key", "token", "secret", "assertion"},
		expression: regexp.MustCompile(`(?i)(?:\bsig|shared_?access_?signature|account_?key|access_?key|primary_?key|secondary_?key|key_?value|api[_-]?key|` +
			`access_?token|refresh_?token|id_?token|client_?secret|client_?assertion)["']?\s*[=:]\s*["']?([\w\-.~+/%=]+)`),
	},
	// A password, which may hold any character. Without = or quotes it is a word
	// of a sentence.
	{
		hints:      []string{"passw", "pwd"},
		expression: regexp.MustCompile(`(?i)(?:password|passwd|pwd)\s*=\s*["']?([^\s"'&;,(][^\s"'&;,]*)`),
	},
	{
		hints:      []string{"passw", "pwd"},
		expression: regexp.MustCompile(`(?i)["'](?:password|passwd|pwd)["']\s*:\s*["']([^"'(][^"']*)["']`),
	},
	// The token of a conda channel, which is a part of its path.
	{
		hints:      []string{"/t/"},
		expression: regexp.MustCompile(`://[^\s/]+/t/([\w-]{6,})`),
	},
	// An access token in place of a user name.
	{
		hints:      []string{"://"},
		expression: regexp.MustCompile(`://([^\s:@/?#(]{20,})@`),
	},
	// The password in a URL, such as that of a package index.
	{
		hints:      []string{"://"},
		expression: regexp.MustCompile(`://[^\s:@/?#]*:([^\s@/(][^\s@/]*)@`),
	},
}

// isNoWord tells a credential from the words of a sentence such as "Bearer
// authentication is required".
func isNoWord(value string) bool {
	return len(value) >= 24 || strings.ContainsAny(value, "0123456789")
}

func patternSpans(text string) []span {
	var spans []span
	lower := strings.ToLower(text)
	for _, p := range patterns {
		if !slices.ContainsFunc(p.hints, func(hint string) bool { return strings.Contains(lower, hint) }) {
			continue
		}
		for _, match := range p.expression.FindAllStringSubmatchIndex(text, -1) {
			start, end := match[0], match[1]
			if len(match) > 2 {
				start, end = match[2], match[3]
			}
			if p.is == nil || p.is(text[start:end]) {
				spans = append(spans, span{start: start, end: end, marker: Marker})
			}
		}
	}
	return spans
}

// partialAtEnd finds a credential of which the end of a text has left too
// little for the patterns.
var partialAtEnd = regexp.MustCompile(`(?i)(?:\b(?:bearer|basic)\s+([\w\-.~+/%=]+)|(\beyJ[\w-]*)|://[^\s:@/?#]*:([^\s@/(]+))$`)
