// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"strconv"
	"strings"
)

// Lookup reads an environment variable, like os.LookupEnv.
type Lookup func(name string) (string, bool)

// First returns the value of the first variable that is set and not empty.
func (lookup Lookup) First(names ...string) string {
	for _, name := range names {
		if value, ok := lookup(name); ok && value != "" {
			return value
		}
	}
	return ""
}

// empty returns the variables that are set to an empty text.
func (lookup Lookup) empty(names []string) []string {
	var found []string
	for _, name := range names {
		if value, ok := lookup(name); ok && value == "" {
			found = append(found, name)
		}
	}
	return found
}

// argument is a text argument: its name, the variables it falls back to, and
// the other form of the same value, which keeps the environment out when set.
type argument struct {
	name      string
	variables []string
	otherForm string
	field     func(*Settings) *string
}

var arguments = []argument{
	{"tenant_id", []string{"ARM_TENANT_ID"}, "", func(s *Settings) *string { return &s.TenantID }},
	{"client_id", []string{"ARM_CLIENT_ID"}, "client_id_file_path", func(s *Settings) *string { return &s.ClientID }},
	{"client_id_file_path", []string{"ARM_CLIENT_ID_FILE_PATH"}, "client_id", func(s *Settings) *string { return &s.ClientIDFilePath }},
	{"client_secret", []string{"ARM_CLIENT_SECRET"}, "client_secret_file_path", func(s *Settings) *string { return &s.ClientSecret }},
	{"client_secret_file_path", []string{"ARM_CLIENT_SECRET_FILE_PATH"}, "client_secret", func(s *Settings) *string { return &s.ClientSecretFilePath }},
	{"client_certificate", []string{"ARM_CLIENT_CERTIFICATE"}, "client_certificate_path", func(s *Settings) *string { return &s.ClientCertificate }},
	{"client_certificate_path", []string{"ARM_CLIENT_CERTIFICATE_PATH"}, "client_certificate", func(s *Settings) *string { return &s.ClientCertificatePath }},
	{"client_certificate_password", []string{"ARM_CLIENT_CERTIFICATE_PASSWORD"}, "", func(s *Settings) *string { return &s.ClientCertificatePassword }},
	{"oidc_token", []string{"ARM_OIDC_TOKEN"}, "oidc_token_file_path", func(s *Settings) *string { return &s.OIDCToken }},
	{"oidc_token_file_path", []string{"ARM_OIDC_TOKEN_FILE_PATH"}, "oidc_token", func(s *Settings) *string { return &s.OIDCTokenFilePath }},
	{"oidc_request_url", []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"}, "", func(s *Settings) *string { return &s.OIDCRequestURL }},
	{"oidc_request_token", []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"}, "", func(s *Settings) *string { return &s.OIDCRequestToken }},
	{"ado_pipeline_service_connection_id", []string{"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"}, "", func(s *Settings) *string { return &s.ADOPipelineServiceConnectionID }},
	{"subscription_id", []string{"ARM_SUBSCRIPTION_ID"}, "", func(s *Settings) *string { return &s.SubscriptionID }},
}

var switches = []struct {
	name, variable string
	field          func(*Settings) **bool
}{
	{"use_oidc", "ARM_USE_OIDC", func(s *Settings) **bool { return &s.UseOIDC }},
	{"use_msi", "ARM_USE_MSI", func(s *Settings) **bool { return &s.UseMSI }},
	{"use_cli", "ARM_USE_CLI", func(s *Settings) **bool { return &s.UseCLI }},
	{"use_aks_workload_identity", "ARM_USE_AKS_WORKLOAD_IDENTITY", func(s *Settings) **bool { return &s.UseAKSWorkloadIdentity }},
	{"disable_instance_discovery", "ARM_DISABLE_INSTANCE_DISCOVERY", func(s *Settings) **bool { return &s.DisableInstanceDiscovery }},
}

const auxiliaryTenantsVariable = "ARM_AUXILIARY_TENANT_IDS"

// Variables returns the environment variables that an argument falls back to,
// in the order in which they are read; none for an unknown argument.
func Variables(name string) []string {
	for _, a := range arguments {
		if a.name == name {
			return a.variables
		}
	}
	for _, s := range switches {
		if s.name == name {
			return []string{s.variable}
		}
	}
	if name == "auxiliary_tenant_ids" {
		return []string{auxiliaryTenantsVariable}
	}
	return nil
}

// WithEnvironment fills unset settings from the environment. A value
// that has two forms (a text, a file) is read from it only if neither is set.
// It fails with *Error if a variable does not hold what it should.
func (s Settings) WithEnvironment(lookup Lookup) (Settings, error) {
	filled := s
	for _, a := range arguments {
		if *a.field(&s) == "" && !s.has(a.otherForm) {
			*a.field(&filled) = lookup.First(a.variables...)
			if *a.field(&filled) == "" {
				filled.EmptyVariables = append(filled.EmptyVariables, lookup.empty(a.variables)...)
			}
		}
	}
	if len(s.AuxiliaryTenantIDs) == 0 {
		for _, id := range strings.Split(lookup.First(auxiliaryTenantsVariable), ";") {
			if id = strings.TrimSpace(id); id != "" {
				filled.AuxiliaryTenantIDs = append(filled.AuxiliaryTenantIDs, id)
			}
		}
	}
	for _, w := range switches {
		text := lookup.First(w.variable)
		if *w.field(&s) != nil || text == "" {
			continue
		}
		value, err := strconv.ParseBool(text)
		if err != nil {
			return s, &Error{
				Summary:  "Invalid environment variable " + w.variable,
				Detail:   fmt.Sprintf("%s is %q, which is neither true nor false. Set it to true or false, or unset it.", w.variable, text),
				Argument: w.name,
			}
		}
		*w.field(&filled) = &value
	}
	if isTrue(filled.UseAKSWorkloadIdentity) {
		// The AKS webhook injects these into the pod.
		fillEmpty(&filled.TenantID, lookup.First("AZURE_TENANT_ID"))
		if filled.ClientIDFilePath == "" {
			fillEmpty(&filled.ClientID, lookup.First("AZURE_CLIENT_ID"))
		}
		fillEmpty(&filled.OIDCTokenFilePath, lookup.First("AZURE_FEDERATED_TOKEN_FILE"))
	}
	return filled, nil
}

func fillEmpty(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// has reports whether the named text argument is set.
func (s Settings) has(name string) bool {
	for _, a := range arguments {
		if a.name == name {
			return *a.field(&s) != ""
		}
	}
	return false
}

// named is an argument with its variables, as a message shows it.
func named(name string) string {
	variables := Variables(name)
	if len(variables) == 0 {
		return name
	}
	return name + " (" + variables[0] + ")"
}
