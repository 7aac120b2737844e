// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*tokenDataSource)(nil)

// tokenDataSource is data.mlws_service_token.
type tokenDataSource struct {
	framework.DataSource
}

// tokenModel is the configuration and result of data.mlws_service_token.
type tokenModel struct {
	ServiceID    types.String `tfsdk:"service_id"`
	AccessToken  types.String `tfsdk:"access_token"`
	TokenType    types.String `tfsdk:"token_type"`
	RefreshAfter types.String `tfsdk:"refresh_after"`
	ExpiryOn     types.String `tfsdk:"expiry_on"`
}

func (*tokenDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A short-lived token for scoring on an AKS service with token auth. Reader on the workspace is enough to fetch one. " +
			"Every plan fetches a new token and stores it in the state; where Terraform 1.10 or later is available, " +
			"the ephemeral resource `mlws_service_token` leaves no trace there.",
		Attributes: map[string]schema.Attribute{
			"service_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: serviceIDDescription,
				Validators:          []validator.String{serviceIDValidator{}},
			},
			"access_token":  schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: accessTokenDescription},
			"token_type":    schema.StringAttribute{Computed: true, MarkdownDescription: tokenTypeDescription},
			"refresh_after": schema.StringAttribute{Computed: true, MarkdownDescription: refreshAfterDescription},
			"expiry_on":     schema.StringAttribute{Computed: true, MarkdownDescription: expiryOnDescription},
		},
	}
}

func (d *tokenDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model tokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, diags := refer(d.Data, model.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	if _, diags := service.requireTokenAuth(ctx, authmode.DependsOnAdvice); diags.HasError() {
		resp.Diagnostics.Append(diags...)
		return
	}
	token, diags := service.token(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.AccessToken = types.StringValue(token.AccessToken)
	model.TokenType = types.StringValue(token.TokenType)
	model.RefreshAfter = timestamp(token.RefreshAfter)
	model.ExpiryOn = timestamp(token.ExpiryOn)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
