// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// deployment is a configuration, plan or state of either resource.
type deployment struct {
	compute azureml.ComputeType
	commonFields
	aciFields
	scalingFields
	resourceFields
	aksFields
	outputFields
	Timeouts timeouts.Value

	// providerTags are default_tags and ignore_tags. Without them, as in a data source,
	// tags are all that the service has.
	providerTags framework.Tags
	// liveTags are those of the running service, if ignore_tags leaves some to others: a
	// change of tags has to send these again.
	liveTags map[string]string
}

// layout is the schema of one resource, and the types of its attributes.
type layout struct {
	schema     schema.Schema
	attributes []attribute
	types      map[string]attr.Type
}

var layouts = map[azureml.ComputeType]func() layout{
	azureml.ComputeACI: sync.OnceValue(func() layout { return newLayout(azureml.ComputeACI) }),
	azureml.ComputeAKS: sync.OnceValue(func() layout { return newLayout(azureml.ComputeAKS) }),
}

func newLayout(compute azureml.ComputeType) layout {
	s := newSchema(compute)
	return layout{schema: s, attributes: attributesOf(compute), types: values.Types(s.Attributes)}
}

// load reads a configuration, plan or state.
func load(ctx context.Context, compute azureml.ComputeType, raw tftypes.Value, diags *diag.Diagnostics) deployment {
	d, l := deployment{compute: compute}, layouts[compute]()
	value, err := types.ObjectType{AttrTypes: l.types}.ValueFromTerraform(ctx, raw)
	object, ok := value.(types.Object)
	if err != nil || !ok {
		diags.Append(unreadable(err)...)
		return d
	}
	members := object.Attributes() // a copy
	for _, a := range l.attributes {
		a.field.set(&d, members[a.name])
	}
	return d
}

// store writes a plan or state.
func store(ctx context.Context, d deployment, to *tftypes.Value) diag.Diagnostics {
	l, members := layouts[d.compute](), map[string]attr.Value{}
	for _, a := range l.attributes {
		members[a.name] = a.field.get(&d)
	}
	return write(ctx, l.types, members, to)
}

// write writes an object of these types. Members without a value are null.
func write(ctx context.Context, of map[string]attr.Type, members map[string]attr.Value, to *tftypes.Value) diag.Diagnostics {
	encoded, err := values.Object(of, members).ToTerraformValue(ctx)
	if err != nil {
		return unreadable(err)
	}
	*to = encoded
	return nil
}

func unreadable(err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("The service's attributes cannot be read",
		"They do not fit the schema: "+err.Error()+". This is a bug in the provider; please report it.")}
}

// take copies the values of chosen attributes from another deployment.
func (d *deployment) take(from *deployment, which func(a attribute) bool) {
	for _, a := range layouts[d.compute]().attributes {
		if which(a) {
			a.field.set(d, a.field.get(from))
		}
	}
}

// isUnknown returns a choice for take: the attributes that are not known.
func (d *deployment) isUnknown(a attribute) bool { return a.field.get(d).IsUnknown() }

// closed returns the deployment with null for what is not known.
func (d deployment) closed() deployment {
	none := newDeployment(d.compute)
	result := d
	result.take(&none, d.isUnknown)
	return result
}

// newDeployment returns a deployment of null values.
func newDeployment(compute azureml.ComputeType) deployment {
	l := layouts[compute]()
	d := deployment{compute: compute}
	for _, a := range l.attributes {
		a.field.set(&d, values.Null(l.types[a.name]))
	}
	return d
}

// newSchema returns the schema of the resource of one compute type.
func newSchema(compute azureml.ComputeType) schema.Schema {
	text := "Deploys registered models as a web service on **Azure Container Instances** (ACI): one replica, for tests and small loads."
	if compute == azureml.ComputeAKS {
		text = "Deploys registered models as a web service on an **Azure Kubernetes Service** (AKS) cluster that is attached to the workspace: several replicas, for production."
	}
	text += " Which change is made in place, and which replaces the service: [What a change does](../guides/changes.md)." +
		" A `moved` block takes over an `azapi_resource` of the type `Microsoft.MachineLearningServices/workspaces/services`, unchanged."
	attributes := map[string]schema.Attribute{}
	for _, a := range attributesOf(compute) {
		attributes[a.name] = a.schema(shape{compute: compute, change: a.change(compute)})
	}
	return schema.Schema{MarkdownDescription: text, Attributes: attributes}
}
