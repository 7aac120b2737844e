// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// class is the part that an attribute plays. Each attribute of the schemas has
// exactly one.
type class string

const (
	// wire: it is sent, changes with a patch or an overwrite, and is read back.
	wire class = "wire"
	// unreturned: it is sent like wire, and the API never returns it.
	unreturned class = "unreturned"
	// writeOnly: it is sent from the configuration, and in no plan or state.
	writeOnly class = "write-only"
	// localOnly: it is never sent.
	localOnly class = "local"
	// decided: the service decides it.
	decided class = "computed"
)

// never are attributes that the API does not return.
var never = []string{
	"ssl.cert_pem", "ssl.key_pem",
	"inference_config.environment.base_image_registry.username",
}

// shared are attributes that another row, or the address of every request, carries.
var shared = []string{"workspace_id", "model_ids"}

// leaf is an attribute that has no members.
type leaf struct {
	compute   azureml.ComputeType
	path      string
	attribute schema.Attribute
	row       attribute
	class     class
}

// root is the name of the root attribute.
func (l leaf) root() string { return l.row.name }

func (l leaf) String() string { return string(l.compute) + " " + l.path }

// leaves returns every attribute without members that the schema has.
func leaves(compute azureml.ComputeType) []leaf {
	var found []leaf
	var walk func(row attribute, path string, attribute schema.Attribute)
	walk = func(row attribute, path string, attribute schema.Attribute) {
		nested, isObject := attribute.(schema.SingleNestedAttribute)
		if !isObject || row.change(compute) == local {
			found = append(found, leaf{compute: compute, path: path, attribute: attribute, row: row, class: classOf(compute, row, path, attribute)})
			return
		}
		for _, name := range slices.Sorted(maps.Keys(nested.Attributes)) {
			walk(row, path+"."+name, nested.Attributes[name])
		}
	}
	rows := map[string]attribute{}
	for _, row := range attributesOf(compute) {
		rows[row.name] = row
	}
	for _, name := range slices.Sorted(maps.Keys(layouts[compute]().schema.Attributes)) {
		walk(rows[name], name, layouts[compute]().schema.Attributes[name])
	}
	return found
}

// classOf returns "" for an attribute without a class.
func classOf(compute azureml.ComputeType, row attribute, path string, attribute schema.Attribute) class {
	_, below, isNested := strings.Cut(path, ".")
	for _, n := range row.nested {
		if isNested && n.path == below && n.change == local {
			return localOnly
		}
	}
	switch {
	case attribute.IsWriteOnly(), strings.HasSuffix(path, "_wo_version"):
		return writeOnly
	case row.change(compute) == local:
		return localOnly
	case attribute.IsComputed() && !attribute.IsOptional() && !attribute.IsRequired():
		return decided
	case slices.Contains(never, path):
		return unreturned
	case slices.Contains(shared, path), row.expand != nil, row.flatten != nil, row.patch != nil:
		return wire
	}
	return ""
}
