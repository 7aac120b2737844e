// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*keysEphemeral)(nil)

// keysEphemeral is the ephemeral resource mlws_service_keys.
type keysEphemeral struct {
	framework.EphemeralResource
}

func (*keysEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Both keys of a service with key auth, without a trace in state or plan. Opening it never regenerates a key. " +
			"Terraform opens it in every plan and apply that needs it. Where a `mlws_service_key` or `mlws_service_key_rotation` of the same configuration rotates a key, " +
			"add `depends_on` with it, so that an apply reads the keys after the rotation.",
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

// Open reads the keys. It is called in plan and apply, and changes nothing.
func (e *keysEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model keysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	service, diags := refer(e.Data, model.ServiceID.ValueString())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.read(ctx, service, authmode.TargetAdvice)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
}
