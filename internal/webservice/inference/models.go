// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

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
	if values.IsSet(prior) && sameSet(values.StringSlice(prior), ids) {
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
