// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

// Connection is how an empty provider block reaches Azure: with the credential
// and the endpoints of the environment variables.
type Connection struct {
	Credential      azcore.TokenCredential
	HTTP            *http.Client
	ResourceManager string // a base URL, without a trailing slash
	TokenScope      string
}

// FromEnvironment reads the variables that the provider reads. It sends nothing,
// and fails with the text of the diagnostic that the provider would give.
func FromEnvironment(ctx context.Context, lookup auth.Lookup) (Connection, error) {
	var m model
	ends, diags := m.endpoints(ctx, lookup)
	for _, d := range diags.Errors() {
		return Connection{}, errors.New(d.Summary() + ": " + d.Detail())
	}
	client, err := httpClient(ends.caFile)
	if err != nil {
		return Connection{}, err
	}
	credential, err := m.credential(lookup, ends, auth.Options{Authority: ends.authority, HTTP: client})
	if err != nil {
		return Connection{}, errors.New(credentialDiagnostic(err).Detail())
	}
	return Connection{
		Credential: credential, HTTP: client, ResourceManager: ends.resourceManager, TokenScope: ends.audience + "/.default",
	}, nil
}
