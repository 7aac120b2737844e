// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package authmode holds the rules of the auth modes of Azure ML v1 web
// services: which combinations of key auth and token auth a service may have,
// what they default to, and what a credential needs. It is pure: schema
// validators, plan modifiers and apply-time checks all call it.
//
// The rules are those of the Python SDK azureml-core 1.51. They hold per compute type:
//
//   - ACI: key auth is off by default; token auth does not exist.
//   - AKS: key auth is on by default unless token auth is on; token auth is
//     off by default; both together are refused.
//   - Both off is allowed everywhere, and means that anyone who finds the
//     scoring URI can score.
package authmode

// Compute is the compute type of a service, in the spelling of the API.
type Compute string

// The compute types that have rules here. A listing may return others; they
// are treated like AKS when a credential is asked for.
const (
	ACI Compute = "ACI"
	AKS Compute = "AKS"
)

// The attributes that the rules are about.
const (
	AttributeAuth  = "auth_enabled"
	AttributeToken = "token_auth_enabled"
)

// Flag is a configured boolean with the two states Terraform adds to it.
type Flag uint8

// The states of a Flag. The zero value is Null.
const (
	Null Flag = iota
	Unknown
	False
	True
)

// FlagOf returns the Flag of a Terraform boolean; null wins over unknown, and
// both win over the value.
func FlagOf(null, unknown, value bool) Flag {
	switch {
	case null:
		return Null
	case unknown:
		return Unknown
	case value:
		return True
	default:
		return False
	}
}

// String returns null, unknown, false or true.
func (f Flag) String() string {
	switch f {
	case Null:
		return "null"
	case Unknown:
		return "unknown"
	case False:
		return "false"
	default:
		return "true"
	}
}

// Plan returns the planned values of both flags for a configuration. Defaults:
// ACI key auth off; AKS key auth on unless token auth is on; token auth off.
// An unknown flag stays unknown, and on AKS an unknown token flag makes a
// key flag that was left out unknown too. Plan does not refuse anything: see Check.
func Plan(c Compute, auth, token Flag) (plannedAuth, plannedToken Flag) {
	if token == Null {
		token = False
	}
	if auth != Null {
		return auth, token
	}
	switch {
	case c == ACI:
		return False, token
	case token == True:
		return False, token
	case token == Unknown:
		return Unknown, token
	default:
		return True, token
	}
}

// Mode is the auth mode of a live service.
type Mode struct {
	// Auth is key auth: authEnabled on the wire.
	Auth bool
	// Token is token auth: aadAuthEnabled on the wire; always false on ACI.
	Token bool
}

// String names the mode as messages do.
func (m Mode) String() string {
	switch {
	case m.Auth && m.Token:
		return "key auth and token auth"
	case m.Auth:
		return "key auth"
	case m.Token:
		return "token auth"
	default:
		return "no auth"
	}
}

// Switch says which flags the one PATCH that moves a service between two modes
// has to carry. Nothing where the mode stays. On AKS always both flags: with
// /authEnabled or /aadAuthEnabled alone the service could pass through, or
// stay in, a mode with both on. On ACI only /authEnabled exists.
func Switch(c Compute, from, to Mode) (sendAuth, sendToken bool) {
	if c == ACI {
		return from.Auth != to.Auth, false
	}
	changed := from != to
	return changed, changed
}
