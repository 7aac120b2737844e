// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package protocoltest serves the objects of one package over Terraform's plugin
// protocol, to tests that ask as Terraform would and read what no configuration
// shows: private state, planned unknowns, the path of each diagnostic.
package protocoltest

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
)

// Objects are what is served.
type Objects struct {
	Resources          []func() resource.Resource
	DataSources        []func() datasource.DataSource
	EphemeralResources []func() ephemeral.EphemeralResource
	Actions            []func() action.Action
	ListResources      []func() list.ListResource
}

// Server is a provider that was configured.
type Server struct {
	T testing.TB
	tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse
}

// Serve serves the objects of a provider named mlws. They are given the data, or
// nothing if it is nil, as while Terraform validates.
func Serve(t testing.TB, objects Objects, data *framework.Data) *Server {
	t.Helper()
	return Connect(t, &served{objects, data}, Values{})
}

// Connect serves a whole provider with this configuration.
func Connect(t testing.TB, of provider.Provider, config Values) *Server {
	t.Helper()
	s := &Server{T: t, ProviderServer: providerserver.NewProtocol6(of)()}
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.Must(err, schema.Diagnostics)
	s.Schema = schema
	typ := schema.Provider.ValueType()
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: s.Encode(typ, Build(t, typ, config))})
	s.Must(err, configured.Diagnostics)
	return s
}

// Must ends the test if a call failed or was answered with an error.
func (s *Server) Must(err error, diags []*tfprotov6.Diagnostic) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			s.T.Fatalf("%s: %s (at %s)", d.Summary, d.Detail, d.Attribute)
		}
	}
}

// Encode returns a value as the protocol carries it.
func (s *Server) Encode(typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	s.T.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		s.T.Fatal(err)
	}
	return &encoded
}

// Decode returns the object of a reply; nil if that is null.
func (s *Server) Decode(typ tftypes.Type, value *tfprotov6.DynamicValue) Values {
	s.T.Helper()
	decoded, err := value.Unmarshal(typ)
	if err != nil {
		s.T.Fatal(err)
	}
	object, _ := Plain(s.T, decoded).(Values)
	return object
}

// Invoke validates and invokes an action. It returns what a person sees: the
// progress and the diagnostics. They are those of the validation, if it has any.
func (s *Server) Invoke(actionType string, config Values) (progress []string, diags []*tfprotov6.Diagnostic) {
	s.T.Helper()
	actions := s.ProviderServer.(tfprotov6.ActionServer)
	typ := s.Schema.ActionSchemas[actionType].Schema.ValueType()
	encoded := s.Encode(typ, Build(s.T, typ, config))
	validated, err := actions.ValidateActionConfig(s.T.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: encoded})
	if err != nil {
		s.T.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, validated.Diagnostics
	}
	stream, err := actions.InvokeAction(s.T.Context(), &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: encoded})
	if err != nil {
		s.T.Fatal(err)
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, e.Diagnostics...)
		}
	}
	return progress, diags
}

type served struct {
	objects Objects
	data    *framework.Data
}

func (*served) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "mlws"
}

func (*served) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p *served) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if p.data != nil {
		resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData, resp.ListResourceData = p.data, p.data, p.data, p.data, p.data
	}
}

func (p *served) Resources(context.Context) []func() resource.Resource { return p.objects.Resources }

func (p *served) DataSources(context.Context) []func() datasource.DataSource {
	return p.objects.DataSources
}

func (p *served) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return p.objects.EphemeralResources
}

func (p *served) Actions(context.Context) []func() action.Action { return p.objects.Actions }

func (p *served) ListResources(context.Context) []func() list.ListResource {
	return p.objects.ListResources
}
