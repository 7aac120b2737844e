// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package webservice

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/properties"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// flatten returns the state of a service as the API describes it. The prior
// state or plan gives what the API does not return, and the spelling of values
// that mean the same; it is empty after an import.
func flatten(ctx context.Context, service *azureml.Service, workspace resourceid.Workspace, prior deployment) deployment {
	d := prior
	d.WorkspaceID = sameText(workspace.String(), prior.WorkspaceID, strings.EqualFold)
	if owner, err := resourceid.ParseWorkspace(d.WorkspaceID.ValueString()); err == nil {
		workspace = owner
	}
	d.Name = types.StringValue(service.Name)
	d.ID = types.StringValue(workspace.Service(service.Name).String())
	d.Description = optionalText(service.Description, prior.Description)
	d.Tags = flattenTags(service.Tags, prior.Tags)
	d.Properties = properties.Flatten(service.Properties, prior.Properties)
	d.ModelIDs = flattenModels(service, prior.ModelIDs)
	d.InferenceConfig = flattenInference(ctx, service.Image, prior.InferenceConfig)
	d.AuthEnabled = boolOr(service.AuthEnabled, service.ComputeType == azureml.ComputeAKS && !boolValue(service.AADAuthEnabled))
	d.TokenAuthEnabled = boolOr(service.AADAuthEnabled, false)
	d.EnableAppInsights = boolOr(service.AppInsights, false)
	d.CollectModelData = flattenCollection(service.DataCollection, prior.CollectModelData)
	resources := service.Resources
	if resources == nil {
		resources = &azureml.Resources{}
	}
	d.CPUCores = flattenFloat(resources.CPU, prior.CPUCores, types.Float64Value(defaultCPUCores))
	d.MemoryGB = flattenFloat(resources.MemoryGB, prior.MemoryGB, types.Float64Value(defaultMemoryGB))
	d.State = types.StringValue(string(service.State))
	d.ScoringURI = computedText(service.ScoringURI)
	d.SwaggerURI = computedText(service.SwaggerURI)
	d.CreatedAt = flattenTime(service.CreatedTime)
	d.UpdatedAt = flattenTime(service.UpdatedTime)
	if d.compute == azureml.ComputeACI {
		flattenACI(ctx, service, prior, &d)
	} else {
		flattenAKS(service, resources, prior, &d)
	}
	return d
}

// sameText keeps the prior spelling of a value that means the same.
func sameText(value string, prior types.String, same func(a, b string) bool) types.String {
	if set(prior) && same(value, prior.ValueString()) {
		return prior
	}
	return types.StringValue(value)
}

// optionalText: the API does not tell an empty text from none.
func optionalText(value *string, prior types.String) types.String {
	if value != nil && *value != "" {
		return types.StringValue(*value)
	}
	if set(prior) && prior.ValueString() == "" {
		return prior
	}
	return types.StringNull()
}

func computedText(value *string) types.String {
	if value == nil || *value == "" {
		return types.StringNull()
	}
	return types.StringValue(*value)
}

// returnedText is for what the service chooses: the prior value where the reply leaves it out.
func returnedText(value *string, prior types.String, same func(a, b string) bool) types.String {
	if value == nil || *value == "" {
		if set(prior) {
			return prior
		}
		return types.StringNull()
	}
	return sameText(*value, prior, same)
}

func boolValue(value *bool) bool { return value != nil && *value }

func boolOr(value *bool, fallback bool) types.Bool {
	if value == nil {
		return types.BoolValue(fallback)
	}
	return types.BoolValue(*value)
}

// flattenCollection: a reply may leave the data collection out, on ACI even where
// it was asked for.
func flattenCollection(collection *azureml.DataCollection, prior types.Bool) types.Bool {
	if collection == nil && set(prior) {
		return prior
	}
	return types.BoolValue(collection != nil && boolValue(collection.StorageEnabled))
}

func intOr(value *int64, fallback int64) types.Int64 {
	if value == nil {
		return types.Int64Value(fallback)
	}
	return types.Int64Value(*value)
}

// flattenFloat drops the noise of a value that passed through 32 bits.
func flattenFloat(value *float64, prior, fallback types.Float64) types.Float64 {
	if value == nil {
		return fallback
	}
	const precision = 1e6
	if set(prior) && math.Abs(*value-prior.ValueFloat64()) < 1/precision {
		return prior
	}
	return types.Float64Value(math.Round(*value*precision) / precision)
}

func flattenTime(t azureml.Timestamp) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

func mapOf(values map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for name, value := range values {
		elements[name] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

// flattenTags: no tags are none, or an empty map where that was configured.
func flattenTags(tags map[string]string, prior types.Map) types.Map {
	if len(tags) == 0 && !set(prior) {
		return types.MapNull(types.StringType)
	}
	return mapOf(tags)
}

// flattenModels keeps the configured order: the API returns a set.
func flattenModels(service *azureml.Service, prior types.List) types.List {
	var ids []string
	if service.Image != nil {
		ids = service.Image.ModelIDs
	}
	if len(ids) == 0 {
		for _, model := range service.Models {
			ids = append(ids, model.ID)
		}
	}
	if set(prior) && sameSet(modelIDs(prior), ids) {
		return prior
	}
	if len(ids) == 0 {
		return types.ListNull(types.StringType)
	}
	elements := make([]attr.Value, len(ids))
	for i, id := range ids {
		elements[i] = types.StringValue(id)
	}
	return types.ListValueMust(types.StringType, elements)
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	count := map[string]int{}
	for _, value := range a {
		count[value]++
	}
	for _, value := range b {
		if count[value]--; count[value] < 0 {
			return false
		}
	}
	return true
}
