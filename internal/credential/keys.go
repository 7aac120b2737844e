// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// keysModel is the configuration and result of mlws_service_keys, the data
// source and the ephemeral resource alike.
type keysModel struct {
	ServiceID    types.String `tfsdk:"service_id"`
	PrimaryKey   types.String `tfsdk:"primary_key"`
	SecondaryKey types.String `tfsdk:"secondary_key"`
}

var keysOutputs = []output{
	{name: "primary_key", secret: true, text: "The Primary key. It is sent as `Authorization: Bearer {key}` when scoring."},
	{name: "secondary_key", secret: true, text: "The Secondary key. It is accepted just like the Primary one."},
}

func (m *keysModel) serviceID() types.String { return m.ServiceID }
func (m *keysModel) rule() rule              { return authmode.RequireKeyAuth }

func (m *keysModel) read(ctx context.Context, _ *framework.Data, service serviceRef, diags *diag.Diagnostics) {
	keys := service.listKeys(ctx, diags)
	m.PrimaryKey, m.SecondaryKey = types.StringValue(keys.Primary), types.StringValue(keys.Secondary)
}

// keysDataSource is data.mlws_service_keys.
func keysDataSource() datasource.DataSource {
	return &dataSource{framework.NewDataSource("service_keys"), kind{
		keysOutputs, func() reader { return &keysModel{} },
		"Both keys of a service with key auth. Reading them never regenerates a key. They are stored in the state; " +
			"with Terraform 1.10 or later, the ephemeral resource `mlws_service_keys` leaves no trace there.",
	}}
}

// keysEphemeral is the ephemeral resource mlws_service_keys.
func keysEphemeral() ephemeral.EphemeralResource {
	return &ephemeralResource{framework.NewEphemeralResource("service_keys"), kind{
		keysOutputs, func() reader { return &keysModel{} },
		"Both keys of a service with key auth, without a trace in state or plan. Opening it never regenerates a key. " +
			"If a `mlws_service_key` or `mlws_service_key_rotation` of the same configuration rotates a key, " +
			"add `depends_on` with it, so that an apply reads the keys after the rotation.",
	}}
}
