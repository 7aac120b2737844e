// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// AddPrincipal adds a principal, or replaces the one with its client id.
func (e *Emulator) AddPrincipal(p state.Principal) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.store.AddPrincipal(p)
}

// AccessToken returns a Resource Manager token of a principal, for a stand-in
// of the Azure CLI or a hand-made request. An unknown client id gives "".
func (e *Emulator) AccessToken(clientID string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.entra.AccessToken(clientID)
}

// FederatedToken returns a token that the token endpoint takes as client
// assertion of this client id: what GitHub, Azure DevOps or a Kubernetes service
// account would hold. It is valid for an hour of the machine's clock.
func (e *Emulator) FederatedToken(clientID string) (string, error) {
	return e.entra.FederatedToken(clientID, entra.FederatedAudience)
}

// ManagedIdentityEndpoint is what IDENTITY_ENDPOINT is set to on App Service.
func (e *Emulator) ManagedIdentityEndpoint() string { return e.plainBase + "/msi/token" }

// IdentityHeader is what IDENTITY_HEADER is set to: without it the endpoint refuses.
func (e *Emulator) IdentityHeader() string { return e.entra.IdentityHeader() }
