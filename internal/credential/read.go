// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
)

// kind is one kind of credential, which a data source and an ephemeral resource read.
type kind struct {
	outputs []output
	model   func() reader
	text    string // the description
}

// output is a computed string of a kind.
type output struct {
	name, text string
	secret     bool
}

// reader is the configuration and the result of a read.
type reader interface {
	serviceID() types.String
	// rule checks that the service has this kind of credential.
	rule() rule
	// read fills in the credential. It changes nothing on the service.
	read(ctx context.Context, data *framework.Data, service serviceRef, diags *diag.Diagnostics)
}

// read reads the configuration into a reader, and then the credential. The advice
// is for a service that the same apply switches to another mode.
func read(ctx context.Context, data *framework.Data, config tfsdk.Config, into reader, advice string, diags *diag.Diagnostics) {
	diags.Append(config.Get(ctx, into)...)
	if diags.HasError() {
		return
	}
	service := refer(data, into.serviceID().ValueString(), diags)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limits.Read.Default)
	defer cancel()
	live, err := service.workspace.ReadService(ctx, service.id.Name)
	if service.allowed(live, err, into.rule(), advice, diags) != nil {
		into.read(ctx, data, service, diags)
	}
}

// attributes are those of a kind. An ephemeral resource has the same ones.
func (k kind) attributes() map[string]dataschema.StringAttribute {
	attributes := map[string]dataschema.StringAttribute{
		"service_id": {Required: true, MarkdownDescription: serviceIDDescription, Validators: []validator.String{validators.ServiceID}},
	}
	for _, o := range k.outputs {
		attributes[o.name] = dataschema.StringAttribute{Computed: true, Sensitive: o.secret, MarkdownDescription: o.text}
	}
	return attributes
}

// dataSource is the data source of a kind.
type dataSource struct {
	framework.DataSource
	kind
}

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// Schema implements datasource.DataSource.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataschema.Schema{MarkdownDescription: d.text, Attributes: map[string]dataschema.Attribute{}}
	for name, attribute := range d.attributes() {
		resp.Schema.Attributes[name] = attribute
	}
}

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model := d.model()
	read(ctx, d.Data, req.Config, model, authmode.DependsOnAdvice, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// ephemeralResource is the ephemeral resource of a kind.
type ephemeralResource struct {
	framework.EphemeralResource
	kind
}

var _ ephemeral.EphemeralResourceWithConfigure = (*ephemeralResource)(nil)

// Schema implements ephemeral.EphemeralResource.
func (e *ephemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: e.text, Attributes: map[string]schema.Attribute{}}
	for name, attribute := range e.attributes() {
		resp.Schema.Attributes[name] = schema.StringAttribute(attribute)
	}
}

// Open reads the credential. Terraform calls it in plan and apply; it changes nothing.
func (e *ephemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	model := e.model()
	read(ctx, e.Data, req.Config, model, authmode.TargetAdvice, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
	if renewed, ok := model.(*tokenEphemeralModel); ok {
		renewed.remember(ctx, e.Data.Clock.Now(), resp)
	}
}
