// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential_test

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planned is what a plan of one resource came to.
type planned struct {
	state    fields
	replace  []string
	private  []byte
	raw      *tfprotov6.DynamicValue
	warnings []string
	identity *tfprotov6.ResourceIdentityData
}

func (s *server) resourceType(name string) tftypes.Type {
	s.T.Helper()
	schema, ok := s.Schema.ResourceSchemas[name]
	if !ok {
		s.T.Fatalf("there is no resource %s", name)
	}
	return schema.ValueType()
}

// plan plans a resource; prior nil is a create. As Terraform does, computed
// attributes that the configuration leaves out keep the prior value.
func (s *server) plan(typeName string, prior, config fields, private []byte) planned {
	s.T.Helper()
	response := s.tryPlan(typeName, prior, config, private)
	s.Must(nil, response.Diagnostics)
	result := planned{
		state:    s.Decode(s.resourceType(typeName), response.PlannedState),
		raw:      response.PlannedState,
		private:  response.PlannedPrivate,
		identity: response.PlannedIdentity,
	}
	for _, p := range response.RequiresReplace {
		result.replace = append(result.replace, string(p.Steps()[0].(tftypes.AttributeName)))
	}
	slices.Sort(result.replace)
	for _, d := range response.Diagnostics {
		result.warnings = append(result.warnings, d.Summary+": "+d.Detail)
	}
	return result
}

func (s *server) tryPlan(typeName string, prior, config fields, private []byte) *tfprotov6.PlanResourceChangeResponse {
	s.T.Helper()
	typ := s.resourceType(typeName)
	proposed := maps.Clone(config)
	var priorValue any
	if prior != nil {
		priorValue = prior
		for _, attribute := range s.Schema.ResourceSchemas[typeName].Block.Attributes {
			if _, set := proposed[attribute.Name]; !set && attribute.Computed {
				proposed[attribute.Name] = prior[attribute.Name]
			}
		}
	}
	for _, attribute := range s.Schema.ResourceSchemas[typeName].Block.Attributes {
		if attribute.WriteOnly {
			delete(proposed, attribute.Name)
		}
	}
	response, err := s.PlanResourceChange(s.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       s.Encode(typ, build(s.T, typ, priorValue)),
		ProposedNewState: s.Encode(typ, build(s.T, typ, proposed)),
		Config:           s.Encode(typ, build(s.T, typ, config)),
		PriorPrivate:     private,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return response
}

// validate returns the errors of a configuration of a resource.
func (s *server) validate(typeName string, config fields) []string {
	s.T.Helper()
	typ := s.resourceType(typeName)
	response, err := s.ValidateResourceConfig(s.T.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: s.Encode(typ, build(s.T, typ, config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		s.T.Fatal(err)
	}
	var texts []string
	for _, d := range response.Diagnostics {
		texts = append(texts, d.Attribute.String()+" "+d.Summary+": "+d.Detail)
	}
	return texts
}
