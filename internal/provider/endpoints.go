// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
)

// The variables of the cloud and its endpoints have the names that azapi uses, if
// azapi has them.
const (
	environmentVariable     = "ARM_ENVIRONMENT"
	resourceManagerVariable = "ARM_RESOURCE_MANAGER_ENDPOINT"
	authorityVariable       = "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"
	audienceVariable        = "ARM_RESOURCE_MANAGER_AUDIENCE"
	modelManagementVariable = "MLWS_MODEL_MANAGEMENT_ENDPOINT"
	caFileVariable          = "MLWS_CA_CERTIFICATE_FILE"
)

// endpoints are where the provider goes to, without a trailing slash.
type endpoints struct {
	resourceManager, authority, audience string
	modelManagement                      string // empty: ask discovery
	caFile                               string // empty: the system's authorities only
	apiSuffix                            string // of addresses of last resort; empty: none
	customAuthority                      bool
}

// endpoints merges the arguments, the environment and the cloud's own, in this
// order. Those that are unknown take the next source: unknown() keeps them unused.
func (m *model) endpoints(ctx context.Context, lookup auth.Lookup) (endpoints, diag.Diagnostics) {
	given, diags := m.givenEndpoints(ctx)
	if diags.HasError() {
		return endpoints{}, diags
	}
	cloud, err := auth.ParseCloud(orVariable(m.Environment, lookup, environmentVariable))
	if err != nil {
		diags.AddAttributeError(path.Root("environment"), "Unknown Azure cloud", "environment ("+environmentVariable+"): "+err.Error()+".")
		return endpoints{}, diags
	}
	e := endpoints{
		resourceManager: orVariable(given.ResourceManager, lookup, resourceManagerVariable),
		authority:       orVariable(given.Authority, lookup, authorityVariable),
		audience:        orVariable(given.Audience, lookup, audienceVariable),
		modelManagement: orVariable(given.ModelManagement, lookup, modelManagementVariable),
		caFile:          orVariable(given.CACertificateFile, lookup, caFileVariable),
	}
	// The arguments were checked by validators; their variables were not.
	for _, check := range []struct {
		name, variable, value string
		httpsOnly             bool
	}{
		{"resource_manager", resourceManagerVariable, e.resourceManager, false},
		{"authority", authorityVariable, e.authority, true},
		{"model_management", modelManagementVariable, e.modelManagement, false},
	} {
		if check.value == "" {
			continue
		}
		if reason := (urlValidator{httpsOnly: check.httpsOnly}).check(check.value); reason != "" {
			diags.AddAttributeError(path.Root("endpoints").AtName(check.name), "Invalid endpoint",
				"endpoints."+check.name+" ("+check.variable+") "+reason+".")
		}
	}
	// A Resource Manager of one's own must never send a token to Azure's hosts.
	if e.resourceManager == "" {
		e.apiSuffix = cloud.MachineLearning
	}
	e.customAuthority = e.authority != "" && !strings.EqualFold(strings.TrimRight(e.authority, "/"), cloud.Authority)
	for _, fallback := range []struct {
		value *string
		cloud string
	}{
		{&e.resourceManager, cloud.ResourceManager}, {&e.authority, cloud.Authority}, {&e.audience, cloud.Audience}, {&e.modelManagement, ""},
	} {
		if *fallback.value == "" {
			*fallback.value = fallback.cloud
		}
		*fallback.value = strings.TrimRight(*fallback.value, "/")
	}
	return e, diags
}

func (m *model) givenEndpoints(ctx context.Context) (endpointsModel, diag.Diagnostics) {
	var given endpointsModel
	if m.Endpoints.IsNull() || m.Endpoints.IsUnknown() {
		return given, nil
	}
	return given, m.Endpoints.As(ctx, &given, basetypes.ObjectAsOptions{})
}

func (m *model) unknownEndpoints(ctx context.Context) []string {
	if m.Endpoints.IsUnknown() {
		return []string{"endpoints"}
	}
	given, _ := m.givenEndpoints(ctx)
	var names []string
	for _, endpoint := range []struct {
		name    string
		unknown bool
	}{
		{"endpoints.resource_manager", given.ResourceManager.IsUnknown()},
		{"endpoints.authority", given.Authority.IsUnknown()},
		{"endpoints.audience", given.Audience.IsUnknown()},
		{"endpoints.model_management", given.ModelManagement.IsUnknown()},
		{"endpoints.ca_certificate_file", given.CACertificateFile.IsUnknown()},
	} {
		if endpoint.unknown {
			names = append(names, endpoint.name)
		}
	}
	return names
}
