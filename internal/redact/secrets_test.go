// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

const (
	key     = "Zq3vT9xLp7RkW2mNc8YbHd5sJf1GaUeV"
	awkward = `pä$$ "w&rd" <1>/+%\x`
	pemKey  = "-----BEGIN PRIVATE KEY-----\n" +
		"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n" +
		"MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n" +
		"TNeZu0pA==\n" +
		"-----END PRIVATE KEY-----\n"
)

func TestASecretIsRemovedInEveryForm(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{key, awkward, "short", pemKey} {
		trimmed := strings.TrimSpace(secret)
		member, err := json.Marshal(trimmed)
		if err != nil {
			t.Fatal(err)
		}
		raw := []byte(trimmed)
		for name, form := range map[string]string{
			"raw":                       trimmed,
			"URL query":                 url.QueryEscape(trimmed),
			"URL path":                  url.PathEscape(trimmed),
			"URL query in lower case":   lowerEscapes(url.QueryEscape(trimmed)),
			"URL query with %20":        strings.ReplaceAll(url.QueryEscape(trimmed), "+", "%20"),
			"URL as Python writes it":   strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(trimmed), "+", "%20"), "%2F", "/"),
			"JSON":                      string(member[1 : len(member)-1]),
			"JSON without HTML escapes": strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(member[1 : len(member)-1])),
			"JSON as Python writes it":  strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", "ä", `\u00e4`).Replace(string(member[1 : len(member)-1])),
			"HTML":                      html.EscapeString(trimmed),
			"base64":                    base64.StdEncoding.EncodeToString(raw),
			"base64 without padding":    base64.RawStdEncoding.EncodeToString(raw),
			"base64 of URLs":            base64.URLEncoding.EncodeToString(raw),
			"base64 of URLs, unpadded":  base64.RawURLEncoding.EncodeToString(raw),
			"hex":                       hex.EncodeToString(raw),
			"hex in upper case":         strings.ToUpper(hex.EncodeToString(raw)),
		} {
			if len(form) < 8 && name != "raw" {
				continue // as short as a word
			}
			if got, want := redact.Of(secret).Text("<<"+form+">>"), "<<"+redact.Marker+">>"; got != want {
				t.Errorf("%s of %.12q: %q", name, secret, got)
			}
		}
	}
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i, part := range parts[1:] {
		parts[i+1] = strings.ToLower(part[:2]) + part[2:]
	}
	return strings.Join(parts, "%")
}

// A container registry is signed in to with the base64 of "user:password".
func TestASecretInsideOtherBase64IsRemoved(t *testing.T) {
	t.Parallel()
	for _, user := range []string{"", "a", "ab", "abc"} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			encoded := encoding.EncodeToString([]byte(user + ":" + key + ":x"))
			text := redact.Of(key).Text(encoded)
			if left := strings.ReplaceAll(text, redact.Marker, ""); len(left) > 16 {
				t.Errorf("user %q: %q of %q is left", user, left, encoded)
			}
		}
	}
}

func TestAPrivateKeyIsRemovedLineByLine(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"CRLF":             strings.ReplaceAll(pemKey, "\n", "\r\n"),
		"indented":         strings.ReplaceAll(pemKey, "\n", "\n    "),
		"prefixed by time": strings.ReplaceAll(pemKey, "\n", "\n2026-01-02 "),
		"escaped":          strings.ReplaceAll(pemKey, "\n", `\n`),
		"one line":         strings.Split(pemKey, "\n")[2],
	} {
		got := redact.Of(pemKey).Text("a " + text + " b")
		for line := range strings.Lines(pemKey) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "---") && strings.Contains(got, line) {
				t.Errorf("%s: the line %q is shown: %s", name, line, got)
			}
		}
		if !strings.HasPrefix(got, "a ") || !strings.HasSuffix(got, " b") {
			t.Errorf("%s: what is around the key is lost: %q", name, got)
		}
	}
	// The same, if a variable holds the key with its line breaks escaped.
	if got := redact.Of(strings.ReplaceAll(pemKey, "\n", `\n`)).Text(strings.Split(pemKey, "\n")[2]); got != redact.Marker {
		t.Errorf("of an escaped key: %q", got)
	}
}

