// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package entra is the sign-in of the emulator: the token endpoints of Entra, client
// assertions, managed identity, and the tokens that all other layers check.
package entra

import (
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer needs of the emulator around it.
type Dependencies struct {
	Now   func() time.Time
	State func() *state.State // under the emulator's lock
	// BaseURL and AuthorityURL are what handed-out addresses start with, without a slash
	// at the end: of Resource Manager, and of the token endpoint.
	BaseURL, AuthorityURL func() string
}

// Layer signs principals in.
type Layer struct {
	Dependencies
	signer         func() *signer
	identityHeader string
}

// New is the layer over an emulator. It makes its signing key at the first token.
func New(d Dependencies) *Layer {
	return &Layer{Dependencies: d, signer: sync.OnceValue(newSigner), identityHeader: state.RandomText(32)}
}

// Routes are the operations of the layer.
func (l *Layer) Routes() []api.Route {
	entra := func(method, pattern, operation string, handle func(*api.Call) (*api.Reply, error)) api.Route {
		return api.Route{Method: method, Pattern: pattern, Operation: operation, Plane: api.PlaneEntra, Handle: handle}
	}
	return []api.Route{
		entra("GET", "/{tenant}/v2.0/.well-known/openid-configuration", "OpenIDConfiguration", l.openIDConfiguration),
		entra("GET", "/{tenant}/.well-known/openid-configuration", "OpenIDConfiguration", l.openIDConfiguration),
		entra("POST", "/{tenant}/oauth2/v2.0/token", "EntraToken", l.entraToken),
		entra("GET", "/common/discovery/instance", "InstanceDiscovery", l.instanceDiscovery),
		entra("POST", "/{tenant}/oauth2/token", "EntraToken", l.entraTokenV1),
		entra("GET", "/msi/token", "ManagedIdentityToken", l.appServiceIdentity),
		entra("GET", "/metadata/identity/oauth2/token", "ManagedIdentityToken", l.instanceMetadataIdentity),
	}
}

// IdentityHeader is what the managed identity of App Service has to be asked with.
func (l *Layer) IdentityHeader() string { return l.identityHeader }
