// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package pysource

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// encoding is how the bytes of a module are text.
type encoding int

const (
	utf8Encoding encoding = iota
	// singleByte is an encoding with ASCII in its lower half. Its letters are not
	// decoded: they stand in names, strings and comments only.
	singleByte
	// unknownEncoding may have bytes of ASCII inside other characters.
	unknownEncoding
)

// The declaration of an encoding, and a line that may stand above one. [PEP 263]
var (
	declaration = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`)
	blankLine   = regexp.MustCompile(`^[ \t\f]*(#.*)?$`)
	single      = regexp.MustCompile(`^(us-)?ascii$|^latin-?[1-9]\d?$|^l1$|^iso-?(8859|latin)-\d+$|^(cp|windows-)125\d$|^koi8-[rtu]$`)
)

const mark = "\ufeff"

// decode returns the text of a module with line ends as \n.
func decode(source []byte) (text string, known encoding, fault *Fault) {
	if name := wide(source); name != "" {
		return "", unknownEncoding, faultf(1, "the file is saved as %s, which Python does not read. Save it as UTF-8.", name)
	}
	if at := bytes.IndexByte(source, 0); at >= 0 {
		return "", unknownEncoding, faultf(lineAt(source, at), "there is a byte 0, so the file is not text in an encoding that Python reads. Save it as UTF-8.")
	}
	body, marked := strings.CutPrefix(string(source), mark)
	body = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(body)
	known = declared(body)
	if marked && known != utf8Encoding {
		return "", known, faultf(1, "the file begins with the byte order mark of UTF-8, and declares another encoding. Remove the declaration.")
	}
	if known == utf8Encoding && !utf8.ValidString(body) {
		at := 0
		for at < len(body) {
			r, size := utf8.DecodeRuneInString(body[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return "", known, faultf(lineAt([]byte(body), at), "the byte 0x%02x is not UTF-8. Save the file as UTF-8, or declare its encoding in the first line, such as: # -*- coding: latin-1 -*-", body[at])
	}
	return body, known, nil
}

// wide returns the name of an encoding of two or four bytes for each character; ""
// if it is another one.
func wide(source []byte) string {
	switch {
	case bytes.HasPrefix(source, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(source, []byte("\x00\x00\xfe\xff")):
		return "UTF-32"
	case bytes.HasPrefix(source, []byte("\xff\xfe")), bytes.HasPrefix(source, []byte("\xfe\xff")):
		return "UTF-16"
	case len(source) >= 4 && len(source)%2 == 0 && (source[0] == 0) != (source[1] == 0) && (source[0] == 0) == (source[2] == 0) && (source[1] == 0) == (source[3] == 0):
		return "UTF-16"
	}
	return ""
}

// declared returns the encoding that the first two lines declare.
func declared(body string) encoding {
	lines := strings.SplitN(body, "\n", 3)
	for i, line := range lines[:min(2, len(lines))] {
		if found := declaration.FindStringSubmatch(line); found != nil {
			name := strings.ReplaceAll(strings.ToLower(found[1]), "_", "-")
			switch {
			case name == "utf8", name == "u8", name == "utf-8", strings.HasPrefix(name, "utf-8-"):
				return utf8Encoding
			case single.MatchString(name):
				return singleByte
			}
			return unknownEncoding
		}
		if i == 0 && !blankLine.MatchString(line) {
			break
		}
	}
	return utf8Encoding
}

func lineAt(source []byte, at int) int { return bytes.Count(source[:at], []byte("\n")) + 1 }
