// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// newSchema returns the schema of the resource of one compute type.
func newSchema(_ context.Context, compute azureml.ComputeType) schema.Schema {
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
