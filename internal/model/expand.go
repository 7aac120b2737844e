// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
	"github.com/mlws/terraform-provider-mlws/internal/resourceid"
)

const (
	// hashProperty is the property that keeps the content's hash with the version,
	// so that an import knows it.
	hashProperty = "mlws.contentHash"
	// defaultFramework is what the Python SDK registers where none is named.
	defaultFramework = "Custom"
)

// expand returns the body of a registration, without the URL.
func expand(plan registration) azureml.RegisterModelRequest {
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

// patch returns the one JSON Patch that turns the version from state to plan;
// nothing where there is nothing to send.
func patch(ctx context.Context, api *azureml.Workspace, id resourceid.Model, plan, state registration) ([]azureml.PatchOperation, error) {
	var operations []azureml.PatchOperation
	replace := func(path string, value any) {
		operations = append(operations, azureml.PatchOperation{Op: "replace", Path: path, Value: value})
	}
	if plan.Description.ValueString() != state.Description.ValueString() {
		replace("/description", plan.Description.ValueString())
	}
	if tags := values.Strings(plan.Tags); !maps.Equal(tags, values.Strings(state.Tags)) {
		replace("/kvTags", tags)
	}
	added := values.Strings(plan.Properties)
	maps.DeleteFunc(added, func(name, _ string) bool { return state.Properties.Elements()[name] != nil })
	if len(added) == 0 {
		return operations, nil
	}
	// Models take the whole map, where services take one key. Those that others
	// added go along: whether the API would keep them otherwise is not known.
	found, err := api.GetModel(ctx, id.ModelID())
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	maps.Copy(all, found.Properties)
	maps.Copy(all, added)
	return append(operations, azureml.PatchOperation{Op: "add", Path: "/properties", Value: all}), nil
}

// unread is the warning after a change that could not be read back.
func unread(id resourceid.Model, what string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The model could not be read back",
		fmt.Sprintf("Model %q was %s. %s The next refresh reads it.", id.ModelID(), what, diagnostics.Explain("", err)))
}

func text(value string) types.String { return types.StringValue(value) }
