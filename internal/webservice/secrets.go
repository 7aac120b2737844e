// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// secrets are the values of a configuration that are sent to the service and
// shown nowhere. Write-only ones exist in the configuration only.
type secrets struct {
	tlsKey           string
	registryPassword string
	keys             []string // the service's own keys, where they were read
	// The container's environment: no secrets to this provider, and to its user
	// perhaps, who can call them sensitive, which the provider is not told.
	variables map[string]string
}

// minVariable is the length from which on the value of an environment variable
// is taken out of a log. Shorter ones are words that stand in every log.
const minVariable = 8

// secretsOf reads them from a configuration whose values are known.
func secretsOf(ctx context.Context, config deployment) secrets {
	var s secrets
	if ssl := values.Decode[sslModel](ctx, config.SSL); ssl != nil {
		s.tlsKey = ssl.KeyPEM.ValueString()
		if values.IsSet(ssl.KeyPEMWO) {
			s.tlsKey = ssl.KeyPEMWO.ValueString()
		}
	}
	if inference := values.Decode[inferenceModel](ctx, config.InferenceConfig); inference != nil {
		if environment := values.Decode[environmentModel](ctx, inference.Environment); environment != nil {
			if registry := values.Decode[registryModel](ctx, environment.BaseImageRegistry); registry != nil {
				s.registryPassword = registry.PasswordWO.ValueString()
			}
			s.variables = values.Strings(environment.EnvironmentVariables)
		}
	}
	return s
}

// redact removes the secrets from text that others wrote, such as a container
// log, and what looks like one: the credentials of callers. What the environment
// variables hold is replaced by their names. A private key is also recognised line by line, since a log may break it up.
func (s secrets) redact(text string) string {
	hidden := append([]string{s.registryPassword, s.tlsKey}, s.keys...)
	for _, line := range strings.Split(s.tlsKey, "\n") {
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
		return cmp.Or(len(s.variables[b])-len(s.variables[a]), strings.Compare(a, b))
	}
	for _, name := range slices.SortedFunc(maps.Keys(s.variables), longest) {
		if value := s.variables[name]; len(value) >= minVariable {
			text = strings.ReplaceAll(text, value, "(value of "+name+")")
		}
	}
	return diagnostics.Mask(text)
}
