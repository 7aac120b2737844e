// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// PlainAddress is the address of the plain listener.
func PlainAddress(e *Emulator) string { return e.plainAddress }

// FederatedTokenFor is FederatedToken with another audience.
func FederatedTokenFor(e *Emulator, clientID, audience string) (string, error) {
	return e.entra.FederatedToken(clientID, audience)
}
