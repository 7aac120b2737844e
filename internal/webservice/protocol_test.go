// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/providerdata"
)

const (
	aciType = "mlws_aci_service"
	aksType = "mlws_aks_service"
)

// packageProvider serves this package alone, over the real protocol.
type packageProvider struct{ data *providerdata.Data }

func (*packageProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "mlws"
}
func (*packageProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (p *packageProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if p.data != nil {
		resp.ResourceData, resp.DataSourceData = p.data, p.data
	}
}
func (*packageProvider) Resources(context.Context) []func() resource.Resource { return Resources() }
func (*packageProvider) DataSources(context.Context) []func() datasource.DataSource {
	return DataSources()
}

type server struct {
	t *testing.T
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func serve(t *testing.T, data *providerdata.Data) *server {
	t.Helper()
	s := &server{t: t, ProviderServer: providerserver.NewProtocol6(&packageProvider{data: data})()}
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.must(err, schema.Diagnostics)
	s.schema = schema
	if data != nil {
		typ := schema.Provider.ValueType()
		configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			Config: s.encode(typ, tftypes.NewValue(typ, map[string]tftypes.Value{})),
		})
		s.must(err, configured.Diagnostics)
	}
	return s
}

func (s *server) must(err error, diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			s.t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

func (s *server) encode(typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		s.t.Fatal(err)
	}
	return &encoded
}

func (s *server) validate(typeName string, config values) []*tfprotov6.Diagnostic {
	s.t.Helper()
	typ := s.schema.ResourceSchemas[typeName].ValueType()
	resp, err := s.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.encode(typ, build(s.t, typ, config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

// planned is what a plan came to.
type planned struct {
	values  values
	replace []string
	diags   []*tfprotov6.Diagnostic
}

// plan plans a configuration; a nil prior state is a create. The proposed
// state is made as Terraform makes it: computed attributes that the
// configuration leaves out keep their prior value, on a create they are unknown.
func (s *server) plan(typeName string, config, prior values, private map[string]string) planned {
	s.t.Helper()
	schema := s.schema.ResourceSchemas[typeName]
	typ := schema.ValueType()
	proposed := values{}
	for _, attribute := range schema.Block.Attributes {
		name := attribute.Name
		value, configured := config[name]
		switch {
		case configured:
			proposed[name] = proposeNested(attribute, value, prior[name])
		case attribute.Computed && prior == nil:
			proposed[name] = unknown{}
		case attribute.Computed:
			proposed[name] = prior[name]
		}
	}
	var priorValue any
	if prior != nil {
		priorValue = prior
	}
	var encodedPrivate []byte
	if private != nil {
		encodedPrivate = encodePrivate(s.t, private)
	}
	resp, err := s.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.encode(typ, build(s.t, typ, priorValue)),
		ProposedNewState: s.encode(typ, build(s.t, typ, proposed)),
		Config:           s.encode(typ, build(s.t, typ, config)),
		PriorPrivate:     encodedPrivate,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	result := planned{diags: resp.Diagnostics}
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return result
		}
	}
	decoded, err := resp.PlannedState.Unmarshal(typ)
	if err != nil {
		s.t.Fatal(err)
	}
	result.values, _ = plain(s.t, decoded).(values)
	for _, path := range resp.RequiresReplace {
		result.replace = append(result.replace, strings.Trim(strings.TrimPrefix(path.String(), "AttributeName("), "\")"))
	}
	return result
}

func proposeNested(attribute *tfprotov6.SchemaAttribute, value, prior any) any {
	object, ok := value.(values)
	if attribute.NestedType == nil || !ok {
		return value
	}
	before, _ := prior.(values)
	proposed := values{}
	for _, member := range attribute.NestedType.Attributes {
		if v, configured := object[member.Name]; configured {
			proposed[member.Name] = proposeNested(member, v, before[member.Name])
		} else if member.Computed && before != nil {
			proposed[member.Name] = before[member.Name]
		} else if member.Computed {
			proposed[member.Name] = unknown{}
		}
	}
	return proposed
}
