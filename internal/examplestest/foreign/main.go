// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Command foreign replaces the other providers of the guides (azurerm, azapi, time), so that
// terraform validate needs no registry. It has the schemas of the objects in the
// guides. An apply writes down what azapi would send, and sends it if it is asked to.
package main

import (
	"context"
	"log"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// attributes are those of an object, by name.
type attributes map[string]attribute

type attribute struct {
	typ                           tftypes.Type
	required, computed, writeOnly bool
	block                         attributes // it is a nested block with these
	single                        bool       // the block, which otherwise may repeat
}

var (
	given    = attribute{typ: tftypes.String, required: true}
	optional = attribute{typ: tftypes.String}
	result   = attribute{typ: tftypes.String, computed: true}
	object   = attribute{typ: tftypes.DynamicPseudoType}
)

var (
	resources = map[string]attributes{
		"azapi_resource": {
			"type": given, "name": given, "parent_id": given, "location": optional, "id": result, "body": object,
			"tags":                   {typ: tftypes.Map{ElementType: tftypes.String}},
			"identity":               {block: attributes{"type": given}},
			"timeouts":               {block: attributes{"create": optional, "update": optional}, single: true},
			"sensitive_body":         {typ: tftypes.DynamicPseudoType, writeOnly: true},
			"sensitive_body_version": {typ: tftypes.Map{ElementType: tftypes.String}},
			"response_export_values": {typ: tftypes.List{ElementType: tftypes.String}},
		},
		"azapi_resource_action": {
			"type": given, "resource_id": given, "action": optional, "method": optional, "id": result, "body": object,
			"locks":                  {typ: tftypes.List{ElementType: tftypes.String}},
			"sensitive_body":         {typ: tftypes.DynamicPseudoType, writeOnly: true},
			"sensitive_body_version": {typ: tftypes.Map{ElementType: tftypes.String}},
		},
		"azurerm_role_assignment":        {"scope": given, "role_definition_name": given, "principal_id": given, "id": result},
		"azurerm_user_assigned_identity": {"name": given, "resource_group_name": given, "location": given, "id": result, "principal_id": result, "client_id": result},
		"time_rotating":                  {"rotation_months": {typ: tftypes.Number}, "id": result},
		"azurerm_key_vault_secret": {
			"name": given, "key_vault_id": given, "id": result,
			"value_wo":         {typ: tftypes.String, writeOnly: true},
			"value_wo_version": {typ: tftypes.Number},
		},
	}
	dataSources = map[string]attributes{
		"azurerm_machine_learning_workspace": {"name": given, "resource_group_name": given, "id": result, "location": result},
		"azurerm_key_vault":                  {"name": given, "resource_group_name": given, "id": result},
	}
	ephemerals = map[string]attributes{
		"azurerm_key_vault_secret": {"name": given, "key_vault_id": given, "value": result},
	}
)

func (a attributes) schema() *tfprotov6.Schema { return &tfprotov6.Schema{Block: a.body()} }

func (a attributes) body() *tfprotov6.SchemaBlock {
	block := &tfprotov6.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if nested := a[name].block; nested != nil {
			nesting := tfprotov6.SchemaNestedBlockNestingModeList
			if a[name].single {
				nesting = tfprotov6.SchemaNestedBlockNestingModeSingle
			}
			block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{TypeName: name, Nesting: nesting, Block: nested.body()})
			continue
		}
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{
			Name: name, Type: a[name].typ, Required: a[name].required, Computed: a[name].computed,
			Optional: !a[name].required && !a[name].computed, WriteOnly: a[name].writeOnly,
		})
	}
	return block
}

func schemas(objects map[string]attributes) map[string]*tfprotov6.Schema {
	result := map[string]*tfprotov6.Schema{}
	for name, object := range objects {
		result[name] = object.schema()
	}
	return result
}

// foreign answers the calls of terraform validate, and those of plan and apply for
// resources. All other calls go to the embedded server, which is nil.
type foreign struct{ tfprotov6.ProviderServer }

func (foreign) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}, nil
}

func (foreign) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: attributes{
			"features": {block: attributes{}}, "resource_provider_registrations": {typ: tftypes.String},
		}.schema(),
		ResourceSchemas:          schemas(resources),
		DataSourceSchemas:        schemas(dataSources),
		EphemeralResourceSchemas: schemas(ephemerals),
	}, nil
}

func (foreign) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (foreign) ValidateProviderConfig(_ context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (foreign) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (foreign) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (foreign) ValidateEphemeralResourceConfig(context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
}

func (foreign) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func main() {
	server := func() tfprotov6.ProviderServer { return foreign{} }
	if err := tf6server.Serve("registry.terraform.io/hashicorp/azurerm", server); err != nil {
		log.Fatal(err)
	}
}
