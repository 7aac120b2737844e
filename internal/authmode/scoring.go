// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode

import "github.com/hashicorp/terraform-plugin-framework/types"

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

// String returns the credential as the attribute auth_mode spells it.
func (c Credential) String() string {
	switch c {
	case KeyCredential:
		return "key"
	case TokenCredential:
		return "token"
	default:
		return "none"
	}
}

// Credentials are the values of the attribute auth_mode.
func Credentials() []string {
	return []string{KeyCredential.String(), TokenCredential.String(), NoCredential.String()}
}

// Outputs returns the attributes auth_mode and open_to_anyone of a service with
// these flags. They are unknown only if an unknown flag decides. A null flag is off.
func Outputs(c Compute, auth, token types.Bool) (mode types.String, open types.Bool) {
	needed := Mode{Auth: auth.ValueBool(), Token: token.ValueBool()}.Credential(c)
	if needed == NoCredential && (auth.IsUnknown() || token.IsUnknown() && c != ACI) {
		return types.StringUnknown(), types.BoolUnknown()
	}
	return types.StringValue(needed.String()), types.BoolValue(needed == NoCredential)
}
