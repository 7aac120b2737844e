// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Listed is one result of a list resource.
type Listed struct {
	DisplayName string
	Identity    Values
	// Resource is nil if it was not asked for.
	Resource    Values
	Diagnostics []*tfprotov6.Diagnostic
}

// Query is what Terraform asks a list resource.
type Query struct {
	Config Values
	// Limit is how many results are asked for; 0 is no limit.
	Limit           int64
	IncludeResource bool
}

// List validates a query, and returns its results one by one, as the provider
// makes them. A configuration that is refused ends the test.
func (s *Server) List(ctx context.Context, typeName string, query Query) iter.Seq[Listed] {
	s.T.Helper()
	lists := s.ProviderServer.(tfprotov6.ListResourceServer)
	config := s.listConfig(typeName, query.Config)
	validated, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: config})
	s.Must(err, validated.Diagnostics)
	stream, err := lists.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: typeName, Config: config, IncludeResource: query.IncludeResource, Limit: query.Limit})
	if err != nil {
		s.T.Fatal(err)
	}
	identities, err := s.GetResourceIdentitySchemas(s.T.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.Must(err, identities.Diagnostics)
	identityType := identities.IdentitySchemas[typeName].ValueType()
	return func(yield func(Listed) bool) {
		for result := range stream.Results {
			listed := Listed{DisplayName: result.DisplayName, Diagnostics: result.Diagnostics}
			if result.Identity != nil {
				listed.Identity = s.Decode(identityType, result.Identity.IdentityData)
			}
			if result.Resource != nil {
				listed.Resource = s.Decode(s.ResourceType(typeName), result.Resource)
			}
			if !yield(listed) {
				return
			}
		}
	}
}

// RefuseQuery returns the diagnostics of a list resource's configuration.
func (s *Server) RefuseQuery(typeName string, config Values) []*tfprotov6.Diagnostic {
	s.T.Helper()
	validated, err := s.ProviderServer.(tfprotov6.ListResourceServer).ValidateListResourceConfig(s.T.Context(),
		&tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: s.listConfig(typeName, config)})
	if err != nil {
		s.T.Fatal(err)
	}
	return validated.Diagnostics
}

func (s *Server) listConfig(typeName string, config Values) *tfprotov6.DynamicValue {
	s.T.Helper()
	schema, exists := s.Schema.ListResourceSchemas[typeName]
	if !exists {
		s.T.Fatalf("there is no list resource %s", typeName)
	}
	if config == nil {
		config = Values{}
	}
	return s.Encode(schema.ValueType(), Build(s.T, schema.ValueType(), config))
}

// ReadData reads a data source; an error ends the test.
func (s *Server) ReadData(typeName string, config Values) Values {
	s.T.Helper()
	state, diags := s.TryReadData(typeName, config)
	s.Must(nil, diags)
	return state
}

// TryReadData is ReadData for a test that looks at the errors. A configuration that
// is refused is not read.
func (s *Server) TryReadData(typeName string, config Values) (Values, []*tfprotov6.Diagnostic) {
	s.T.Helper()
	schema, exists := s.Schema.DataSourceSchemas[typeName]
	if !exists {
		s.T.Fatalf("there is no data source %s", typeName)
	}
	if config == nil {
		config = Values{}
	}
	typ := schema.ValueType()
	encoded := s.Encode(typ, Build(s.T, typ, config))
	validated, err := s.ValidateDataResourceConfig(s.T.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: encoded})
	if err != nil {
		s.T.Fatal(err)
	}
	if Failed(validated.Diagnostics) {
		return nil, validated.Diagnostics
	}
	response, err := s.ReadDataSource(s.T.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: encoded})
	if err != nil {
		s.T.Fatal(err)
	}
	if Failed(response.Diagnostics) {
		return nil, response.Diagnostics
	}
	return s.Decode(typ, response.State), response.Diagnostics
}
