// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

const (
	primaryKeyDescription   = "The Primary key. It is sent as `Authorization: Bearer {key}` when scoring."
	secondaryKeyDescription = "The Secondary key. It is accepted just like the Primary one."
)

// keysModel is the configuration and result of mlws_service_keys, the data
// source and the ephemeral resource alike.
type keysModel struct {
	ServiceID    types.String `tfsdk:"service_id"`
	PrimaryKey   types.String `tfsdk:"primary_key"`
	SecondaryKey types.String `tfsdk:"secondary_key"`
}

// read fills in the keys. It changes nothing on the service. The advice is for a
// service whose mode is about to be switched.
func (m *keysModel) read(ctx context.Context, service serviceRef, advice string) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	_, diags := service.requireKeyAuth(ctx, advice)
	if diags.HasError() {
		return diags
	}
	keys, err := service.workspace.ListKeys(ctx, service.id.Name)
	if err != nil {
		diags.Append(diagnostics.FromError("Could not read the keys", service.String(), err))
		return diags
	}
	m.PrimaryKey = types.StringValue(keys.Primary)
	m.SecondaryKey = types.StringValue(keys.Secondary)
	return diags
}
