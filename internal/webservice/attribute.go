// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// attribute is one row of the table of root attributes, from which both resources and the
// data source work. A nil function: the attribute has no part in that step. The rows are in
// the order of the operations of a patch.
type attribute struct {
	name string
	// aci and aks say what a change of the attribute does.
	aci, aks change
	// note and nested complete the documentation's table of changes.
	note   string
	nested []nestedChange
	// schema returns the attribute of the resource.
	schema func(shape) schema.Attribute
	// field is where a deployment has the value.
	field accessor

	// expand writes the planned value into a create body.
	expand func(e *expander, plan *deployment)
	// flatten reads the value from a service. The prior state or plan, empty after an import,
	// gives what the API does not return, and the spelling of values that mean the same.
	flatten func(ctx context.Context, service *azureml.Service, prior, result *deployment)
	// patch adds the operations that turn the state into the plan. It is called only
	// for attributes that change in place on the compute type.
	patch func(p *patcher, plan, state *deployment)

	// data is the attribute of the data source. Its value is that of the resource
	// after an import, unless read gives another one.
	data dataschema.Attribute
	read func(service *azureml.Service) attr.Value

	// chosen: Azure chooses the value if the configuration leaves it out.
	chosen bool
	// address: the value is part of the service's address, which some changes move.
	address bool
}

// change says what an apply does when an attribute changes.
type change string

const (
	// absent: the compute type does not have the attribute.
	absent change = ""
	// computed: the service decides the value.
	computed change = "computed"
	// inPlace: one JSON Patch changes it.
	inPlace change = "in place"
	// overwrites: the API cannot patch it, but a create with overwrite can.
	overwrites change = "overwrite"
	// replaces: only a new service can have another value.
	replaces change = "replacement"
	// local: it is never sent to the service.
	local change = "local"
)

// accessor reads and writes one field of a deployment.
type accessor struct {
	get func(*deployment) attr.Value
	set func(*deployment, attr.Value)
}

func field[T attr.Value](of func(*deployment) *T) accessor {
	return accessor{
		get: func(d *deployment) attr.Value { return *of(d) },
		set: func(d *deployment, value attr.Value) {
			if typed, ok := value.(T); ok { // the schema's type, which tests compare
				*of(d) = typed
			}
		},
	}
}

// table returns all rows.
var table = sync.OnceValue(func() []attribute {
	return slices.Concat(commonAttributes(), aciAttributes(), scalingAttributes(), resourceAttributes(), aksAttributes(), outputAttributes())
})

// change returns what a change of the attribute does on a compute type. Services
// of other types have what ACI and AKS have in common.
func (a attribute) change(compute azureml.ComputeType) change {
	switch compute {
	case azureml.ComputeACI:
		return a.aci
	case azureml.ComputeAKS:
		return a.aks
	}
	if a.aci == absent || a.aks == absent {
		return absent
	}
	return a.aks
}

// attributesOf returns the rows that a compute type has.
func attributesOf(compute azureml.ComputeType) []attribute {
	return slices.DeleteFunc(slices.Clone(table()), func(a attribute) bool { return a.change(compute) == absent })
}

// shape is what the schema of a row depends on.
type shape struct {
	compute azureml.ComputeType
	change  change
}

// describe completes a description with what a change of the attribute does.
func (s shape) describe(text string) string {
	switch s.change {
	case inPlace:
		return text + " Changes in place."
	case overwrites:
		return text + " Changes in place, by overwrite: deploying over the running service may change its address, and keeps its keys."
	case replaces:
		return text + " A change replaces the service."
	default:
		return text
	}
}

// strings returns the given modifiers, and the replacement if the change asks for it. A value
// that Azure chooses never replaces the service.
func (s shape) strings(first ...planmodifier.String) []planmodifier.String {
	if s.change == replaces {
		return append(first, stringplanmodifier.RequiresReplaceIfConfigured())
	}
	return first
}

func (s shape) objects() []planmodifier.Object {
	if s.change == replaces {
		return []planmodifier.Object{objectplanmodifier.RequiresReplace()}
	}
	return nil
}

// Change is one row of the table of attributes, for the documentation.
type Change struct {
	// Attribute is the name of a root attribute, or the path of a nested one.
	Attribute string
	// ACI and AKS say how the attribute changes on that compute type: "in place",
	// "overwrite", "replacement", "local", or "" if it does not exist.
	ACI, AKS string
	// Note is what the words above cannot say; it may be empty.
	Note string
}

// nestedChange is a nested attribute of which there is more to say than of its root.
type nestedChange struct {
	path   string // below the root
	change change // on the compute types that have the root
	note   string
}

// Changes returns how every attribute that can be configured changes; a nested one only if it
// differs from its root.
func Changes() []Change {
	var rows []Change
	for _, a := range table() {
		if a.aci == computed || a.aks == computed {
			continue
		}
		rows = append(rows, Change{Attribute: a.name, ACI: string(a.aci), AKS: string(a.aks), Note: a.note})
		for _, n := range a.nested {
			row := Change{Attribute: a.name + "." + n.path, Note: n.note}
			if a.aci != absent {
				row.ACI = string(n.change)
			}
			if a.aks != absent {
				row.AKS = string(n.change)
			}
			rows = append(rows, row)
		}
	}
	return rows
}
