// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

// block is a provider block; protocoltest.Build says what its values may be.
type block protocoltest.Values

func providerSchema(t *testing.T) schema.Schema {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp.Schema
}

func (b block) value(t *testing.T) tftypes.Value {
	t.Helper()
	return protocoltest.Build(t, providerSchema(t).Type().TerraformType(t.Context()), protocoltest.Values(b))
}

// configure configures the provider, and returns what it hands to its objects.
func (b block) configure(t *testing.T) (*framework.Data, diag.Diagnostics) {
	t.Helper()
	var resp provider.ConfigureResponse
	New("test")().Configure(t.Context(), provider.ConfigureRequest{
		TerraformVersion: "1.14.0",
		Config:           tfsdk.Config{Schema: providerSchema(t), Raw: b.value(t)},
	}, &resp)
	data, _ := resp.ResourceData.(*framework.Data)
	for kind, other := range map[string]any{
		"data source": resp.DataSourceData, "ephemeral": resp.EphemeralResourceData, "action": resp.ActionData, "list": resp.ListResourceData,
	} {
		if other != resp.ResourceData {
			t.Errorf("%s data is not the resource data", kind)
		}
	}
	return data, resp.Diagnostics
}

// validate validates the block over the protocol.
func (b block) validate(t *testing.T) []*tfprotov6.Diagnostic {
	t.Helper()
	server := providerserver.NewProtocol6(New("test")())()
	value := b.value(t)
	config, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ValidateProviderConfig(context.Background(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}
