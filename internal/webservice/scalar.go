// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// scalar describes an attribute with one value: of type T in Terraform, and W on the wire.
type scalar[T attr.Value, W comparable] struct {
	name, note string
	aci, aks   change
	// path is the JSON Pointer of the patch that changes the value.
	path string
	// text and read describe it in the resource and in the data source.
	text, read string
	field      func(*deployment) *T
	wire       func(*azureml.ServiceSpec) **W
	// fallback is the value if the configuration or the reply has none. Without it, null.
	fallback *W
	// kept: the prior value stays if the reply leaves it out.
	kept bool
	// zeroIsNone: some replies spell "no value" as zero.
	zeroIsNone bool

	number validators.Number // of integers and numbers
	// of texts
	rules     []validator.String
	modifiers []planmodifier.String
	required  bool
	chosen    bool                   // Azure chooses it if it is left out
	emptied   bool                   // an empty text is the same as none, and removing it sends one
	same      func(a, b string) bool // spellings that mean the same
	// sent is the form that is sent, if it is another one than is configured.
	sent func(W) W
	// returned reads the value from a reply that may have it elsewhere.
	returned func(*azureml.Service) *W
}

type (
	integerRow = scalar[types.Int64, int64]
	numberRow  = scalar[types.Float64, float64]
	booleanRow = scalar[types.Bool, bool]
	textRow    = scalar[types.String, string]
)

// row returns the attribute without its schemas. pointer and value convert between both
// types, and keep returns the prior form of a value that means the same.
func (s scalar[T, W]) row(pointer func(T) *W, value func(*W) T, keep func(value, prior T) T) attribute {
	row := attribute{name: s.name, note: s.note, aci: s.aci, aks: s.aks, chosen: s.chosen, field: field(s.field)}
	row.expand = func(e *expander, plan *deployment) {
		sent := pointer(*s.field(plan))
		if sent != nil && s.sent != nil {
			sent = new(s.sent(*sent))
		}
		*s.wire(&e.request.ServiceSpec) = sent
	}
	row.flatten = func(_ context.Context, service *azureml.Service, prior, result *deployment) {
		found, before := *s.wire(&service.ServiceSpec), *s.field(prior)
		if s.returned != nil {
			found = s.returned(service)
		}
		read := value(found)
		switch {
		case !read.IsNull():
			read = keep(read, before)
		case values.IsSet(before) && (s.kept || s.emptied && *pointer(before) == *new(W)):
			read = before
		case s.fallback != nil:
			read = value(s.fallback)
		}
		*s.field(result) = read
	}
	row.patch = func(p *patcher, plan, state *deployment) {
		after, before := *s.field(plan), *s.field(state)
		switch {
		case after.IsUnknown() || after.Equal(keep(before, after)) || after.IsNull() && s.chosen:
		case after.IsNull() && s.emptied:
			p.replace(s.path, *new(W))
		case after.IsNull():
			p.replace(s.path, nil) // the API has no "remove" for it, and treats null as absent
		default:
			p.replace(s.path, *pointer(after))
		}
	}
	return row
}

// withDefault adds the default to a description.
func (s scalar[T, W]) withDefault() string {
	if s.fallback == nil {
		return s.text
	}
	return fmt.Sprintf("%s Default `%v`.", s.text, *s.fallback)
}

// same is for values that have one spelling.
func same[T any](value, _ T) T { return value }

// integer is the row of a whole number.
func integer(s integerRow) attribute {
	row := s.row(values.Int64Pointer, types.Int64PointerValue, same[types.Int64])
	row.data = dataschema.Int64Attribute{Computed: true, MarkdownDescription: s.read}
	row.schema = func(at shape) schema.Attribute { return integerSchema(s, at.describe(s.withDefault())) }
	return row
}

func integerSchema(s integerRow, text string) schema.Int64Attribute {
	attribute := schema.Int64Attribute{Optional: true, MarkdownDescription: text, Validators: []validator.Int64{s.number, validators.Int32}}
	if s.fallback != nil {
		attribute.Computed, attribute.Default = true, int64default.StaticInt64(*s.fallback)
	}
	return attribute
}

