// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// block is a provider block: attribute name to Go value (string, bool, a map for
// endpoints, a list) or tftypes.UnknownValue.
type block map[string]any

// cleanEnvironment takes away what the developer's machine or a CI job sets.
func cleanEnvironment(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"ARM_", "MLWS_", "AZURE", "ACTIONS_ID_", "SYSTEM_", "IDENTITY_", "MSI_"} {
			if strings.HasPrefix(name, prefix) {
				t.Setenv(name, "")
			}
		}
	}
}

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
	object, ok := providerSchema(t).Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	return objectValue(t, object, b)
}

func objectValue(t *testing.T, object tftypes.Object, given map[string]any) tftypes.Value {
	t.Helper()
	values := map[string]tftypes.Value{}
	for name, attributeType := range object.AttributeTypes {
		value := given[name]
		nested, isObject := attributeType.(tftypes.Object)
		list, isList := attributeType.(tftypes.List)
		if inner, ok := value.(map[string]any); ok && isObject {
			values[name] = objectValue(t, nested, inner)
			continue
		}
		if items, ok := value.([]string); ok && isList {
			elements := []tftypes.Value{}
			for _, item := range items {
				elements = append(elements, tftypes.NewValue(list.ElementType, item))
			}
			value = elements
		}
		values[name] = tftypes.NewValue(attributeType, value)
	}
	for name := range given {
		if _, ok := object.AttributeTypes[name]; !ok {
			t.Fatalf("no attribute %q", name)
		}
	}
	return tftypes.NewValue(object, values)
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
