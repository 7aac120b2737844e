// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/protocoltest"
)

const (
	aciType = "mlws_aci_service"
	aksType = "mlws_aks_service"
)

// server serves this package's objects alone, so that a test can ask what a
// configuration cannot.
type server struct{ *protocoltest.Server }

func serve(t *testing.T, data *framework.Data) *server {
	t.Helper()
	return &server{protocoltest.Serve(t, protocoltest.Objects{Resources: Resources(), DataSources: DataSources()}, data)}
}

func (s *server) validate(typeName string, config fields) []*tfprotov6.Diagnostic {
	s.T.Helper()
	typ := s.Schema.ResourceSchemas[typeName].ValueType()
	resp, err := s.ValidateResourceConfig(s.T.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.Encode(typ, build(s.T, typ, config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return resp.Diagnostics
}

// planned is what a plan came to.
type planned struct {
	values  fields
	replace []string
	diags   []*tfprotov6.Diagnostic
}

// plan plans a configuration; a nil prior state is a create. The proposed
// state is made as Terraform makes it: computed attributes that the
// configuration leaves out keep their prior value, on a create they are unknown.
func (s *server) plan(typeName string, config, prior fields, private map[string]string) planned {
	s.T.Helper()
	schema := s.Schema.ResourceSchemas[typeName]
	typ := schema.ValueType()
	proposed := fields{}
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
		encodedPrivate = encodePrivate(s.T, private)
	}
	resp, err := s.PlanResourceChange(s.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.Encode(typ, build(s.T, typ, priorValue)),
		ProposedNewState: s.Encode(typ, build(s.T, typ, proposed)),
		Config:           s.Encode(typ, build(s.T, typ, config)),
		PriorPrivate:     encodedPrivate,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	result := planned{diags: resp.Diagnostics}
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return result
		}
	}
	decoded, err := resp.PlannedState.Unmarshal(typ)
	if err != nil {
		s.T.Fatal(err)
	}
	result.values, _ = plain(s.T, decoded).(fields)
	for _, path := range resp.RequiresReplace {
		result.replace = append(result.replace, strings.Trim(strings.TrimPrefix(path.String(), "AttributeName("), "\")"))
	}
	return result
}

func proposeNested(attribute *tfprotov6.SchemaAttribute, value, prior any) any {
	object, ok := value.(fields)
	if attribute.NestedType == nil || !ok {
		return value
	}
	before, _ := prior.(fields)
	proposed := fields{}
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
