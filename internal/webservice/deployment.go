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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// deployment is a configuration, plan or state of either resource. The fields of
// the other compute type are never looked at.
type deployment struct {
	compute azureml.ComputeType
	commonFields
	aciFields
	scalingFields
	resourceFields
	aksFields
	outputFields
	Timeouts timeouts.Value
}

// layout is the schema of one compute type's resource, and the types of its
// attributes.
type layout struct {
	schema     schema.Schema
	attributes []attribute
	types      map[string]attr.Type
	object     tftypes.Type
}

var layouts = map[azureml.ComputeType]func() layout{
	azureml.ComputeACI: sync.OnceValue(func() layout { return newLayout(azureml.ComputeACI) }),
	azureml.ComputeAKS: sync.OnceValue(func() layout { return newLayout(azureml.ComputeAKS) }),
}

func newLayout(compute azureml.ComputeType) layout {
	ctx := context.Background()
	l := layout{schema: newSchema(compute), attributes: attributesOf(compute)}
	l.types, l.object = values.Types(l.schema.Attributes), l.schema.Type().TerraformType(ctx)
	return l
}

// load reads a configuration, plan or state.
func load(ctx context.Context, compute azureml.ComputeType, raw tftypes.Value) (deployment, diag.Diagnostics) {
	d := deployment{compute: compute}
	l := layouts[compute]()
	var members map[string]tftypes.Value
	if err := raw.As(&members); err != nil {
		return d, unreadable(err)
	}
	for _, a := range l.attributes {
		value, err := l.types[a.name].ValueFromTerraform(ctx, members[a.name])
		if err != nil {
			return d, unreadable(err)
		}
		a.field.set(&d, value)
	}
	return d, nil
}

// store writes a plan or state.
func store(ctx context.Context, d deployment, to *tftypes.Value) diag.Diagnostics {
	l := layouts[d.compute]()
	members := make(map[string]tftypes.Value, len(l.attributes))
	for _, a := range l.attributes {
		value, err := a.field.get(&d).ToTerraformValue(ctx)
		if err != nil {
			return unreadable(err)
		}
		members[a.name] = value
	}
	*to = tftypes.NewValue(l.object, members)
	return nil
}

func unreadable(err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("The service's attributes cannot be read",
		"They do not fit the schema: "+err.Error()+". This is a bug in the provider; please report it.")}
}

// take copies the values of those attributes of another deployment that which
// chooses.
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
		" A `moved` block takes a service over from an `azapi_resource` of the type `Microsoft.MachineLearningServices/workspaces/services`, without a change of it."
	attributes := map[string]schema.Attribute{}
	for _, a := range attributesOf(compute) {
		attributes[a.name] = a.schema(shape{compute: compute, change: a.change(compute)})
	}
	return schema.Schema{MarkdownDescription: text, Attributes: attributes}
}
