// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"math"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
	"github.com/mlws/terraform-provider-mlws/internal/webservice/inference"
)

// flatten returns the state of a service as the API describes it. The prior
// state or plan gives what the API does not return, and the spelling of values
// that mean the same; it is empty after an import.
func flatten(ctx context.Context, service *azureml.Service, workspace resourceid.Workspace, prior deployment) deployment {
	d := prior
	d.WorkspaceID = values.Same(workspace.String(), prior.WorkspaceID, strings.EqualFold)
	if owner, err := resourceid.ParseWorkspace(d.WorkspaceID.ValueString()); err == nil {
		workspace = owner
	}
	d.Name = types.StringValue(service.Name)
	d.ID = types.StringValue(workspace.Service(service.Name).String())
	d.Description = values.OptionalString(service.Description, prior.Description)
	d.Tags = values.OptionalStringMap(service.Tags, prior.Tags)
	d.Properties = framework.FlattenProperties(service.Properties, prior.Properties)
	image := inference.Flatten(ctx, service, prior.image())
	d.ModelIDs, d.InferenceConfig = image.ModelIDs, image.Object
	d.AuthEnabled = values.BoolOr(service.AuthEnabled, service.ComputeType == azureml.ComputeAKS && !values.IsTruePointer(service.AADAuthEnabled))
	d.TokenAuthEnabled = values.BoolOr(service.AADAuthEnabled, false)
	d.EnableAppInsights = values.BoolOr(service.AppInsights, false)
	d.CollectModelData = flattenCollection(service.DataCollection, prior.CollectModelData)
	resources := &service.Resources
	d.CPUCores = flattenFloat(resources.CPU, prior.CPUCores, types.Float64Value(defaultCPUCores))
	d.MemoryGB = flattenFloat(resources.MemoryGB, prior.MemoryGB, types.Float64Value(defaultMemoryGB))
	d.State = types.StringValue(string(service.State))
	d.ScoringURI = values.ComputedString(service.ScoringURI)
	d.SwaggerURI = values.ComputedString(service.SwaggerURI)
	d.CreatedAt = values.Time(service.CreatedTime.Time)
	d.UpdatedAt = values.Time(service.UpdatedTime.Time)
	if d.compute == azureml.ComputeACI {
		flattenACI(ctx, service, prior, &d)
	} else {
		flattenAKS(service, resources, prior, &d)
	}
	return d
}

// flattenCollection: a reply may leave the data collection out, on ACI even where
// it was asked for.
func flattenCollection(collection azureml.DataCollection, prior types.Bool) types.Bool {
	if collection.StorageEnabled == nil && values.IsSet(prior) {
		return prior
	}
	return types.BoolValue(values.IsTruePointer(collection.StorageEnabled))
}

// flattenFloat drops the noise of a value that passed through 32 bits.
func flattenFloat(value *float64, prior, fallback types.Float64) types.Float64 {
	if value == nil {
		return fallback
	}
	const precision = 1e6
	if values.IsSet(prior) && math.Abs(*value-prior.ValueFloat64()) < 1/precision {
		return prior
	}
	return types.Float64Value(math.Round(*value*precision) / precision)
}
