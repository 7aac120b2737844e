// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

// flatten returns the state of a version as the API describes it. The prior
// state or plan gives what the API does not know, and the spelling of values
// that mean the same; it is empty after an import.
func flatten(found *azureml.Model, id resourceid.Model, prior registration) registration {
	r := prior
	if !values.IsSet(prior.WorkspaceID) || !strings.EqualFold(prior.WorkspaceID.ValueString(), id.Workspace.String()) {
		r.WorkspaceID = text(id.Workspace.String())
	}
	r.ID, r.ModelID, r.Version = text(id.String()), text(id.ModelID()), types.Int64Value(id.Version)
	r.Name = text(id.Name)
	r.Description = optional(found.Description, prior.Description)
	r.Tags = flattenTags(found.Tags, prior.Tags)
	r.Properties = framework.FlattenProperties(found.Properties, prior.Properties)
	r.Framework = text(defaultFramework)
	if found.Framework != "" {
		r.Framework = text(found.Framework)
	}
	r.FrameworkVersion = optional(found.FrameworkVersion, types.StringNull())
	r.URL = optional(found.URL, types.StringNull())
	r.CreatedAt = flattenTime(found.CreatedTime)
	if !values.IsSet(prior.ContentHash) {
		r.ContentHash = optional(found.Properties[hashProperty], types.StringNull())
	}
	return r
}

// optional: an empty text is none, or empty where that was configured.
func optional(value string, prior types.String) types.String {
	if value == "" && (!values.IsSet(prior) || prior.ValueString() != "") {
		return types.StringNull()
	}
	return text(value)
}

func flattenTags(tags map[string]string, prior types.Map) types.Map {
	if len(tags) == 0 && (prior.IsNull() || prior.IsUnknown()) {
		return types.MapNull(types.StringType)
	}
	return mapOf(tags)
}

func mapOf(values map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for name, value := range values {
		elements[name] = text(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

func flattenTime(t azureml.Timestamp) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return text(t.UTC().Format(time.RFC3339))
}