// number is the row of a number that may be a fraction.
func number(s numberRow) attribute {
	read := func(value *float64) types.Float64 {
		if value == nil || *value == 0 && s.zeroIsNone {
			return types.Float64Null()
		}
		return types.Float64Value(math.Round(*value*precision) / precision)
	}
	row := s.row(values.Float64Pointer, read, keepNumber)
	row.data = dataschema.Float64Attribute{Computed: true, MarkdownDescription: s.read}
	row.schema = func(at shape) schema.Attribute {
		attribute := schema.Float64Attribute{Optional: true, MarkdownDescription: at.describe(s.withDefault()), Validators: []validator.Float64{s.number}}
		if s.fallback != nil {
			attribute.Computed, attribute.Default = true, float64default.StaticFloat64(*s.fallback)
		}
		return attribute
	}
	return row
}

// precision drops the noise of a value that passed through 32 bits.
const precision = 1e6

// keepNumber returns the prior form of the same number: 0.1 as a default has the
// precision of a float64, 0.1 as Terraform parses it has more.
func keepNumber(value, prior types.Float64) types.Float64 {
	if sameNumber(value, prior) {
		return prior
	}
	return value
}

// sameNumber reports whether two values are the same number that may be a fraction.
func sameNumber(a, b attr.Value) bool {
	left, isNumber := a.(types.Float64)
	right, also := b.(types.Float64)
	return isNumber && also && values.IsSet(left) && values.IsSet(right) && math.Abs(left.ValueFloat64()-right.ValueFloat64()) < 1/precision
}

// boolean is the row of a switch.
func boolean(s booleanRow) attribute {
	row := s.row(values.BoolPointer, types.BoolPointerValue, same[types.Bool])
	row.data = dataschema.BoolAttribute{Computed: true, MarkdownDescription: s.read}
	row.schema = func(at shape) schema.Attribute {
		return schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(*s.fallback), MarkdownDescription: at.describe(s.withDefault()),
		}
	}
	return row
}

// text is the row of a string.
func text(s textRow) attribute {
	s.kept = s.kept || s.chosen || s.required
	row := s.row(values.StringPointer, values.ComputedString, func(value, prior types.String) types.String {
		switch {
		case prior.IsUnknown() || prior.IsNull() && !s.emptied:
			return value
		case s.same != nil && s.same(value.ValueString(), prior.ValueString()), s.emptied && value.ValueString() == prior.ValueString():
			return prior
		}
		return value
	})
	row.data = dataschema.StringAttribute{Computed: true, MarkdownDescription: s.read}
	row.schema = func(at shape) schema.Attribute {
		return schema.StringAttribute{
			Required: s.required, Optional: !s.required, Computed: s.chosen, MarkdownDescription: at.describe(s.text),
			Validators: s.rules, PlanModifiers: at.strings(s.modifiers...),
		}
	}
	return row
}

// members are the whole numbers inside an object attribute. Each has a default.
type members []integerRow

// schemas returns the members for the resource, without defaults if the plan sets them.
func (ms members) schemas(planned bool) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, m := range ms {
		attribute := integerSchema(m, m.withDefault())
		if planned {
			attribute.Default = nil
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

// memberOf returns a member of an object; null if the object is null.
func memberOf(object types.Object, m integerRow) types.Int64 {
	if value, ok := object.Attributes()[m.name].(types.Int64); ok {
		return value
	}
	return types.Int64Null()
}

// memberOr is memberOf with the member's default for null.
func memberOr(object types.Object, m integerRow) types.Int64 {
	if value := memberOf(object, m); !value.IsNull() {
		return value
	}
	return types.Int64Value(*m.fallback)
}

// expand writes the members of an object into a create body.
func (ms members) expand(object types.Object, spec *azureml.ServiceSpec) {
	for _, m := range ms {
		*m.wire(spec) = values.Int64Pointer(memberOf(object, m))
	}
}

// flatten reads the members from a reply. A missing member has its default.
func (ms members) flatten(spec *azureml.ServiceSpec) map[string]attr.Value {
	found := map[string]attr.Value{}
	for _, m := range ms {
		found[m.name] = types.Int64Value(*cmp.Or(*m.wire(spec), m.fallback))
	}
	return found
}

// patch adds the members that differ.
func (ms members) patch(p *patcher, plan, state types.Object) {
	for _, m := range ms {
		if after := memberOf(plan, m); values.IsSet(after) && !after.Equal(memberOf(state, m)) {
			p.replace(m.path, after.ValueInt64())
		}
	}
}
