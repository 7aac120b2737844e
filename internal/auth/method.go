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
	// off says why the method is not used, where on is false.
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
	{ClientSecret, func(s Settings) bool { return s.has("client_secret") || s.has("client_secret_file_path") },
		"neither client_secret nor client_secret_file_path is set", application},
	{ClientCertificate, func(s Settings) bool { return s.has("client_certificate") || s.has("client_certificate_path") },
		"neither client_certificate nor client_certificate_path is set", application},
	{OIDCToken, oidcWith("oidc_token"), "use_oidc is not true, or oidc_token is not set", application},
	{OIDCTokenFile, oidcWith("oidc_token_file_path"), "use_oidc is not true, or oidc_token_file_path is not set", application},
	{AzureDevOps, oidcWith("ado_pipeline_service_connection_id"),
		"use_oidc is not true, or ado_pipeline_service_connection_id is not set", request},
	{OIDCRequest, func(s Settings) bool { return isTrue(s.UseOIDC) }, "use_oidc is not true", request},
	{WorkloadIdentity, func(s Settings) bool { return isTrue(s.UseAKSWorkloadIdentity) }, "use_aks_workload_identity is not true",
		append(slices.Clone(application), "oidc_token_file_path")},
	{ManagedIdentity, func(s Settings) bool { return isTrue(s.UseMSI) }, "use_msi is not true", nil},
	{AzureCLI, Settings.cliOn, "use_cli is false", nil},
}

// Choose applies the rule of the package's documentation. It fails with *Error
// where the first method that is switched on is incomplete, or where none is on.
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
			detail += " Considered before it: " + skipped(rules[:i]) + "."
		}
		return "", &Error{Summary: "The credential for Azure is incomplete", Detail: detail}
	}
	return "", &Error{
		Summary: "No credential for Azure is configured",
		Detail: "Each method was considered: " + skipped(rules) + ". Configure one of them in the provider block, " +
			"or by its ARM_* environment variables; with use_cli on (the default), az login is enough.",
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
	switch r.method {
	case OIDCToken, OIDCTokenFile, AzureDevOps, OIDCRequest:
		return "an " + string(r.method)
	case WorkloadIdentity, AzureCLI:
		return string(r.method)
	}
	return "a " + string(r.method)
}

// skipped lists methods that are off, with the reason.
func skipped(rules []rule) string {
	texts := make([]string, len(rules))
	for i, r := range rules {
		texts[i] = fmt.Sprintf("%s (%s)", r.method, r.off)
	}
	return strings.Join(texts, "; ")
}

func list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}
