// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// reader is the configuration and the result of what reads one kind of credential,
// as a data source and as an ephemeral resource.
type reader interface {
	serviceID() types.String
	// rule is what the mode of the service must allow.
	rule() rule
	// read fills in the credential. It changes nothing on the service.
	read(ctx context.Context, data *framework.Data, service serviceRef) diag.Diagnostics
}

// read reads the configuration into a reader, and then the credential. The advice
// is for a service that the same apply switches to another mode.
func read(ctx context.Context, data *framework.Data, config tfsdk.Config, into reader, advice string) diag.Diagnostics {
	diags := config.Get(ctx, into)
	if diags.HasError() {
		return diags
	}
	service, problems := refer(data, into.serviceID().ValueString())
	diags.Append(problems...)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	_, problems = service.require(ctx, into.rule(), advice)
	diags.Append(problems...)
	if !diags.HasError() {
		diags.Append(into.read(ctx, data, service)...)
	}
	return diags
}

// output is a computed string of a data source and of an ephemeral resource.
type output struct {
	name, text string
	secret     bool
}

// ephemeralAttributes are the service, the outputs, and what else there is.
func ephemeralAttributes(outputs []output, more map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"service_id": schema.StringAttribute{Required: true, MarkdownDescription: serviceIDDescription, Validators: []validator.String{validators.ServiceID}},
	}
	for _, o := range outputs {
		attributes[o.name] = schema.StringAttribute{Computed: true, Sensitive: o.secret, MarkdownDescription: o.text}
	}
	for name, attribute := range more {
		attributes[name] = attribute
	}
	return attributes
}

// dataSource is the data source of one kind of credential.
type dataSource struct {
	framework.DataSource
	outputs     []output
	model       func() reader
	description string
}

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// Schema implements datasource.DataSource.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]dataschema.Attribute{
		"service_id": dataschema.StringAttribute{Required: true, MarkdownDescription: serviceIDDescription, Validators: []validator.String{validators.ServiceID}},
	}
	for _, o := range d.outputs {
		attributes[o.name] = dataschema.StringAttribute{Computed: true, Sensitive: o.secret, MarkdownDescription: o.text}
	}
	resp.Schema = dataschema.Schema{MarkdownDescription: d.description, Attributes: attributes}
}

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model := d.model()
	resp.Diagnostics.Append(read(ctx, d.Data, req.Config, model, authmode.DependsOnAdvice)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}
