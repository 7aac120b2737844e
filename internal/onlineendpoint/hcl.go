// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file writes the few forms of HCL that a mapping needs, in the format of terraform
// fmt. The library hclwrite would add 1.3 MB to the provider.

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// literal writes a text as a quoted template without interpolation.
func literal(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	text = strings.ToValidUTF8(text, "\uFFFD")
	for i, r := range text {
		next := strings.HasPrefix(text[i+utf8.RuneLen(r):], "{")
		switch {
		case r == '"' || r == '\\':
			out.WriteRune('\\')
			out.WriteRune(r)
		case (r == '$' || r == '%') && next:
			out.WriteRune(r)
			out.WriteRune(r) // ${ and %{ would begin a template
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case !unicode.IsPrint(r) && r <= 0xFFFF:
			fmt.Fprintf(&out, `\u%04x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// heredocEnd ends a text of several lines.
const heredocEnd = "EOT"

// value writes a value that begins at a depth of indentation.
func value(v any, depth int) string {
	switch v := v.(type) {
	case expression:
		return v.hcl
	case string:
		if plain := strings.TrimSuffix(v, "\n"); strings.HasSuffix(v, "\n") && strings.Contains(plain, "\n") && isPlain(plain) {
			pad := strings.Repeat("  ", depth+1)
			return "<<-" + heredocEnd + "\n" + pad + strings.ReplaceAll(plain, "\n", "\n"+pad) + "\n" + strings.Repeat("  ", depth) + heredocEnd
		}
		return literal(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case object:
		if len(v) == 0 {
			return "{}"
		}
		return "{\n" + attributes(v, depth+1) + strings.Repeat("  ", depth) + "}"
	}
	panic(fmt.Sprintf("onlineendpoint: no HCL for %T", v))
}

// isPlain reports whether a heredoc holds a text as it is.
func isPlain(text string) bool {
	if strings.Contains(text, "${") || strings.Contains(text, "%{") || !utf8.ValidString(text) || strings.TrimLeft(text, " ") != text {
		return false
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == heredocEnd || strings.TrimSpace(line) == "" {
			return false
		}
		for _, r := range line {
			if !unicode.IsPrint(r) {
				return false
			}
		}
	}
	return true
}

// attributes writes members one under the other. Those on neighbouring lines have their
// equals signs aligned, as terraform fmt aligns them.
func attributes(members object, depth int) string {
	type line struct {
		name, value string
		opens       bool // several lines in brackets, which are not aligned
	}
	var lines []line
	for _, m := range members {
		if m.value == nil {
			continue
		}
		name := m.name
		if !identifier.MatchString(name) {
			name = literal(name)
		}
		written := value(m.value, depth)
		lines = append(lines, line{name, written, strings.HasPrefix(written, "{\n")})
	}
	var out strings.Builder
	pad := strings.Repeat("  ", depth)
	for i := 0; i < len(lines); {
		if lines[i].opens {
			fmt.Fprintf(&out, "%s%s = %s\n", pad, lines[i].name, lines[i].value)
			i++
			continue
		}
		end, width := i, 0
		for ; end < len(lines) && !lines[end].opens; end++ {
			width = max(width, utf8.RuneCountInString(lines[end].name))
			if strings.HasPrefix(lines[end].value, "<<-") {
				end++
				break
			}
		}
		for ; i < end; i++ {
			fmt.Fprintf(&out, "%s%s%s = %s\n", pad, lines[i].name, strings.Repeat(" ", width-utf8.RuneCountInString(lines[i].name)), lines[i].value)
		}
	}
	return out.String()
}

// comment writes lines as a comment. A line break in one of them begins another line.
func comment(lines ...string) string {
	var out strings.Builder
	for _, line := range lines {
		for _, part := range strings.FieldsFunc(line+" ", func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }) {
			out.WriteString(strings.TrimRight("# "+part, " ") + "\n")
		}
	}
	return out.String()
}
