// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// Each object of the schema is noticed if no member of it is set, with the names that it
// has.
func TestEmptyObjects(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	for compute, base := range map[azureml.ComputeType]fields{azureml.ComputeACI: aciConfig, azureml.ComputeAKS: aksConfig} {
		objects := 0
		for name, attribute := range layouts[compute]().schema.Attributes {
			nested, isObject := attribute.(schema.NestedAttribute)
			if !isObject || attribute.IsComputed() && !attribute.IsOptional() {
				continue
			}
			objects++
			var warned []string
			for _, d := range s.validate(resourceType(compute), merged(base, fields{name: fields{}})) {
				if d.Severity == tfprotov6.DiagnosticSeverityWarning && attributePath(d) == name {
					warned = append(warned, d.Detail)
				}
			}
			if len(warned) != 1 || !strings.Contains(warned[0], "Terraform drops names inside { }") {
				t.Fatalf("%s: %q", name, warned)
			}
			for member, of := range nested.GetNestedObject().GetAttributes() {
				if settable := of.IsOptional() || of.IsRequired(); strings.Contains(warned[0], member) != settable {
					t.Errorf("%s.%s is in the list: %t", name, member, !settable)
				}
			}
		}
		if objects < 3 {
			t.Errorf("%s: %d objects", compute, objects)
		}
	}
	for name, test := range map[string]struct {
		config fields
		want   []string
	}{
		"a member":          {fields{"autoscale": fields{"enabled": true}}, nil},
		"an unknown member": {fields{"autoscale": fields{"enabled": unknown{}}}, nil},
		"an unknown object": {fields{"autoscale": unknown{}}, nil},
		"a map":             {fields{"tags": fields{}}, nil},
		"inside another":    {withCode(merged(inline, fields{"base_image_registry": fields{}})), []string{"inference_config.environment.base_image_registry"}},
		"timeouts":          {fields{"timeouts": fields{}}, []string{"timeouts"}},
		"two":               {fields{"autoscale": fields{}, "liveness_probe": fields{}}, []string{"autoscale", "liveness_probe"}},
	} {
		var got []string
		for _, d := range s.validate(aksType, merged(aksConfig, test.config)) {
			if d.Summary == "An object has no members" {
				got = append(got, attributePath(d))
			}
		}
		if slices.Sort(got); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
