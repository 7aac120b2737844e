// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// member is the row of a whole number inside an object attribute: all that is said
// of it, as an attribute is for root attributes.
type member struct {
	name, path string // path is the JSON Pointer of the patch
	text, read string
	fallback   int64
	number     validators.Number
	wire       func(*azureml.ServiceSpec) **int64
}

// members are the whole numbers of one object.
type members []member

// schemas returns the members of the resource's attribute. Their defaults belong to
// the schema, or depend on other attributes and are planned.
func (ms members) schemas(staticDefaults bool) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, m := range ms {
		attribute := schema.Int64Attribute{
			Optional: true, Computed: true, MarkdownDescription: fmt.Sprintf("%s Default `%d`.", m.text, m.fallback), Validators: []validator.Int64{m.number, validators.Int32},
		}
		if staticDefaults {
			attribute.Default = int64default.StaticInt64(m.fallback)
		}
		attributes[m.name] = attribute
	}
	return attributes
}

// data returns the members of the data source's attribute.
func (ms members) data() map[string]dataschema.Attribute {
	attributes := map[string]dataschema.Attribute{}
	for _, m := range ms {
		attributes[m.name] = dataschema.Int64Attribute{Computed: true, MarkdownDescription: m.read}
	}
	return attributes
}

// of returns a member of an object; null if the object is null.
func (m member) of(object types.Object) types.Int64 {
	if value, ok := object.Attributes()[m.name].(types.Int64); ok {
		return value
	}
	return types.Int64Null()
}

// orFallback returns a member of an object, or its default.
func (m member) orFallback(object types.Object) types.Int64 {
	if value := m.of(object); !value.IsNull() {
		return value
	}
	return types.Int64Value(m.fallback)
}

// expand writes the members of an object into a create body.
func (ms members) expand(object types.Object, spec *azureml.ServiceSpec) {
	for _, m := range ms {
		*m.wire(spec) = values.Int64Pointer(m.of(object))
	}
}

// flatten reads the members from a reply; a member that it leaves out has its
// default.
func (ms members) flatten(spec *azureml.ServiceSpec) map[string]attr.Value {
	found := map[string]attr.Value{}
	for _, m := range ms {
		found[m.name] = values.Int64Or(*m.wire(spec), m.fallback)
	}
	return found
}

// patch adds the members that differ.
func (ms members) patch(p *patcher, plan, state types.Object) {
	for _, m := range ms {
		if after := m.of(plan); values.IsSet(after) && !after.Equal(m.of(state)) {
			p.replace(m.path, after.ValueInt64())
		}
	}
}
