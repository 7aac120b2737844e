// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ProposedNew returns the state that Terraform proposes to a provider for a plan:
// the configuration, with the prior value of every computed attribute that the
// configuration leaves out. A nil prior is a create.
//
// It follows objchange.ProposedNew of Terraform in these rules:
//   - A computed attribute that is not configured keeps its prior value, so on a
//     create it is null. The provider marks it as unknown.
//   - An attribute that is not computed has the configured value, also if that is null.
//   - Members of a nested object, of a list of objects (by index) and of a map of
//     objects (by key) follow the same two rules.
//   - An optional and computed object that the configuration leaves out is null,
//     if the prior object has a member that cannot be computed: it was configured.
//   - A write-only attribute is always null.
//
// It differs from Terraform in what this provider does not have: sets of nested
// objects end the test, and nested blocks are not read.
func ProposedNew(t testing.TB, schema *tfprotov6.Schema, prior, config Values) Values {
	t.Helper()
	return proposeAttributes(t, schema.Block.Attributes, prior, config)
}

func proposeAttributes(t testing.TB, attributes []*tfprotov6.SchemaAttribute, prior, config Values) Values {
	t.Helper()
	proposed := Values{}
	for _, attribute := range attributes {
		value := propose(t, attribute, prior[attribute.Name], config[attribute.Name])
		if value != nil {
			proposed[attribute.Name] = value
		}
	}
	return proposed
}

func propose(t testing.TB, attribute *tfprotov6.SchemaAttribute, prior, config any) any {
	t.Helper()
	switch {
	case attribute.WriteOnly:
		return nil
	case attribute.Computed && config == nil:
		if wasConfigured(attribute, prior) {
			return nil
		}
		return prior
	case attribute.NestedType == nil:
		return config
	}
	nested := attribute.NestedType.Attributes
	switch attribute.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		if object, ok := config.(Values); ok {
			before, _ := prior.(Values)
			return proposeAttributes(t, nested, before, object)
		}
	case tfprotov6.SchemaObjectNestingModeMap:
		if elements, ok := config.(Values); ok {
			before, _ := prior.(Values)
			proposed := Values{}
			for key, element := range elements {
				proposed[key] = proposeElement(t, nested, before[key], element)
			}
			return proposed
		}
	case tfprotov6.SchemaObjectNestingModeList:
		if elements, ok := config.(List); ok {
			before, _ := prior.(List)
			proposed := List{}
			for i, element := range elements {
				var old any
				if i < len(before) {
					old = before[i]
				}
				proposed = append(proposed, proposeElement(t, nested, old, element))
			}
			return proposed
		}
	default:
		t.Fatalf("%s: nesting mode %s is not implemented here", attribute.Name, attribute.NestedType.Nesting)
	}
	return config // null or unknown
}

// proposeElement proposes an element of a list or map: one without a prior element is
// the configured one.
func proposeElement(t testing.TB, nested []*tfprotov6.SchemaAttribute, prior, config any) any {
	t.Helper()
	before, existed := prior.(Values)
	object, known := config.(Values)
	if !existed || !known {
		return config
	}
	return proposeAttributes(t, nested, before, object)
}

// wasConfigured reports whether an optional nested attribute holds what only a
// configuration can have given it.
func wasConfigured(attribute *tfprotov6.SchemaAttribute, prior any) bool {
	if !attribute.Optional || attribute.NestedType == nil {
		return false
	}
	switch v := prior.(type) {
	case Values:
		if attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
			return hasConfigured(attribute.NestedType.Attributes, v)
		}
		for _, element := range v {
			if object, ok := element.(Values); ok && hasConfigured(attribute.NestedType.Attributes, object) {
				return true
			}
		}
	case List:
		for _, element := range v {
			if object, ok := element.(Values); ok && hasConfigured(attribute.NestedType.Attributes, object) {
				return true
			}
		}
	}
	return false
}

func hasConfigured(attributes []*tfprotov6.SchemaAttribute, object Values) bool {
	for _, attribute := range attributes {
		value := object[attribute.Name]
		if value == nil {
			continue
		}
		if !attribute.Computed || wasConfigured(attribute, value) {
			return true
		}
	}
	return false
}
