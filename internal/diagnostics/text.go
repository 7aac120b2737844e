// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// maxServerText bounds what is quoted of a server's message, in bytes; the
// longest one known, the AKS deployment timeout, has about 600.
const maxServerText = 800

var (
	spaces = regexp.MustCompile(`\s+`)
	// Services put structured text, or a proxy's page, into their messages.
	markup = regexp.MustCompile(`(?is)<(!doctype|html|head|body|center|h1|title)\b`)
	// A message may quote back what it was sent.
	jwts    = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+(\.[\w-]*)?`)
	secrets = regexp.MustCompile(`(?i)(bearer\s+|(?:primaryKey|secondaryKey|keyValue|accessToken|client_secret|sig)["']?\s*[=:]\s*["']?)[\w\-.~+/%=]+`)
)

// quote makes one readable sentence of a server's text; it is empty for what
// no person can read (HTML, JSON).
func quote(text string) string {
	text = strings.TrimSpace(spaces.ReplaceAllString(text, " "))
	if text == "" || markup.MatchString(text) || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return ""
	}
	text = Mask(text)
	if len(text) > maxServerText {
		cut := maxServerText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = strings.TrimSpace(text[:cut]) + "…"
	}
	return text
}

// Mask takes away what looks like a secret: tokens, bearer credentials, and the
// values of the parameters that carry keys and signatures. It is for text that
// others wrote; known secrets are removed by whoever knows them.
func Mask(text string) string {
	text = jwts.ReplaceAllString(text, "***")
	return secrets.ReplaceAllString(text, "$1***")
}

// reason is what a flat error of the API says: its message and then each cause.
func reason(e azureml.ServiceError) string {
	var parts []string
	for _, text := range append([]string{withCode(e.Code, e.Message)}, causes(e)...) {
		if text != "" {
			parts = append(parts, sentence(text))
		}
	}
	return strings.Join(parts, " ")
}

func causes(e azureml.ServiceError) []string {
	texts := make([]string, 0, len(e.Details))
	for _, detail := range e.Details {
		text := withCode(detail.Code, detail.Message)
		if detail.Target != "" && text != "" {
			text = strings.TrimSuffix(text, ".") + " (at " + detail.Target + ")"
		}
		texts = append(texts, text)
	}
	return texts
}

// withCode leaves out the half that repeats the other: the API answers a
// conflict with the code "Conflict" and the message "Conflict".
func withCode(code, message string) string {
	message = quote(message)
	switch {
	case code == "" || strings.EqualFold(strings.TrimSuffix(message, "."), code):
		return message
	case message == "":
		return code
	}
	return code + ": " + message
}

func sentence(text string) string {
	text = quote(text)
	if text == "" {
		return "the cause was not given in a readable form."
	}
	if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(".!?…", last) {
		text += "."
	}
	return text
}

func capitalize(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// join puts sentences into one paragraph, without the empty ones.
func join(sentences ...string) string {
	var parts []string
	for _, s := range sentences {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}
