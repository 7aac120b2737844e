// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// minEncoded is the length from which an encoded form is looked for: the hex
	// or base64 of a short secret is as short as a word.
	minEncoded = 8
	// minKeyLine is the length from which a line of a private key is looked for
	// by itself. The last line may be shorter; it gives nothing away.
	minKeyLine = 8
)

// forms returns every form in which a text may hold a secret, the longest first.
func forms(value string) []string {
	all := encodings(value)
	for _, core := range base64Cores(value) {
		if len(core) >= minEncoded {
			all = append(all, core)
		}
	}
	for _, line := range keyLines(value) {
		all = append(all, encodings(line)...)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(all)
}

// encodings returns the value as it is, and as programs encode it.
func encodings(value string) []string {
	found := []string{value}
	add := func(forms ...string) {
		for _, form := range forms {
			if len(form) >= minEncoded && !slices.Contains(found, form) {
				found = append(found, form)
			}
		}
	}
	query := url.QueryEscape(value)
	for _, escaped := range []string{
		query, strings.ReplaceAll(query, "+", "%20"), url.PathEscape(value),
		strings.ReplaceAll(strings.ReplaceAll(query, "+", "%20"), "%2F", "/"), // Python's urllib
	} {
		add(escaped, percentEscape.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	escaped := jsonEscape(value, false)
	add(escaped, jsonEscape(value, true), strings.ReplaceAll(escaped, "/", `\/`), asciiOnly(escaped))
	add(html.EscapeString(value))
	raw := []byte(value)
	add(base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw),
		base64.URLEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw))
	add(hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)))
	return found
}

var percentEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

// jsonEscape is the value as it stands between the quotes of a JSON string.
func jsonEscape(value string, escapeHTML bool) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(value) // a string always has a JSON form
	quoted := strings.TrimSuffix(buffer.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// asciiOnly escapes the rest of a JSON string as Python does.
func asciiOnly(escaped string) string {
	var b strings.Builder
	for _, r := range escaped {
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case high != utf8.RuneError:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// base64Cores returns what the base64 of a longer text holds of the value, for
// example that of "user:password". The characters at both ends depend on what
// stands before and after it, and are left out.
func base64Cores(value string) []string {
	var cores []string
	for offset := range 3 {
		raw := append(make([]byte, offset), value...)
		first := (offset*8 + 5) / 6
		last := len(raw) * 8 / 6
		if first >= last {
			continue
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			cores = append(cores, encoding.EncodeToString(raw)[first:last])
		}
	}
	return cores
}

var lineBreaks = regexp.MustCompile(`(?:\r|\n|\\r|\\n)+`)

// keyLines returns the lines of a private key in PEM, without its BEGIN and END
// lines; none for another value.
func keyLines(value string) []string {
	if !strings.Contains(value, "PRIVATE KEY-----") {
		return nil
	}
	var lines []string
	for _, line := range lineBreaks.Split(value, -1) {
		if line = strings.TrimSpace(line); len(line) >= minKeyLine && !strings.HasPrefix(line, "-----") {
			lines = append(lines, line)
		}
	}
	return lines
}
