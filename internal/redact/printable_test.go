// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain\n\ttext":                        "plain\n\ttext",
		"grüße 模型 🎉 e\u0301":                   "grüße 模型 🎉 e\u0301",
		"a\r\nb\rc\vd\fe":                      "a\nb\nc\nd\ne",
		"a\u0085b\u2028c\u2029d":               "a\nb\nc\nd",
		"\x1b[1;31mred\x1b[0m":                 "red",
		"\u009b31mred":                         "red",
		"\x1b]0;title\x07text":                 "text",
		"\x1b]8;;http://x\x1b\\link\x1b]8;;\a": "link",
		"\u009dtitle\u009ctext":                "text",
		"\x1bPdevice\x1b\\text":                "text",
		"\x1bcreset, \x1b(Bset":                "reset, set",
		"\x1b\x1b[0m[31mx":                     "\ufffd[31mx",
		"unfinished \x1b]title\nnext":          "unfinished title\nnext",
		"bell\a null\x00 del\x7f c1\u0081":     "bell\ufffd null\ufffd del\ufffd c1\ufffd",
		"bidi \u202eevil\u202c \u2066x\u2069":  "bidi \ufffdevil\ufffd \ufffdx\ufffd",
		"zero\u200bwidth\u200d\ufeff\u00ad":    "zero\ufffdwidth\ufffd\ufffd\ufffd",
		"tag \U000e0041":                       "tag \ufffd",
		"\ufeffmark":                           "mark",
		"space\u00a0\u3000":                    "space  ",
		"invalid \xff\xfe utf-8 \xc3":          "invalid \ufffd utf-8 \ufffd",
	} {
		if got := redact.Printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 100)
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{long, 60, strings.Repeat("ü", 19) + "… (200 bytes in all)"},
		{long, 61, strings.Repeat("ü", 19) + "… (200 bytes in all)"},
		{long, 20, strings.Repeat("ü", 8) + "…"},
		{"words and   " + long, 20, "words and   üü…"},
		{"words           " + long, 15, "words…"},
		{"abcdefg", 6, "abc…"},
		{"abcdefg", 5, "abcde"},
		{"üü", 3, "ü"},
		{"abcdef", 0, ""},
	} {
		if got := redact.Cut(test.text, test.limit); got != test.want {
			t.Errorf("%.12q at %d: got %q, want %q", test.text, test.limit, got, test.want)
		}
	}
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{long, 60, "(200 bytes in all) …" + strings.Repeat("ü", 19)},
		{long + "    words and", 20, "…üü    words and"},
		{long + "          words", 14, "…words"},
		{"aüü", 3, "ü"},
		{"abcdef", 0, ""},
	} {
		if got := redact.CutFront(test.text, test.limit); got != test.want {
			t.Errorf("the end of %.12q at %d: got %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	split := key[:9] + "\x1b[0m" + key[9:]
	unprintable := "se\u200bcret\u202e-9"
	s := redact.Of(key, unprintable)
	for text, want := range map[string]string{
		"a " + split + " b":                                   "a (redacted) b",
		"a " + unprintable + " b":                             "a (redacted) b",
		strings.Repeat("x", 50) + " " + key:                   strings.Repeat("x", 50) + " (redacted)",
		strings.Repeat("x", 90) + key + "yyy":                 strings.Repeat("x", 78) + "… (103 bytes in all)", // nothing of it, though the cut is in the middle
		"Bearer \x1b[1m" + strings.Repeat("k", 30) + "\x1b[m": "Bearer (redacted)",
	} {
		if got := s.Quote(text, 100); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestQuoteEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		key[9:] + " then \x1b[31m" + key:                         " then (redacted)",
		strings.Repeat("x", 100) + key + strings.Repeat("y", 90): "(200 bytes in all) …" + strings.Repeat("y", 78),
	} {
		if got := redact.Of(key).QuoteEnd(text, 100); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestLineAndProse(t *testing.T) {
	t.Parallel()
	const password, unprintable = "two  words", "se\u200bcret-9"
	s := redact.Of(password, unprintable)
	for text, want := range map[string]struct{ line, prose string }{
		" a\n\n b\t\x1b[31mc\u2028d ":          {"a b c d", "a b c d"},
		"is " + unprintable:                    {"is (redacted)", "is (redacted)"},
		"is two  words":                        {"is (redacted)", "is (redacted)"},
		strings.Repeat("ü", 50):                {strings.Repeat("ü", 38) + "… (100 bytes in all)", strings.Repeat("ü", 38) + "… (100 bytes in all)"},
		` {"error": "x"}`:                      {`{"error": "x"}`, ""},
		`["x"]`:                                {`["x"]`, ""},
		"<p>x</p>":                             {"<p>x</p>", ""},
		"Answer: <HTML lang=en><body>x</body>": {"Answer: <HTML lang=en><body>x</body>", ""},
		"Set <name> to a value, or {name} to another": {"Set <name> to a value, or {name} to another", "Set <name> to a value, or {name} to another"},
		"": {"", ""},
	} {
		if got := s.Line(text, 99); got != want.line {
			t.Errorf("%q: the line is %q, want %q", text, got, want.line)
		}
		if got := s.Prose(text, 99); got != want.prose {
			t.Errorf("%q: the prose is %q, want %q", text, got, want.prose)
		}
	}
}

// FuzzQuote holds for every text and secret: no secret, no character that a
// terminal obeys, within the bound, and the same when it is quoted again.
func FuzzQuote(f *testing.F) {
	f.Add("the key is "+key, key, "", uint16(40))
	f.Add(pemKey, pemKey, "pass\u202eword", uint16(400))
	f.Add("a\x1b[31mb\xff\u2028", "ab", "b\n\nc", uint16(3))
	f.Add("Bearer abcdefgh1 eyJhb.x sig=1", "abcdefgh1", "sig=1", uint16(1000))
	f.Add("redacted (redacted)", "redacted", "(red", uint16(1000))
	f.Fuzz(func(t *testing.T, text, first, second string, limit uint16) {
		s := redact.Of(first, second)
		clean := s.Text(text)
		if again := s.Text(clean); again != clean {
			t.Errorf("redacted again: %q, then %q", clean, again)
		}
		printable := redact.Printable(text)
		if again := redact.Printable(printable); again != printable {
			t.Errorf("printable again: %q, then %q", printable, again)
		}
		quoted := s.Quote(text, int(limit))
		if len(quoted) > int(limit) || !utf8.ValidString(quoted) {
			t.Errorf("%d bytes of at most %d: %q", len(quoted), limit, quoted)
		}
		for _, r := range quoted {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", quoted, r)
			}
		}
		quoted, _, _ = strings.Cut(quoted, "… (") // the note may hold a secret by chance
		for name, shown := range map[string]string{"text": clean, "quote": quoted, "head": s.Head(text), "tail": s.Tail(text)} {
			for _, secret := range []string{first, second} {
				// A shorter one may be a part of a word.
				if secret = strings.TrimSpace(secret); len(secret) >= 8 && strings.Contains(shown, secret) && shown != redact.Marker {
					t.Errorf("%s: %q shows %q", name, shown, secret)
				}
			}
		}
	})
}