func TestNamesAndOverlaps(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	s.Add("HOST", "https://host")
	s.Add("URL", "https://host/path")
	s.Add("TAIL", "path?code=12345")
	for text, want := range map[string]string{
		"at https://host/path now":        "at (value of URL) now",
		"at https://host now":             "at (value of HOST) now",
		"https://hosthttps://host":        "(value of HOST)(value of HOST)",
		"at https://host/path?code=12345": "at (value of URL)", // no part of the second stays
		"httpath?code=12345678":           "htt(value of TAIL)678",
		"at https://host/path?code=1":     "at (value of URL)?code=1",
		"of https://a/b path?code=12345":  "of https://a/b (value of TAIL)",
	} {
		if got := s.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	// The longer of two that overlap gives the name, also if it comes second.
	var two redact.Secrets
	two.Add("SHORT", "abcdWXYZ")
	two.Add("LONG", "WXYZ12345678")
	if got := two.Text("abcdWXYZ12345678"); got != "(value of LONG)" {
		t.Errorf("the name is that of the shorter: %q", got)
	}
	if got := redact.Of("aXaXaX").Text("aXaXaXaX."); got != redact.Marker+"." {
		t.Errorf("a secret that overlaps itself: %q", got)
	}
}

func TestShortValues(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	s.Add("", "in")
	s.Add("", "k3y!")
	s.Add("", " \n")
	s.Add("", "")
	s.AddSetting("DEBUG", "true")
	s.AddSetting("LEVEL", "INFO 12")
	s.AddSetting("TOKEN", "12345678")
	for text, want := range map[string]string{
		"init failed in main": "init failed " + redact.Marker + " main",
		"password=xk3y!x":     "password=" + redact.Marker,
		"a k3y! bk3y!c":       "a " + redact.Marker + " b" + redact.Marker + "c",
		"true, INFO 12":       "true, INFO 12",
		"x12345678":           "x(value of TOKEN)",
	} {
		if got := s.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSecretsAreValues(t *testing.T) {
	t.Parallel()
	var first redact.Secrets
	first.Add("", "unused-1")
	first.Add("", "unused-2")
	first.Add("", "secret-1") // space for a fourth, which copies would share
	second := first
	second.Add("", "secret-2")
	third := first
	third.Add("", "secret-3")
	both := second.With(third)
	const text = "secret-1 secret-2 secret-3"
	for name, test := range map[string]struct {
		s    redact.Secrets
		want string
	}{
		"first":  {first, "(redacted) secret-2 secret-3"},
		"second": {second, "(redacted) (redacted) secret-3"},
		"third":  {third, "(redacted) secret-2 (redacted)"},
		"both":   {both, "(redacted) (redacted) (redacted)"},
	} {
		if got := test.s.Text(text); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSecretsDoNotShowThemselves(t *testing.T) {
	t.Parallel()
	s := redact.Of(key)
	encoded, err := json.Marshal(map[string]any{"secrets": s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secrets", s)
	text, _ := s.MarshalText()
	for name, got := range map[string]string{
		"%v": fmt.Sprintf("%v", s), "%+v": fmt.Sprintf("%+v", s), "%#v": fmt.Sprintf("%#v", s), "%s": s.String(), "%#v alone": s.GoString(),
		"pointer": fmt.Sprint(&s), "JSON": string(encoded), "log": log.String(), "text": string(text),
	} {
		if strings.Contains(got, key) || !strings.Contains(got, "(sensitive)") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The rest of a secret that a cut divides is removed, at every place of the cut.
func TestHeadAndTail(t *testing.T) {
	t.Parallel()
	const before = "it is ?k="
	for _, form := range []string{key, awkward, base64.StdEncoding.EncodeToString([]byte(awkward)), url.QueryEscape(awkward)} {
		s := redact.Of(key, awkward)
		for cut := range len(form) {
			want := before
			if cut < 4 {
				want += form[:cut] // gives nothing away
			}
			if got := s.Head(before + form[:cut]); got != want {
				t.Errorf("%q: the head %q shows %q", form, form[:cut], got)
			}
		}
		if got := s.Head(before + form); got != before+redact.Marker {
			t.Errorf("%q is shown as %q", form, got)
		}
	}
	for cut := 1; cut <= len(key)-4; cut++ {
		if got := redact.Of(key).Tail(key[cut:] + " is the key"); got != " is the key" {
			t.Errorf("the tail %q shows %q", key[cut:], got)
		}
	}
	// A secret that ends with the beginning of another one is removed as a whole.
	if got := redact.Of("abcdWXYZ", "WXYZzzzz").Head("x abcdWXYZ"); got != "x "+redact.Marker {
		t.Errorf("two that overlap: %q", got)
	}
	if got := redact.Of(key).Head("nothing of it"); got != "nothing of it" {
		t.Errorf("a text without a secret: %q", got)
	}
	for text, want := range map[string]string{
		"token eyJhbGciOi":             "token ",
		"Authorization: Bearer abc":    "Authorization: Bearer ",
		"from https://user:secre":      "from https://user:",
		"-----BEGIN PRIVATE KEY-----A": redact.Marker,
	} {
		if got := (redact.Secrets{}).Head(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A text that only repeats the marker's words cannot be freed of them.
func TestASecretLikeTheMarker(t *testing.T) {
	t.Parallel()
	if got := redact.Of("redacted").Text("a redacted b"); got != redact.Marker {
		t.Errorf("got %q", got)
	}
}
