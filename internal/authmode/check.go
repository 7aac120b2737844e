// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package authmode

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Severity says whether a violation stops the run.
type Severity uint8

// The severities. The zero value is Error.
const (
	Error Severity = iota
	Warning
)

// Violation is one broken rule. Rule and Fix are full sentences.
type Violation struct {
	// Attribute is the root attribute the diagnostic belongs to:
	// AttributeAuth or AttributeToken.
	Attribute string
	// Summary is a short title.
	Summary string
	// Rule says what the rule is, and how it was broken.
	Rule string
	// Fix says which edit repairs it.
	Fix string
	// Severity is Error unless the combination is allowed but unwise.
	Severity Severity
}

// Detail returns the rule followed by the fix.
func (v Violation) Detail() string { return v.Rule + " " + v.Fix }

// Check applies the rules to configured or planned flags. It can be called at
// validate, when much is unknown, and again at plan with the same configuration: a
// null or unknown flag never causes an error that its later value would not cause.
//
// A null flag stands for its default, so a service that ends up without any
// auth is warned about whether that was written or left out. An unknown flag is
// never warned about.
func Check(c Compute, auth, token types.Bool) []Violation {
	if c == ACI && values.IsTrue(token) {
		return []Violation{{
			Attribute: AttributeToken,
			Summary:   "Token auth is not available on ACI",
			Rule:      "Token auth exists for services on AKS only; a service on Azure Container Instances has key auth or no auth.",
			Fix:       "Remove token_auth_enabled and set auth_enabled = true to protect the service with keys, or deploy it as mlws_aks_service to use tokens.",
		}}
	}
	if values.IsTrue(auth) && values.IsTrue(token) {
		return []Violation{{
			Attribute: AttributeToken,
			Summary:   "Key auth and token auth cannot both be on",
			Rule:      "A service on AKS has key auth or token auth, never both: auth_enabled and token_auth_enabled are both true.",
			Fix:       "Set auth_enabled = false (or leave it out) to use tokens, or remove token_auth_enabled to use keys.",
		}}
	}
	plannedAuth, plannedToken := Plan(c, auth, token)
	// ACI accepts no token flag but false, so an unknown one cannot protect the service.
	if values.IsFalse(plannedAuth) && (values.IsFalse(plannedToken) || c == ACI) {
		return []Violation{open(c)}
	}
	return nil
}

func open(c Compute) Violation {
	v := Violation{
		Attribute: AttributeAuth,
		Summary:   "Service without auth",
		Rule:      "With key auth and token auth off, anyone who finds the scoring URI can score.",
		Fix:       "Set auth_enabled = true to require a key, or token_auth_enabled = true to require a token.",
		Severity:  Warning,
	}
	if c == ACI {
		v.Rule = "Key auth is off (the default on ACI), so anyone who finds the scoring URI can score."
		v.Fix = "Set auth_enabled = true to require a key."
	}
	return v
}
