// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Method is a way to sign in.
type Method string

// The methods, in the order in which they are considered.
const (
	ClientSecret      Method = "client secret"
	ClientCertificate Method = "client certificate"
	OIDCToken         Method = "OIDC token"
	OIDCTokenFile     Method = "OIDC token file"
	AzureDevOps       Method = "Azure DevOps service connection"
	OIDCRequest       Method = "OIDC token request"
	WorkloadIdentity  Method = "AKS workload identity"
	ManagedIdentity   Method = "managed identity"
	AzureCLI          Method = "Azure CLI"
)

// rule is one row of the table in the package's documentation.
type rule struct {
	method Method
	on     func(Settings) bool
	// off says why the method is not used, if on is false.
	off string
	// needs are arguments; "a|b" needs one of both.
	needs []string
}

var (
	application = []string{"tenant_id", "client_id|client_id_file_path"}
	request     = append(slices.Clone(application), "oidc_request_url", "oidc_request_token")
)

func oidcWith(name string) func(Settings) bool {
	return func(s Settings) bool { return isTrue(s.UseOIDC) && s.has(name) }
}

var rules = []rule{
	{
		ClientSecret, func(s Settings) bool { return s.has("client_secret") || s.has("client_secret_file_path") },
		"client_secret is not set", application,
	},
	{
		ClientCertificate, func(s Settings) bool { return s.has("client_certificate") || s.has("client_certificate_path") },
		"client_certificate is not set", application,
	},
	{OIDCToken, oidcWith("oidc_token"), "oidc_token is not set", application},
	{OIDCTokenFile, oidcWith("oidc_token_file_path"), "oidc_token_file_path is not set", application},
	{
		AzureDevOps, oidcWith("ado_pipeline_service_connection_id"),
		"ado_pipeline_service_connection_id is not set", request,
	},
	{OIDCRequest, func(s Settings) bool { return isTrue(s.UseOIDC) }, oidcOff, request},
	{
		WorkloadIdentity, func(s Settings) bool { return isTrue(s.UseAKSWorkloadIdentity) }, "use_aks_workload_identity is not true",
		append(slices.Clone(application), "oidc_token_file_path"),
	},
	{ManagedIdentity, func(s Settings) bool { return isTrue(s.UseMSI) }, "use_msi is not true", nil},
	{AzureCLI, Settings.cliOn, "use_cli is false", nil},
}

// Choose applies the rule of the package's documentation. It fails with *Error
// if the first method that is switched on is incomplete, or if none is on.
func Choose(s Settings) (Method, error) {
	for i, r := range rules {
		if !r.on(s) {
			continue
		}
		missing := r.missing(s)
		if len(missing) == 0 {
			return r.method, nil
		}
		detail := fmt.Sprintf("Sign-in with %s is switched on, but it also needs %s.", r.withArticle(), list(missing))
		if r.method == OIDCRequest {
			detail += " Or set oidc_token or oidc_token_file_path, if the token is at hand. In GitHub Actions the job needs the permission id-token: write."
		}
		if i > 0 {
			detail += " Considered before it: " + s.skipped(rules[:i]) + "."
		}
		detail += s.empty() + s.passedOver(r.method)
		return "", &Error{Summary: "The credential for Azure is incomplete", Detail: detail}
	}
	return "", &Error{
		Summary: noCredential,
		Detail: "Each method was considered: " + s.skipped(rules) + ". Configure one of them in the provider block, " +
			"or by its ARM_* environment variables; with use_cli on (the default), az login is enough." + s.empty(),
	}
}

func (r rule) missing(s Settings) []string {
	var missing []string
	for _, need := range r.needs {
		forms := strings.Split(need, "|")
		if !slices.ContainsFunc(forms, s.has) {
			missing = append(missing, named(forms[0]))
		}
	}
	return missing
}

func (r rule) withArticle() string {
	switch {
	case r.isOIDC():
		return "an " + string(r.method)
	case r.method == WorkloadIdentity:
		return string(r.method)
	}
	return "a " + string(r.method)
}

const oidcOff = "use_oidc is not true"

// skipped lists methods that are off, with the reason. Without use_oidc its four
// methods are one.
func (s Settings) skipped(rules []rule) string {
	var texts []string
	for _, r := range rules {
		switch {
		case isTrue(s.UseOIDC) || !r.isOIDC():
			texts = append(texts, fmt.Sprintf("%s (%s)", r.method, r.off))
		case r.method == OIDCRequest:
			texts = append(texts, "OIDC ("+oidcOff+")")
		}
	}
	return strings.Join(texts, "; ")
}

func (r rule) isOIDC() bool {
	switch r.method {
	case OIDCToken, OIDCTokenFile, AzureDevOps, OIDCRequest:
		return true
	}
	return false
}

func list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}
