// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const (
	// hashProperty is the property with the content's hash, for imports.
	hashProperty = "mlws.contentHash"
	// defaultFramework is what the Python SDK registers if none is named.
	defaultFramework = "Custom"
)

// expand returns the body of a registration, without the URL.
func expand(plan version) azureml.RegisterModelRequest {
	request := azureml.RegisterModelRequest{
		Name:             plan.Name.ValueString(),
		Framework:        defaultFramework,
		FrameworkVersion: plan.FrameworkVersion.ValueString(),
		Description:      plan.Description.ValueString(),
		Tags:             values.Strings(plan.Tags),
		Properties:       values.Strings(plan.Properties),
	}
	if values.IsSet(plan.Framework) {
		request.Framework = plan.Framework.ValueString()
	}
	request.Properties[hashProperty] = plan.ContentHash.ValueString()
	return request
}

// patch returns the one JSON Patch that turns the version from state to plan, both with
// all of their tags; nothing if there is nothing to send.
func patch(ctx context.Context, api *azureml.Workspace, id resourceid.Model, plan, state version, provider framework.Tags) ([]azureml.PatchOperation, error) {
	var operations []azureml.PatchOperation
	replace := func(path string, value any) {
		operations = append(operations, azureml.PatchOperation{Op: "replace", Path: path, Value: value})
	}
	if plan.Description.ValueString() != state.Description.ValueString() {
		replace("/description", plan.Description.ValueString())
	}
	tags := values.Strings(plan.Tags)
	retag := !maps.Equal(tags, values.Strings(state.Tags))
	added := values.Strings(plan.Properties)
	maps.DeleteFunc(added, func(name, _ string) bool { return state.Properties.Elements()[name] != nil })
	found := &azureml.Model{}
	if len(added) > 0 || retag && provider.CanIgnore() {
		live, err := api.GetModel(ctx, id.ModelID())
		if err != nil {
			return nil, err
		}
		found = live
	}
	if retag {
		replace("/kvTags", provider.Whole(tags, found.Tags))
	}
	if len(added) == 0 {
		return operations, nil
	}
	// The API takes the whole map. Whether it would keep properties of others otherwise is not known.
	all := map[string]string{}
	maps.Copy(all, found.Properties)
	maps.Copy(all, added)
	return append(operations, azureml.PatchOperation{Op: "add", Path: "/properties", Value: all}), nil
}

// sent returns the version with all tags that the provider sends.
func (r *registration) sent(provider framework.Tags) version {
	v := r.version
	v.Tags = values.StringMap(provider.Managed(r.Tags, r.TagsAll))
	return v
}

// take reads a version as the API describes it.
func (r *registration) take(found *azureml.Model, id resourceid.Model, provider framework.Tags) {
	own, all := provider.Flatten(found.Tags, r.Tags, r.TagsAll)
	r.version = flatten(found, id, r.version)
	r.Tags, r.TagsAll = own, all
}

// flatten returns the state of a version as the API describes it, without its tags.
// The prior state or plan gives what the API does not know, and the spelling of values
// that mean the same; it is empty after an import.
func flatten(found *azureml.Model, id resourceid.Model, prior version) version {
	v := version{
		ID:               text(id.String()),
		WorkspaceID:      values.Same(id.Workspace.String(), prior.WorkspaceID, strings.EqualFold),
		Name:             text(id.Name),
		Version:          types.Int64Value(id.Version),
		ModelID:          text(id.ModelID()),
		Description:      values.OptionalString(&found.Description, prior.Description),
		Properties:       framework.FlattenProperties(found.Properties, prior.Properties),
		Framework:        text(cmp.Or(found.Framework, defaultFramework)),
		FrameworkVersion: values.ComputedString(&found.FrameworkVersion),
		ContentHash:      prior.ContentHash,
		URL:              values.ComputedString(&found.URL),
		CreatedAt:        values.Time(found.CreatedTime.Time),
	}
	if !values.IsSet(prior.ContentHash) {
		hash := found.Properties[hashProperty]
		v.ContentHash = values.ComputedString(&hash)
	}
	return v
}
