// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	tflist "github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// filter says which services are listed: those that fit every attribute that is set.
type filter struct {
	tags  types.Map
	texts map[string]types.String // by the name of their criterion
}

// criterion is one text of a filter.
type criterion struct {
	name, text string
	rule       validators.String
	fits       func(service *azureml.Service, value string) bool
}

// criteria returns the filters of one compute type; for "", those of all types.
func criteria(compute azureml.ComputeType) []criterion {
	all := []criterion{
		{
			framework.WorkspaceID, "The full id of the workspace. Default: the provider's.", validators.WorkspaceID,
			func(*azureml.Service, string) bool { return true },
		},
		{
			"name_prefix", "Only services with a name that begins with this.", validators.NotEmpty,
			func(service *azureml.Service, value string) bool { return strings.HasPrefix(service.Name, value) },
		},
		{
			"model", "Only services that are made of this model: `name`, or `name:version`.", validators.NotEmpty,
			func(service *azureml.Service, value string) bool {
				return slices.ContainsFunc(inference.ModelsOf(service), func(id string) bool { return id == value || strings.HasPrefix(id, value+":") })
			},
		},
		{
			"state", "Only services in this state: " + states + ".", validators.OneOf("Healthy", "Unhealthy", "Transitioning", "Failed", "Unschedulable"),
			func(service *azureml.Service, value string) bool { return string(service.State) == value },
		},
		{
			"auth_mode", "Only services with this auth mode: `key`, `token` or `none`.", validators.OneOf(authmode.Credentials()...),
			func(service *azureml.Service, value string) bool {
				mode, _ := authOutputs(service)
				return mode.ValueString() == value
			},
		},
	}
	if compute == "" {
		all = append(all, criterion{
			"compute_type", "Only services of this compute type, such as `ACI`, `AKS` or `AKSENDPOINT`.", validators.NotEmpty,
			func(service *azureml.Service, value string) bool {
				return strings.EqualFold(string(service.ComputeType), value)
			},
		})
	}
	if compute != azureml.ComputeACI {
		all = append(all, criterion{
			"compute_name", "Only services on this compute target.", validators.NotEmpty,
			func(service *azureml.Service, value string) bool {
				return service.ComputeName != nil && strings.EqualFold(*service.ComputeName, value)
			},
		})
	}
	return all
}

// dataFilters are the filters as attributes of a data source.
func dataFilters() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"tags": schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: framework.TagsFilter, Validators: []validator.Map{mapvalidator.NoNullValues()}},
	}
	for _, c := range criteria("") {
		attributes[c.name] = schema.StringAttribute{
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
func filterOf(ctx context.Context, compute azureml.ComputeType, config tfsdk.Config, diags *diag.Diagnostics) filter {
	f := filter{texts: map[string]types.String{"compute_type": types.StringValue(string(compute))}}
	diags.Append(config.GetAttribute(ctx, path.Root("tags"), &f.tags)...)
	for _, c := range criteria(compute) {
		var text types.String
		diags.Append(config.GetAttribute(ctx, path.Root(c.name), &text)...)
		f.texts[c.name] = text
	}
	return f
}

// options returns what the API itself can filter by, without tags that contain a separator of
// its list of tags. lets checks everything again.
func (f *filter) options() azureml.ListServicesOptions {
	o := azureml.ListServicesOptions{ComputeType: strings.ToUpper(f.texts["compute_type"].ValueString()), Tags: values.Strings(f.tags)}
	for name, value := range o.Tags {
		if strings.ContainsAny(name+value, ",=") {
			delete(o.Tags, name)
		}
	}
	if model := f.texts["model"].ValueString(); strings.Contains(model, ":") {
		o.ModelID = model
	} else {
		o.ModelName = model
	}
	return o
}

// lets reports whether the filters let a service through.
func (f *filter) lets(service *azureml.Service) bool {
	if !framework.HasTags(f.tags, service.Tags) {
		return false
	}
	for _, c := range criteria("") {
		if value := f.texts[c.name]; values.IsSet(value) && !c.fits(service, value.ValueString()) {
			return false
		}
	}
	return true
}

var _ datasource.DataSourceWithConfigure = (*servicesDataSource)(nil)

// servicesDataSource is data.mlws_services: the services of a workspace, of all types.
type servicesDataSource struct {
	framework.DataSource
}

// listedAttributes are the attributes of data.mlws_service that each service has here.
var listedAttributes = []string{
	"id", "name", "compute_type", "compute_name", "auth_mode", "open_to_anyone", "scoring_uri", "model_ids", "state", "tags",
	"created_at", "updated_at", "created_by",
}

// listedSchema is the schema of one listed service.
func listedSchema() map[string]schema.Attribute {
	all, listed := dataSchema().Attributes, map[string]schema.Attribute{}
	for _, name := range listedAttributes {
		listed[name] = all[name]
	}
	listed["name"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the service."}
	listed["age_days"] = schema.Int64Attribute{Computed: true, MarkdownDescription: "How many whole days ago the service was created. It changes every day, without a change of the service."}
	return listed
}

func (d *servicesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataFilters()
	attributes["services"] = schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The services that all filters let through, sorted by name.",
		NestedObject: schema.NestedAttributeObject{Attributes: listedSchema()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the web services of a workspace, of all types, whoever deployed them: an inventory, and what `for_each` can run over. " +
			"All filters are optional, and a service has to fit all of them. Keys and tokens are not part of it.",
		Attributes: attributes,
	}
}

func (d *servicesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	wanted := filterOf(ctx, "", req.Config, &resp.Diagnostics)
	workspace := framework.ResolveWorkspace(wanted.texts[framework.WorkspaceID], d.OwnWorkspace(), "data source", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	found := map[string]*azureml.Service{} // a service that changes meanwhile may be on two pages
	for service, err := range d.Data.Client.Workspace(workspace).ReadServices(ctx, wanted.options()) {
		if err != nil {
			resp.Diagnostics.Append(diagnostics.FromError("Could not list the services", fmt.Sprintf("workspace %q", workspace.Name), err))
			return
		}
		if wanted.lets(service) {
			found[service.Name] = service
		}
	}
	listed := values.Types(listedSchema())
	services := make([]attr.Value, 0, len(found))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all := shown(ctx, found[name], workspace)
		all["age_days"] = ageDays(d.Data.Clock.Now(), found[name].CreatedTime.Time)
		services = append(services, values.Object(listed, all))
	}
	resp.State.Raw = req.Config.Raw.Copy()
	if wanted.texts[framework.WorkspaceID].IsNull() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(framework.WorkspaceID), workspace.String())...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("services"), services)...)
}

