// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schemasOf asks a provider for its schemas and returns them in Terraform's JSON form.
func schemasOf(ctx context.Context, server tfprotov6.ProviderServer) (*tfjson.ProviderSchemas, error) {
	resp, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	if err := firstError(resp.Diagnostics); err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if err := firstError(identities.Diagnostics); err != nil {
		return nil, err
	}
	converted := &tfjson.ProviderSchema{}
	if converted.ConfigSchema, err = schema(resp.Provider); err != nil {
		return nil, err
	}
	for _, kind := range []struct {
		from map[string]*tfprotov6.Schema
		to   *map[string]*tfjson.Schema
	}{
		{resp.ResourceSchemas, &converted.ResourceSchemas},
		{resp.DataSourceSchemas, &converted.DataSourceSchemas},
		{resp.EphemeralResourceSchemas, &converted.EphemeralResourceSchemas},
		{resp.ListResourceSchemas, &converted.ListResourceSchemas},
	} {
		if *kind.to, err = each(kind.from, schema); err != nil {
			return nil, err
		}
	}
	if converted.ActionSchemas, err = each(resp.ActionSchemas, action); err != nil {
		return nil, err
	}
	if converted.Functions, err = each(resp.Functions, signature); err != nil {
		return nil, err
	}
	if converted.ResourceIdentitySchemas, err = each(identities.IdentitySchemas, identity); err != nil {
		return nil, err
	}
	return &tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas:       map[string]*tfjson.ProviderSchema{address: converted},
	}, nil
}

func each[From, To any](from map[string]From, convert func(From) (To, error)) (map[string]To, error) {
	converted := make(map[string]To, len(from))
	for name, value := range from {
		var err error
		if converted[name], err = convert(value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return converted, nil
}

func schema(from *tfprotov6.Schema) (*tfjson.Schema, error) {
	converted, err := block(from.Block)
	return &tfjson.Schema{Version: uint64(max(from.Version, 0)), Block: converted}, err
}

func action(from *tfprotov6.ActionSchema) (*tfjson.ActionSchema, error) {
	converted, err := block(from.Schema.Block)
	return &tfjson.ActionSchema{Block: converted}, err
}

func block(from *tfprotov6.SchemaBlock) (*tfjson.SchemaBlock, error) {
	attributes, err := attributesOf(from.Attributes)
	if err != nil {
		return nil, err
	}
	converted := &tfjson.SchemaBlock{
		Attributes:      attributes,
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(from.BlockTypes)),
		Description:     from.Description,
		DescriptionKind: kindOf(from.DescriptionKind),
		Deprecated:      from.Deprecated,
	}
	for _, nested := range from.BlockTypes {
		inner, err := block(nested.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", nested.TypeName, err)
		}
		converted.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: tfjson.SchemaNestingMode(strings.ToLower(nested.Nesting.String())),
			Block:       inner,
			MinItems:    uint64(max(nested.MinItems, 0)),
			MaxItems:    uint64(max(nested.MaxItems, 0)),
		}
	}
	return converted, nil
}

func attributesOf(from []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	converted := make(map[string]*tfjson.SchemaAttribute, len(from))
	for _, attribute := range from {
		to := &tfjson.SchemaAttribute{
			Description:     attribute.Description,
			DescriptionKind: kindOf(attribute.DescriptionKind),
			Deprecated:      attribute.Deprecated,
			Required:        attribute.Required,
			Optional:        attribute.Optional,
			Computed:        attribute.Computed,
			Sensitive:       attribute.Sensitive,
			WriteOnly:       attribute.WriteOnly,
		}
		if nested := attribute.NestedType; nested != nil {
			attributes, err := attributesOf(nested.Attributes)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", attribute.Name, err)
			}
			to.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  attributes,
				NestingMode: tfjson.SchemaNestingMode(strings.ToLower(nested.Nesting.String())),
			}
		} else if err := decodeType(attribute.Type, &to.AttributeType); err != nil {
			return nil, fmt.Errorf("%s: %w", attribute.Name, err)
		}
		converted[attribute.Name] = to
	}
	return converted, nil
}

func identity(from *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	converted := &tfjson.IdentitySchema{
		Version:    uint64(max(from.Version, 0)),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(from.IdentityAttributes)),
	}
	for _, attribute := range from.IdentityAttributes {
		to := &tfjson.IdentityAttribute{
			Description:       attribute.Description,
			RequiredForImport: attribute.RequiredForImport,
			OptionalForImport: attribute.OptionalForImport,
		}
		if err := decodeType(attribute.Type, &to.IdentityType); err != nil {
			return nil, fmt.Errorf("%s: %w", attribute.Name, err)
		}
		converted.Attributes[attribute.Name] = to
	}
	return converted, nil
}

func signature(from *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	converted := &tfjson.FunctionSignature{
		Description:        from.Description,
		Summary:            from.Summary,
		DeprecationMessage: from.DeprecationMessage,
	}
	if err := decodeType(from.Return.Type, &converted.ReturnType); err != nil {
		return nil, err
	}
	for _, from := range from.Parameters {
		to, err := parameter(from)
		if err != nil {
			return nil, err
		}
		converted.Parameters = append(converted.Parameters, to)
	}
	if from.VariadicParameter == nil {
		return converted, nil
	}
	var err error
	converted.VariadicParameter, err = parameter(from.VariadicParameter)
	return converted, err
}

func parameter(from *tfprotov6.FunctionParameter) (*tfjson.FunctionParameter, error) {
	to := &tfjson.FunctionParameter{Name: from.Name, Description: from.Description, IsNullable: from.AllowNullValue}
	return to, decodeType(from.Type, &to.Type)
}

func kindOf(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

// decodeType carries a type over: both libraries write types in the same JSON form.
func decodeType(from tftypes.Type, to json.Unmarshaler) error {
	//nolint:staticcheck // The only public way to a type's JSON form; it is the protocol's.
	encoded, err := from.MarshalJSON()
	if err != nil {
		return err
	}
	return to.UnmarshalJSON(encoded)
}
