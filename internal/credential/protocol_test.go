// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/credential"
	"github.com/mlws/terraform-provider-mlws/internal/providerdata"
)

// credentialProvider serves this package alone, with the data that a test
// gives it: so a test chooses the clock.
type credentialProvider struct{ data *providerdata.Data }

func (*credentialProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "mlws"
}

func (*credentialProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {
}

func (p *credentialProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if p.data == nil {
		return
	}
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData = p.data, p.data, p.data, p.data
}

func (*credentialProvider) Resources(context.Context) []func() resource.Resource {
	return credential.Resources()
}

func (*credentialProvider) DataSources(context.Context) []func() datasource.DataSource {
	return credential.DataSources()
}

func (*credentialProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return credential.EphemeralResources()
}

func (*credentialProvider) Actions(context.Context) []func() action.Action {
	return credential.Actions()
}

// server speaks the plugin protocol with the package's provider, as Terraform does.
type server struct {
	t testing.TB
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func serve(t testing.TB, data *providerdata.Data) *server {
	t.Helper()
	s := &server{t: t, ProviderServer: providerserver.NewProtocol6(&credentialProvider{data: data})()}
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.check(err, schema.Diagnostics)
	s.schema = schema
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: s.encode(schema.Provider.ValueType(), tftypes.NewValue(schema.Provider.ValueType(), map[string]tftypes.Value{})),
	})
	s.check(err, configured.Diagnostics)
	return s
}

func (s *server) check(err error, diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			s.t.Fatalf("%s: %s (at %s)", d.Summary, d.Detail, d.Attribute)
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

func (s *server) decode(typ tftypes.Type, value *tfprotov6.DynamicValue) values {
	s.t.Helper()
	decoded, err := value.Unmarshal(typ)
	if err != nil {
		s.t.Fatal(err)
	}
	if decoded.IsNull() {
		return nil
	}
	return plain(s.t, decoded).(values)
}

// values are the attributes that a test sets; the others are null.
type values map[string]any

// unknown stands for a value that Terraform does not know yet.
type unknown struct{}

// build makes a value of a type out of plain Go values.
func build(t testing.TB, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case values:
		object, ok := typ.(tftypes.Object)
		if !ok {
			element := typ.(tftypes.Map).ElementType
			elements := make(map[string]tftypes.Value, len(v))
			for name, e := range v {
				elements[name] = build(t, element, e)
			}
			return tftypes.NewValue(typ, elements)
		}
		attributes := make(map[string]tftypes.Value, len(object.AttributeTypes))
		for name, attributeType := range object.AttributeTypes {
			attributes[name] = build(t, attributeType, v[name])
		}
		for name := range v {
			if _, known := object.AttributeTypes[name]; !known {
				t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(typ, attributes)
	}
	return tftypes.NewValue(typ, value)
}

// plain is the reverse of build, with maps for objects.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if !value.IsKnown() {
		return unknown{}
	}
	if value.IsNull() {
		return nil
	}
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		var s string
		fail(value.As(&s))
		return s
	case typ.Is(tftypes.Number):
		var n big.Float
		fail(value.As(&n))
		i, _ := n.Int64()
		return i
	case typ.Is(tftypes.Bool):
		var b bool
		fail(value.As(&b))
		return b
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var m map[string]tftypes.Value
		fail(value.As(&m))
		result := make(values, len(m))
		for name, v := range m {
			result[name] = plain(t, v)
		}
		return result
	}
	return fmt.Sprint(value)
}
