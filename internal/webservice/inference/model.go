// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

var inferenceTypes = map[string]attr.Type{
	"entry_script":          types.StringType,
	"source_directory":      types.StringType,
	"source_url":            types.StringType,
	"source_directory_name": types.StringType,
	"driver_url":            types.StringType,
	"code_hash":             types.StringType,
	"environment":           types.ObjectType{AttrTypes: environmentTypes},
}

func (m inferenceModel) object() types.Object {
	return types.ObjectValueMust(inferenceTypes, map[string]attr.Value{
		"entry_script":          m.EntryScript,
		"source_directory":      m.SourceDirectory,
		"source_url":            m.SourceURL,
		"source_directory_name": m.SourceDirectoryName,
		"driver_url":            m.DriverURL,
		"code_hash":             m.CodeHash,
		"environment":           m.Environment,
	})
}

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

var environmentTypes = map[string]attr.Type{
	"name":                      types.StringType,
	"version":                   types.StringType,
	"resolved_version":          types.StringType,
	"base_image":                types.StringType,
	"base_dockerfile":           types.StringType,
	"base_image_registry":       types.ObjectType{AttrTypes: registryTypes},
	"conda_dependencies":        types.StringType,
	"environment_variables":     types.MapType{ElemType: types.StringType},
	"inferencing_stack_version": types.StringType,
	"user_managed_dependencies": types.BoolType,
	"drifted_members":           types.ListType{ElemType: types.StringType},
}

func (m environmentModel) object() types.Object {
	return types.ObjectValueMust(environmentTypes, map[string]attr.Value{
		"name":                      m.Name,
		"version":                   m.Version,
		"resolved_version":          m.ResolvedVersion,
		"base_image":                m.BaseImage,
		"base_dockerfile":           m.BaseDockerfile,
		"base_image_registry":       m.BaseImageRegistry,
		"conda_dependencies":        m.CondaDependencies,
		"environment_variables":     m.EnvironmentVariables,
		"inferencing_stack_version": m.InferencingStackVersion,
		"user_managed_dependencies": m.UserManagedDependencies,
		"drifted_members":           m.DriftedMembers,
	})
}

// newEnvironment is an environment of which nothing is known.
func newEnvironment() environmentModel {
	return environmentModel{
		BaseImageRegistry:    types.ObjectNull(registryTypes),
		EnvironmentVariables: types.MapNull(types.StringType),
		DriftedMembers:       types.ListNull(types.StringType),
	}
}

type registryModel struct {
	Address           types.String `tfsdk:"address"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
}

var registryTypes = map[string]attr.Type{
	"address":             types.StringType,
	"username":            types.StringType,
	"password_wo":         types.StringType,
	"password_wo_version": types.Int64Type,
}

func (m registryModel) object() types.Object {
	return types.ObjectValueMust(registryTypes, map[string]attr.Value{
		"address":             m.Address,
		"username":            m.Username,
		"password_wo":         m.PasswordWO,
		"password_wo_version": m.PasswordWOVersion,
	})
}
