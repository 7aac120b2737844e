// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package framework has what all Terraform objects of this provider share: provider data, base
// types to embed, timeouts, workspace, identity, private state, plan modifiers, and progress.
package framework

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/clock"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// Data is what the configured provider gives to its objects, for the life of the process.
type Data struct {
	// Client talks to Azure Machine Learning. It is never nil.
	Client *azureml.Client
	// Workspace is the provider's own workspace; nil if the configuration names none, or if it is
	// not known yet.
	Workspace *resourceid.Workspace
	// Clock is the source of "now" for rotation and expiry.
	Clock clock.Clock
	// Tags are default_tags and ignore_tags.
	Tags Tags
	// Rotations coordinates the objects that regenerate keys.
	Rotations Rotations
	// Answers is what the objects of a plan have looked up.
	Answers Answers
}

// Object is the common part of the base types.
type Object struct {
	// Name is the type name without the provider's: "service_key".
	Name string
	// Data is nil in the validate walk, in which Terraform has not configured the provider.
	Data *Data
}

// OwnWorkspace returns the provider's workspace; nil if its configuration names none.
func (o *Object) OwnWorkspace() *resourceid.Workspace {
	if o.Data == nil {
		return nil
	}
	return o.Data.Workspace
}

// Tags returns the provider's default_tags and ignore_tags; none in the validate walk.
func (o *Object) Tags() Tags {
	if o.Data == nil {
		return Tags{}
	}
	return o.Data.Tags
}

func (o *Object) typeName(provider string) string { return provider + "_" + o.Name }

func (o *Object) configure(providerData any, diags *diag.Diagnostics) {
	data, ok := providerData.(*Data)
	if providerData != nil && !ok {
		diags.AddError("The provider handed over an unexpected type",
			fmt.Sprintf("Expected *framework.Data, got %T. This is a bug in the provider; please report it.", providerData))
	}
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

// ListResource is the base of a list resource, which has the type name of its managed resource.
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
