// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*keysDataSource)(nil)

// keysDataSource is data.mlws_service_keys.
type keysDataSource struct {
	framework.DataSource
}

func (*keysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Both keys of a service with key auth. Reading them never regenerates a key. They are stored in the state; " +
			"with Terraform 1.10 or later, the ephemeral resource `mlws_service_keys` leaves no trace there.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: serviceIDDescription,
				Validators:          []validator.String{serviceIDValidator{}},
			},
			"primary_key":   schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: primaryKeyDescription},
			"secondary_key": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: secondaryKeyDescription},
		},
	}
}

func (d *keysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model keysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, diags := refer(d.Data, model.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.read(ctx, service, authmode.DependsOnAdvice)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