// ageDays returns how many whole days have passed since a time; null for none.
func ageDays(now, since time.Time) types.Int64 {
	if since.IsZero() {
		return types.Int64Null()
	}
	return types.Int64Value(int64(now.Sub(since) / (24 * time.Hour)))
}

var _ tflist.ListResourceWithConfigure = (*serviceList)(nil)

// serviceList lists the services that can be imported as one of the resources, for terraform query.
type serviceList struct {
	framework.ListResource
	compute azureml.ComputeType
}

func newServiceList(compute azureml.ComputeType) tflist.ListResource {
	return &serviceList{framework.NewListResource(resourceName(compute)), compute}
}

func (l *serviceList) ListResourceConfigSchema(_ context.Context, _ tflist.ListResourceSchemaRequest, resp *tflist.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		MarkdownDescription: fmt.Sprintf("Finds the web services of a workspace that run on %s, whoever deployed them, for `terraform query` (Terraform 1.14 or later). "+
			"All filters are optional, and a service has to fit all of them.", l.compute),
		Attributes: listFilters(l.compute),
	}
}

func (l *serviceList) List(ctx context.Context, req tflist.ListRequest, stream *tflist.ListResultsStream) {
	var diags diag.Diagnostics
	wanted := filterOf(ctx, l.compute, req.Config, &diags)
	workspace := framework.ResolveWorkspace(wanted.texts[framework.WorkspaceID], l.OwnWorkspace(), "list block", &diags)
	if diags.HasError() {
		stream.Results = tflist.ListResultsStreamDiagnostics(diags)
		return
	}
	api := l.Data.Client.Workspace(workspace)
	stream.Results = framework.Listing[*azureml.Service]{
		Objects: api.ReadServices(ctx, wanted.options()),
		Wanted:  wanted.lets,
		Fill: func(ctx context.Context, service *azureml.Service, result *tflist.ListResult) {
			id := workspace.Service(service.Name)
			result.DisplayName = displayName(service)
			result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(id))...)
			if req.IncludeResource {
				none := newDeployment(l.compute)
				none.providerTags = l.Tags()
				found := flatten(ctx, service, workspace, none)
				image, diags := inference.Adopt(ctx, api, service, found.image())
				result.Diagnostics.Append(diags...)
				found.InferenceConfig = image.Object
				result.Diagnostics.Append(store(ctx, found, &result.Resource.Raw)...)
			}
		},
		Failed: func(err error) diag.Diagnostic {
			return diagnostics.FromError("Could not list the services", fmt.Sprintf("workspace %q", workspace.Name), err)
		},
	}.Results(ctx, req)
}

// displayName returns a name such as "iris (AKS aks-demo, Healthy, auth mode key)".
func displayName(service *azureml.Service) string {
	compute := string(service.ComputeType)
	if service.ComputeName != nil {
		compute += " " + *service.ComputeName
	}
	mode, open := authOutputs(service)
	access := "auth mode " + mode.ValueString()
	if open.ValueBool() {
		access = "open to anyone"
	}
	return fmt.Sprintf("%s (%s)", service.Name, strings.Join([]string{compute, string(service.State), access}, ", "))
}
