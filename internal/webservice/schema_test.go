// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var computes = []azureml.ComputeType{azureml.ComputeACI, azureml.ComputeAKS}

// The table of changes, the schema and attributesOf name the same attributes.
func TestChangeTableCoversTheSchema(t *testing.T) {
	t.Parallel()
	for _, compute := range computes {
		attributes := serviceSchema(t.Context(), compute).Attributes
		configurable := map[string]bool{}
		for _, attribute := range attributesOf(deployment{compute: compute}) {
			configurable[attribute.name] = true
		}
		for _, row := range changeTable {
			kind := changeOf(compute, row.attribute)
			attribute, exists := attributes[row.attribute]
			if exists != (kind != absent) {
				t.Errorf("%s %s: in the schema %t, in the table %q", compute, row.attribute, exists, kind)
			}
			if exists && (kind == computed) == (attribute.IsOptional() || attribute.IsRequired()) {
				t.Errorf("%s %s: computed in the table %t", compute, row.attribute, kind == computed)
			}
			if exists && configurable[row.attribute] != (kind != computed) {
				t.Errorf("%s %s: attributesOf has it %t, the table says %q", compute, row.attribute, configurable[row.attribute], kind)
			}
		}
		for name := range attributes {
			if changeOf(compute, name) == absent {
				t.Errorf("%s %s is not in the table", compute, name)
			}
		}
	}
}

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
			_, err := serviceSchema(t.Context(), compute).AttributeAtPath(t.Context(), pathOf(row.Attribute))
			if exists := !err.HasError(); exists != (kind != "") {
				t.Errorf("%s on %s: in the schema %t, in the table %q", row.Attribute, compute, exists, kind)
			}
		}
	}
	for attribute := range changeNotes {
		if rows[attribute].Note == "" {
			t.Errorf("the note of %s is not in the table", attribute)
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
		for name, attribute := range serviceSchema(t.Context(), compute).Attributes {
			text := attribute.GetMarkdownDescription()
			want := map[change]string{inPlace: "Changes in place.", overwrites: "deploying over", replaces: "replaces the service"}[changeOf(compute, name)]
			if text == "" || !strings.Contains(text, want) {
				t.Errorf("%s %s: %q does not say %q", compute, name, text, want)
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

// A value of every attribute survives the model, nested ones included.
func TestModelFitsTheSchema(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, compute := range computes {
		s := serviceSchema(ctx, compute)
		raw := fill(s.Type().TerraformType(ctx))
		d, diags := load(ctx, compute, tfsdk.State{Raw: raw, Schema: s})
		if diags.HasError() {
			t.Fatal(diags)
		}
		stored := tfsdk.State{Raw: tftypes.NewValue(s.Type().TerraformType(ctx), nil), Schema: s}
		if diags := store(ctx, d, &stored); diags.HasError() {
			t.Fatal(diags)
		}
		if !stored.Raw.Equal(raw) {
			t.Errorf("%s: the model changed the value", compute)
		}
		// The nested models, both ways.
		var pairs []struct{ got, want types.Object }
		if compute == azureml.ComputeACI {
			pairs = append(pairs, []struct{ got, want types.Object }{
				{values.Decode[sslModel](ctx, d.SSL).object(), d.SSL},
				{values.Decode[vnetModel](ctx, d.VNet).object(), d.VNet},
				{values.Decode[cmkModel](ctx, d.CMK).object(), d.CMK},
			}...)
		} else {
			pairs = append(pairs, []struct{ got, want types.Object }{
				{values.Decode[autoscaleModel](ctx, d.Autoscale).object(), d.Autoscale},
				{values.Decode[livenessProbeModel](ctx, d.LivenessProbe).object(), d.LivenessProbe},
			}...)
		}
		for i, pair := range pairs {
			if !pair.got.Equal(pair.want) {
				t.Errorf("%s: nested model %d: %s, want %s", compute, i, pair.got, pair.want)
			}
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
