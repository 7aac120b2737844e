// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var computes = []azureml.ComputeType{azureml.ComputeACI, azureml.ComputeAKS}

// The table of the documentation names what exists, each attribute once, and
// every note is in it.
func TestChangesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	rows := map[string]Change{}
	for _, row := range Changes() {
		if _, twice := rows[row.Attribute]; twice {
			t.Errorf("%s is there twice", row.Attribute)
		}
		rows[row.Attribute] = row
		for compute, kind := range map[azureml.ComputeType]string{azureml.ComputeACI: row.ACI, azureml.ComputeAKS: row.AKS} {
			_, err := layouts[compute]().schema.AttributeAtPath(t.Context(), pathOf(row.Attribute))
			if exists := !err.HasError(); exists != (kind != "") {
				t.Errorf("%s on %s: in the schema %t, in the table %q", row.Attribute, compute, exists, kind)
			}
		}
	}
	for attribute, want := range map[string]Change{
		"name": {ACI: "replacement", AKS: "replacement"}, "cpu_cores": {ACI: "overwrite", AKS: "in place"}, "ssl.key_pem_wo": {ACI: "in place"}, "timeouts": {ACI: "local", AKS: "local"},
	} {
		if row := rows[attribute]; row.ACI != want.ACI || row.AKS != want.AKS {
			t.Errorf("%s: %v", attribute, row)
		}
	}
	if _, listed := rows["state"]; listed {
		t.Error("an attribute that cannot be configured is in the table")
	}
}

// rulesOf returns the validators of an attribute that is a number.
func rulesOf(attribute schema.Attribute) []validator.Describer {
	var rules []validator.Describer
	switch a := attribute.(type) {
	case schema.Int64Attribute:
		for _, rule := range a.Validators {
			rules = append(rules, rule)
		}
	case schema.Float64Attribute:
		for _, rule := range a.Validators {
			rules = append(rules, rule)
		}
	case schema.SingleNestedAttribute:
		for _, member := range a.Attributes {
			rules = append(rules, rulesOf(member)...)
		}
	}
	return rules
}

func pathOf(attribute string) path.Path {
	names := strings.Split(attribute, ".")
	at := path.Root(names[0])
	for _, name := range names[1:] {
		at = at.AtName(name)
	}
	return at
}

// Every attribute is described; what a change does is said for each that can be set.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for _, compute := range computes {
		for _, row := range attributesOf(compute) {
			name, attribute := row.name, layouts[compute]().schema.Attributes[row.name]
			text := attribute.GetMarkdownDescription()
			want := map[change]string{inPlace: "Changes in place.", overwrites: "deploying over", replaces: "replaces the service"}[row.change(compute)]
			if text == "" || strings.HasPrefix(text, " ") || !strings.Contains(text, want) {
				t.Errorf("%s %s: %q does not describe it, or does not say %q", compute, name, text, want)
			}
			for _, rule := range rulesOf(attribute) {
				if rule.Description(t.Context()) == "" {
					t.Errorf("%s %s: a rule says nothing: the row has none", compute, name)
				}
			}
			if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
				for member, a := range nested.Attributes {
					if a.GetMarkdownDescription()+a.GetDescription() == "" {
						t.Errorf("%s %s.%s has no description", compute, name, member)
					}
				}
			}
		}
	}
	s := serve(t, nil)
	for _, attribute := range s.Schema.DataSourceSchemas["mlws_service"].Block.Attributes {
		if attribute.Description == "" {
			t.Errorf("data source: %s has no description", attribute.Name)
		}
	}
}

// Every attribute that the schema has goes through load and store unchanged.
func TestEveryAttributeIsLoadedAndStored(t *testing.T) {
	t.Parallel()
	for _, compute := range computes {
		raw := fill(layouts[compute]().schema.Type().TerraformType(t.Context()))
		var diags diag.Diagnostics
		d := load(t.Context(), compute, raw, &diags)
		if diags.HasError() {
			t.Fatal(diags)
		}
		var stored tftypes.Value
		if diags := store(t.Context(), d, &stored); diags.HasError() {
			t.Fatal(diags)
		}
		if !stored.Equal(raw) {
			t.Errorf("%s: got %s, want %s", compute, stored, raw)
		}
		if compute == azureml.ComputeACI && !values.Decode[sslModel](t.Context(), d.SSL).object().Equal(d.SSL) {
			t.Error("the model of ssl changed the value")
		}
	}
}

// fill makes a value in which every leaf is set.
func fill(typ tftypes.Type) tftypes.Value {
	switch t := typ.(type) {
	case tftypes.Object:
		members := map[string]tftypes.Value{}
		for name, member := range t.AttributeTypes {
			members[name] = fill(member)
		}
		return tftypes.NewValue(t, members)
	case tftypes.Map:
		return tftypes.NewValue(t, map[string]tftypes.Value{"k": fill(t.ElementType)})
	case tftypes.List:
		return tftypes.NewValue(t, []tftypes.Value{fill(t.ElementType)})
	}
	switch {
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, true)
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, 7)
	default:
		return tftypes.NewValue(typ, "x")
	}
}

// The framework's own checks of every schema pass.
func TestSchemasAreValid(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	identities, err := s.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.Must(err, identities.Diagnostics)
	for _, typeName := range []string{aciType, aksType} {
		if s.Schema.ResourceSchemas[typeName] == nil {
			t.Errorf("%s is not served", typeName)
		}
		var names []string
		for _, attribute := range identities.IdentitySchemas[typeName].IdentityAttributes {
			names = append(names, attribute.Name)
		}
		slices.Sort(names)
		if want := []string{"name", "resource_group_name", "subscription_id", "workspace_name"}; !slices.Equal(names, want) {
			t.Errorf("%s: identity %v", typeName, names)
		}
	}
}
