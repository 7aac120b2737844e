// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// FederatedTokenFor is FederatedToken with another audience.
func FederatedTokenFor(e *Emulator, clientID, audience string) (string, error) {
	return e.federatedToken(clientID, audience)
}
