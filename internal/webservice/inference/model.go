// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

var (
	inferenceTypes   = values.Types(Attribute(func(text string) string { return text }).Attributes)
	environmentTypes = values.Types(environmentAttributes())
	registryTypes    = values.Types(registryAttributes())
)

// inferenceModel is inference_config.
type inferenceModel struct {
	EntryScript         types.String `tfsdk:"entry_script"`
	SourceDirectory     types.String `tfsdk:"source_directory"`
	SourceURL           types.String `tfsdk:"source_url"`
	SourceDirectoryName types.String `tfsdk:"source_directory_name"`
	DriverURL           types.String `tfsdk:"driver_url"`
	CodeHash            types.String `tfsdk:"code_hash"`
	Environment         types.Object `tfsdk:"environment"`
}

func (m inferenceModel) object() types.Object { return values.Encode(inferenceTypes, m) }

// environmentModel is inference_config.environment.
type environmentModel struct {
	Name                    types.String `tfsdk:"name"`
	Version                 types.String `tfsdk:"version"`
	ResolvedVersion         types.String `tfsdk:"resolved_version"`
	BaseImage               types.String `tfsdk:"base_image"`
	BaseDockerfile          types.String `tfsdk:"base_dockerfile"`
	BaseImageRegistry       types.Object `tfsdk:"base_image_registry"`
	CondaDependencies       types.String `tfsdk:"conda_dependencies"`
	EnvironmentVariables    types.Map    `tfsdk:"environment_variables"`
	InferencingStackVersion types.String `tfsdk:"inferencing_stack_version"`
	UserManagedDependencies types.Bool   `tfsdk:"user_managed_dependencies"`
	DriftedMembers          types.List   `tfsdk:"drifted_members"`
}

func (m environmentModel) object() types.Object { return values.Encode(environmentTypes, m) }

// newEnvironment returns an environment of null values.
func newEnvironment() environmentModel {
	return environmentModel{
		BaseImageRegistry:    types.ObjectNull(registryTypes),
		EnvironmentVariables: types.MapNull(types.StringType),
		DriftedMembers:       types.ListNull(types.StringType),
	}
}

// registryModel is inference_config.environment.base_image_registry.
type registryModel struct {
	Address           types.String `tfsdk:"address"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
}

func (m registryModel) object() types.Object { return values.Encode(registryTypes, m) }
