// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// filter says which services of a workspace are listed: those that every attribute
// that is set fits.
type filter struct {
	WorkspaceID types.String
	NamePrefix  types.String
	Tags        types.Map
	Model       types.String
	ComputeType types.String
	ComputeName types.String
	State       types.String
	AuthMode    types.String
}

// criterion is one text of a filter.
type criterion struct {
	name, text string
	rule       validators.String
	field      func(*filter) *types.String
	fits       func(service *azureml.Service, value string) bool
}

// criteria returns the texts of the filters of one compute type. "" is for all
// types, which can then be told apart by compute_type.
func criteria(compute azureml.ComputeType) []criterion {
	all := []criterion{
		{
			framework.WorkspaceID, "The full resource id of the workspace. Default: the provider's workspace.", validators.WorkspaceID,
			func(f *filter) *types.String { return &f.WorkspaceID },
			func(*azureml.Service, string) bool { return true },
		},
		{
			"name_prefix", "Only services with a name that begins with this.", validators.NotEmpty,
			func(f *filter) *types.String { return &f.NamePrefix },
			func(service *azureml.Service, value string) bool { return strings.HasPrefix(service.Name, value) },
		},
		{
			"model", "Only services that are made of this model: `name`, or `name:version`.", validators.NotEmpty,
			func(f *filter) *types.String { return &f.Model },
			func(service *azureml.Service, value string) bool {
				return slices.ContainsFunc(inference.ModelsOf(service), func(id string) bool { return id == value || strings.HasPrefix(id, value+":") })
			},
		},
		{
			"state", "Only services in this state: " + states + ".", validators.OneOf("Healthy", "Unhealthy", "Transitioning", "Failed", "Unschedulable"),
			func(f *filter) *types.String { return &f.State },
			func(service *azureml.Service, value string) bool { return string(service.State) == value },
		},
		{
			"auth_mode", "Only services with this auth mode: `key`, `token` or `none`.", validators.OneOf(authmode.Credentials()...),
			func(f *filter) *types.String { return &f.AuthMode },
			func(service *azureml.Service, value string) bool {
				mode, _ := authOutputs(service)
				return mode.ValueString() == value
			},
		},
	}
	if compute == "" {
		all = append(all, criterion{
			"compute_type", "Only services of this compute type, such as `ACI`, `AKS` or `AKSENDPOINT`.", validators.NotEmpty,
			func(f *filter) *types.String { return &f.ComputeType },
			func(service *azureml.Service, value string) bool {
				return strings.EqualFold(string(service.ComputeType), value)
			},
		})
	}
	if compute != azureml.ComputeACI {
		all = append(all, criterion{
			"compute_name", "Only services on this compute target.", validators.NotEmpty,
			func(f *filter) *types.String { return &f.ComputeName },
			func(service *azureml.Service, value string) bool {
				return service.ComputeName != nil && strings.EqualFold(*service.ComputeName, value)
			},
		})
	}
	return all
}

// dataFilters are the filters as attributes of a data source.
func dataFilters() map[string]dataschema.Attribute {
	attributes := map[string]dataschema.Attribute{
		"tags": dataschema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: framework.TagsFilter, Validators: []validator.Map{mapvalidator.NoNullValues()}},
	}
	for _, c := range criteria("") {
		attributes[c.name] = dataschema.StringAttribute{
			Optional: true, Computed: c.name == framework.WorkspaceID, MarkdownDescription: c.text, Validators: rules(c.rule),
		}
	}
	return attributes
}

// listFilters are the filters as attributes of a list resource.
func listFilters(compute azureml.ComputeType) map[string]listschema.Attribute {
	attributes := map[string]listschema.Attribute{
		"tags": listschema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: framework.TagsFilter, Validators: []validator.Map{mapvalidator.NoNullValues()}},
	}
	for _, c := range criteria(compute) {
		attributes[c.name] = listschema.StringAttribute{Optional: true, MarkdownDescription: c.text, Validators: rules(c.rule)}
	}
	return attributes
}

// filterOf reads the filters of a configuration.
func filterOf(ctx context.Context, compute azureml.ComputeType, config tfsdk.Config, diags *diag.Diagnostics) (f filter) {
	diags.Append(config.GetAttribute(ctx, path.Root("tags"), &f.Tags)...)
	for _, c := range criteria(compute) {
		diags.Append(config.GetAttribute(ctx, path.Root(c.name), c.field(&f))...)
	}
	if compute != "" {
		f.ComputeType = types.StringValue(string(compute))
	}
	return f
}

// options asks the API for no more than what the filters let through, as far as it
// can filter. A tag with a character that separates the API's own list of tags is
// left to lets, as is everything else again.
func (f *filter) options() azureml.ListServicesOptions {
	o := azureml.ListServicesOptions{ComputeType: strings.ToUpper(f.ComputeType.ValueString()), Tags: values.Strings(f.Tags)}
	for name, value := range o.Tags {
		if strings.ContainsAny(name+value, ",=") {
			delete(o.Tags, name)
		}
	}
	if model := f.Model.ValueString(); strings.Contains(model, ":") {
		o.ModelID = model
	} else {
		o.ModelName = model
	}
	return o
}

// lets reports whether the filters let a service through.
func (f *filter) lets(service *azureml.Service) bool {
	if !framework.HasTags(f.Tags, service.Tags) {
		return false
	}
	for _, c := range criteria("") {
		if value := *c.field(f); values.IsSet(value) && !c.fits(service, value.ValueString()) {
			return false
		}
	}
	return true
}
