// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Object is what the base types have in common.
type Object struct {
	// Name is the type name without the provider's: "service_key".
	Name string
	// Data is nil in the validate walk.
	Data *Data
}

// OwnWorkspace returns the provider's workspace; nil if its configuration names none.
func (o *Object) OwnWorkspace() *resourceid.Workspace {
	if o.Data == nil {
		return nil
	}
	return o.Data.Workspace
}

func (o *Object) typeName(provider string) string { return provider + "_" + o.Name }

func (o *Object) configure(providerData any, diags *diag.Diagnostics) {
	data, problems := dataOf(providerData)
	diags.Append(problems...)
	o.Data = data
}

// Resource is the base of a managed resource.
type Resource struct{ Object }

// NewResource returns the base of the resource mlws_{name}.
func NewResource(name string) Resource { return Resource{Object{Name: name}} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.typeName(req.ProviderTypeName)
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// DataSource is the base of a data source.
type DataSource struct{ Object }

// NewDataSource returns the base of data.mlws_{name}.
func NewDataSource(name string) DataSource { return DataSource{Object{Name: name}} }

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.typeName(req.ProviderTypeName)
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

// EphemeralResource is the base of an ephemeral resource.
type EphemeralResource struct{ Object }

// NewEphemeralResource returns the base of the ephemeral resource mlws_{name}.
func NewEphemeralResource(name string) EphemeralResource {
	return EphemeralResource{Object{Name: name}}
}

// Metadata implements ephemeral.EphemeralResource.
func (e *EphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = e.typeName(req.ProviderTypeName)
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *EphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.configure(req.ProviderData, &resp.Diagnostics)
}

// ListResource is the base of a list resource. It has the type name of the managed
// resource that it lists, and is configured as that is.
type ListResource struct{ Resource }

// NewListResource returns the base of the list resource mlws_{name}.
func NewListResource(name string) ListResource { return ListResource{NewResource(name)} }

// Action is the base of an action.
type Action struct{ Object }

// NewAction returns the base of the action mlws_{name}.
func NewAction(name string) Action { return Action{Object{Name: name}} }

// Metadata implements action.Action.
func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.typeName(req.ProviderTypeName)
}

// Configure implements action.ActionWithConfigure.
func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}
