// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

const (
	// maxServerText bounds what is quoted of a server's message, in bytes; the
	// longest one known, the AKS deployment timeout, has about 600.
	maxServerText = 800
	// maxName bounds what is quoted of a name, a state or a code.
	maxName = 200
	// maxDetail bounds a whole diagnostic: a message with its ten details.
	maxDetail = 12 << 10
)

// quote makes one readable sentence of a server's text; it is empty for what
// no person can read (HTML, JSON).
func quote(text string) string { return redact.Secrets{}.Prose(text, maxServerText) }

// name is quote for a name, a state or a code that came from elsewhere.
func name(text string) string { return redact.Secrets{}.Line(text, maxName) }

// paragraph is what every diagnostic passes through at the end: it is printable,
// and nothing in it looks like a secret, wherever its parts came from.
func paragraph(text string) string { return redact.Secrets{}.Line(text, maxDetail) }

// reason is what a flat error of the API says: its message and then each cause. The
// API repeats the message in its details; each sentence stands here once.
func reason(e azureml.ServiceError) string {
	said := withCode(e.Code, e.Message)
	if said != "" {
		said = sentence(said)
	}
	for _, detail := range e.Details {
		text := withCode(detail.Code, unsaid(said, detail.Message))
		if text == "" || strings.Contains(said, text) {
			continue
		}
		if detail.Target != "" {
			text = strings.TrimSuffix(text, ".") + " (at " + name(detail.Target) + ")"
		}
		said = join(said, sentence(text))
	}
	return said
}

// unsaid returns the text without the sentences that were said before.
func unsaid(said, text string) string {
	var rest []string
	for _, s := range strings.SplitAfter(quote(text), ". ") {
		if bare := strings.TrimSuffix(strings.TrimSpace(s), "."); !strings.Contains(said, bare) {
			rest = append(rest, strings.TrimSpace(s))
		}
	}
	return strings.Join(rest, " ")
}

// withCode leaves out the half that repeats the other: the API answers a
// conflict with the code "Conflict" and the message "Conflict".
func withCode(code, message string) string {
	code, message = name(code), quote(message)
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
	if size == 0 {
		return ""
	}
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
