// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package deployed

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

// Secrets are the values that must not show in what others wrote about a service:
// its container log, the answer of its endpoint, Azure's errors.
type Secrets struct {
	// Values are passwords and keys; empty ones are ignored.
	Values []string
	// TLSKey is the PEM text of a private key.
	TLSKey string
	// Variables are the container's environment variables. Terraform does not tell
	// providers whether their user calls them sensitive.
	Variables map[string]string
}

// minVariable is the length from which on the value of an environment variable is
// taken out. Shorter ones are words that stand in every log.
const minVariable = 8

// Redact removes the secrets from a text, and what looks like one: the credentials
// of callers. The values of environment variables are replaced by their names. A
// private key is also recognised line by line, since a log may break it up.
func (s Secrets) Redact(text string) string {
	hidden := append(slices.Clone(s.Values), s.TLSKey)
	for _, line := range strings.Split(s.TLSKey, "\n") {
		// The BEGIN and END lines, and a short last line, give nothing away.
		if line = strings.TrimSpace(line); len(line) > 16 && !strings.HasPrefix(line, "-----") {
			hidden = append(hidden, line)
		}
	}
	for _, secret := range hidden {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "(redacted)")
		}
	}
	// The longest first: one value may be a part of another.
	longest := func(a, b string) int {
		return cmp.Or(len(s.Variables[b])-len(s.Variables[a]), strings.Compare(a, b))
	}
	for _, name := range slices.SortedFunc(maps.Keys(s.Variables), longest) {
		if value := s.Variables[name]; len(value) >= minVariable {
			text = strings.ReplaceAll(text, value, "(value of "+name+")")
		}
	}
	return diagnostics.Mask(text)
}
