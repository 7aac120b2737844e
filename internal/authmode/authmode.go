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

import "github.com/hashicorp/terraform-plugin-framework/types"

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

// Plan returns the planned values of both flags for a configuration. Defaults:
// ACI key auth off; AKS key auth on unless token auth is on; token auth off.
// An unknown flag stays unknown, and on AKS an unknown token flag makes a key flag
// that was left out unknown too. Plan does not refuse anything: see Check.
func Plan(c Compute, auth, token types.Bool) (plannedAuth, plannedToken types.Bool) {
	if token.IsNull() {
		token = types.BoolValue(false)
	}
	switch {
	case !auth.IsNull():
		return auth, token
	case c == ACI:
		return types.BoolValue(false), token
	case token.IsUnknown():
		return types.BoolUnknown(), token
	}
	return types.BoolValue(!token.ValueBool()), token
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
// has to carry: none if the mode stays. On AKS always both flags: with
// /authEnabled or /aadAuthEnabled alone the service could pass through, or
// stay in, a mode with both on. On ACI only /authEnabled exists.
func Switch(c Compute, from, to Mode) (sendAuth, sendToken bool) {
	if c == ACI {
		return from.Auth != to.Auth, false
	}
	changed := from != to
	return changed, changed
}
