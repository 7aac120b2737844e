// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode

// Credential is what a scoring call has to carry.
type Credential uint8

// The credentials. The zero value is none.
const (
	NoCredential Credential = iota
	KeyCredential
	TokenCredential
)

// Credential returns what scoring needs in this mode. A token flag means
// nothing on ACI, which issues none; a live service never has both modes.
func (m Mode) Credential(c Compute) Credential {
	switch {
	case m.Auth:
		return KeyCredential
	case m.Token && c != ACI:
		return TokenCredential
	default:
		return NoCredential
	}
}
