// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package inference is what a service deploys: the models, the code that scores,
// and the environment that the code runs in. It owns the attributes model_ids and
// inference_config from their schema to the image on the wire, and back.
//
// It knows nothing else of a service: each function is given the two attributes.
package inference

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Config is what a configuration, plan or state says of what is deployed.
type Config struct {
	ModelIDs types.List   // model_ids
	Object   types.Object // inference_config
}

// Secrets returns the password of the private registry, "" if there is none, and the
// container's environment variables. Only a configuration has the write-only password.
func Secrets(ctx context.Context, config Config) (registryPassword string, variables map[string]string) {
	environment := environmentOf(ctx, config)
	if environment == nil {
		return "", nil
	}
	registry := values.OrZero(values.Decode[registryModel](ctx, environment.BaseImageRegistry))
	return registry.PasswordWO.ValueString(), values.Strings(environment.EnvironmentVariables)
}

// VariablesOf returns the environment variables of a service's container, without those
// that the provider sets itself.
func VariablesOf(service *azureml.Service) map[string]string {
	if service.Image == nil {
		return nil
	}
	definition := definitionOf(service.Image)
	if definition == nil {
		return nil
	}
	return definition.ownVariables()
}

// EnvironmentOf returns the name and version of the environment of a service; "" if not reported.
func EnvironmentOf(service *azureml.Service) (name, version string) {
	if service.Image == nil {
		return "", ""
	}
	if definition := definitionOf(service.Image); definition != nil {
		return definition.Name, definition.Version
	}
	return "", ""
}

// Changes reports whether the plan deploys something else than the state has. The place of the
// code on this machine is no difference.
func Changes(ctx context.Context, plan, state Config) bool {
	if values.Changed(plan.ModelIDs, state.ModelIDs) {
		return true
	}
	return values.Changed(plan.Object, state.Object) &&
		!deployable(ctx, plan.Object).Equal(deployable(ctx, state.Object))
}

// deployable returns the part of an inference configuration that reaches the service.
func deployable(ctx context.Context, object types.Object) types.Object {
	decoded := values.Decode[inferenceModel](ctx, object)
	if decoded == nil {
		return object
	}
	inference := decoded.code()
	if environment := values.Decode[environmentModel](ctx, inference.Environment); environment != nil && environment.registered() {
		if version := environment.deployedVersion(); version != "" {
			environment.Version, environment.ResolvedVersion = types.StringValue(version), types.StringNull()
		}
		inference.Environment = environment.object()
	}
	return inference.object()
}

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
