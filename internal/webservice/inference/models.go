// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// ModelsOf returns the ids of the models that a service runs, each as name:version.
func ModelsOf(service *azureml.Service) []string {
	if service.Image != nil && len(service.Image.ModelIDs) > 0 {
		return service.Image.ModelIDs
	}
	ids := make([]string, len(service.Models))
	for i, model := range service.Models {
		ids[i] = model.ID
	}
	return ids
}

// flattenModels keeps the configured order: the API returns a set.
func flattenModels(service *azureml.Service, prior types.List) types.List {
	ids := ModelsOf(service)
	before := values.StringSlice(prior)
	switch {
	case values.IsSet(prior) && slices.Equal(slices.Sorted(slices.Values(before)), slices.Sorted(slices.Values(ids))):
		return prior
	case len(ids) == 0:
		return types.ListNull(types.StringType)
	}
	return values.StringList(ids)
}
