// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"cmp"
	"context"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// secrets are the values of a configuration that are sent and shown nowhere.
type secrets struct {
	tlsKey           string
	registryPassword string
	keys             []string // the service's own keys, if they were read
	// The container's environment may be secret: Terraform does not tell providers which values are
	// sensitive.
	variables map[string]string
}

// secretsOf reads the secrets of a configuration. All its values must be known.
func secretsOf(ctx context.Context, config deployment) secrets {
	ssl := values.OrZero(values.Decode[sslModel](ctx, config.SSL))
	s := secrets{tlsKey: cmp.Or(ssl.KeyPEMWO.ValueString(), ssl.KeyPEM.ValueString())}
	s.registryPassword, s.variables = inference.Secrets(ctx, config.image())
	return s
}

// redactor returns the secrets in the form that removes them from texts.
func (s secrets) redactor() redact.Secrets {
	hidden := redact.Of(append(slices.Clone(s.keys), s.registryPassword, s.tlsKey)...)
	for name, value := range s.variables {
		hidden.AddSetting(name, value)
	}
	return hidden
}

// redact removes the secrets from text that others wrote.
func (s secrets) redact(text string) string { return s.redactor().Text(text) }
