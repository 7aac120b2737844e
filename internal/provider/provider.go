// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the schema and the configuration of the provider. It
// registers what the other packages serve, and does nothing else.
package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/functions"
	models "github.com/mlws/terraform-provider-mlws/internal/model"
	"github.com/mlws/terraform-provider-mlws/internal/webservice"
	"github.com/mlws/terraform-provider-mlws/internal/workspace"
)

var (
	_ provider.ProviderWithFunctions          = (*mlwsProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*mlwsProvider)(nil)
	_ provider.ProviderWithActions            = (*mlwsProvider)(nil)
	_ provider.ProviderWithListResources      = (*mlwsProvider)(nil)
)

type mlwsProvider struct {
	version string
}

// New returns the constructor of the provider of this version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &mlwsProvider{version: version} }
}

// Metadata implements provider.Provider.
func (p *mlwsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "mlws"
	resp.Version = p.version
}

// ConfigValidators implements provider.ProviderWithConfigValidators.
func (p *mlwsProvider) ConfigValidators(context.Context) []provider.ConfigValidator {
	return []provider.ConfigValidator{framework.EmptyObjects{}}
}

// Resources implements provider.Provider.
func (p *mlwsProvider) Resources(context.Context) []func() resource.Resource {
	return slices.Concat(webservice.Resources(), credential.Resources(), models.Resources())
}

// DataSources implements provider.Provider.
func (p *mlwsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return slices.Concat(webservice.DataSources(), credential.DataSources(), models.DataSources(), workspace.DataSources())
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *mlwsProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return credential.EphemeralResources()
}

// Actions implements provider.ProviderWithActions.
func (p *mlwsProvider) Actions(context.Context) []func() action.Action {
	return slices.Concat(webservice.Actions(), credential.Actions())
}

// ListResources implements provider.ProviderWithListResources.
func (p *mlwsProvider) ListResources(context.Context) []func() list.ListResource {
	return slices.Concat(webservice.ListResources(), models.ListResources())
}

// Functions implements provider.ProviderWithFunctions.
func (p *mlwsProvider) Functions(context.Context) []func() function.Function {
	return functions.Functions()
}
