// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Flatten returns what a service runs, in the prior wording if that means the same. A
// deployment without code has no assets; Azure may report an environment that it chose.
func Flatten(ctx context.Context, service *azureml.Service, prior Config) Config {
	return Config{
		ModelIDs: flattenModels(service, prior.ModelIDs),
		Object:   flattenInference(ctx, service.Image, prior.Object),
	}
}

func flattenInference(ctx context.Context, deployed *azureml.EnvironmentImage, prior types.Object) types.Object {
	before := values.Decode[inferenceModel](ctx, prior)
	if deployed == nil {
		// Not reported at all: nothing to compare.
		return known(prior)
	}
	if len(deployed.Assets) == 0 {
		if before != nil && len(deployed.ModelIDs) == 0 {
			return known(prior)
		}
		return types.ObjectNull(inferenceTypes)
	}
	definition := definitionOf(deployed)
	after := codeOf(deployed, definition)
	priorEnvironment := types.ObjectNull(environmentTypes)
	if before != nil {
		if sameCode(*before, deployed, definition) {
			after = *before
		} else {
			keepPlace(*before, &after)
		}
		priorEnvironment = before.Environment
	}
	after.Environment = flattenEnvironment(ctx, definition, priorEnvironment)
	return after.object()
}

func known(prior types.Object) types.Object {
	if prior.IsUnknown() {
		return types.ObjectNull(inferenceTypes)
	}
	return prior
}

// definitionOf returns the environment of a deployment; nil if it is not reported.
func definitionOf(deployed *azureml.EnvironmentImage) *environmentDefinition {
	if len(deployed.Environment) > 0 {
		var definition environmentDefinition
		// A definition in another form than the documented one is not comparable.
		if err := json.Unmarshal(deployed.Environment, &definition); err == nil && definition.Name != "" {
			return &definition
		}
	}
	if reference := deployed.EnvironmentReference; reference != nil {
		return &environmentDefinition{Name: reference.Name, Version: reference.Version}
	}
	return nil
}

// ownVariables returns the environment variables without those that say where the code is.
func (d environmentDefinition) ownVariables() map[string]string {
	own := maps.Clone(d.EnvironmentVariables)
	delete(own, entryScriptVariable)
	delete(own, sourceDirectoryVariable)
	return own
}

// sameCode reports whether what is deployed is what the configuration would deploy.
func sameCode(before inferenceModel, deployed *azureml.EnvironmentImage, definition *environmentDefinition) bool {
	driver, assets := codeAssets(before)
	if driver != deployed.DriverProgram || len(assets) != len(deployed.Assets) {
		return false
	}
	for i, asset := range assets {
		found := deployed.Assets[i]
		// The query of an https URL may be a SAS, which the service drops.
		if withoutQuery(asset.URL) != withoutQuery(found.URL) || asset.Unpack != found.Unpack {
			return false
		}
	}
	if definition == nil || definition.EnvironmentVariables == nil {
		return true
	}
	for name, value := range codeVariables(before) {
		if found, exists := definition.EnvironmentVariables[name]; exists && found != value {
			return false
		}
	}
	return true
}

func withoutQuery(url string) string {
	before, _, _ := strings.Cut(url, "?")
	return before
}

// codeOf reads the code of a deployment that Terraform has not written, or that was changed.
func codeOf(deployed *azureml.EnvironmentImage, definition *environmentDefinition) inferenceModel {
	var code inferenceModel
	for _, asset := range deployed.Assets {
		if asset.ID == deployed.DriverProgram || asset.MimeType == mimePython {
			code.DriverURL = types.StringValue(asset.URL)
			continue
		}
		code.SourceURL = types.StringValue(asset.URL)
		if code.EntryScript.IsNull() && !asset.Unpack {
			code.EntryScript = types.StringValue(asset.ID)
		}
	}
	if definition == nil {
		return code
	}
	script := definition.EnvironmentVariables[entryScriptVariable]
	if directory := definition.EnvironmentVariables[sourceDirectoryVariable]; directory != "" {
		code.SourceDirectoryName = types.StringValue(directory)
		script = strings.TrimPrefix(script, directory+"/")
	}
	if script != "" {
		code.EntryScript = types.StringValue(script)
	}
	return code
}

// keepPlace keeps where the code lies on this machine although other code is deployed: without
// a hash, the plan shows that it is deployed again.
func keepPlace(before inferenceModel, after *inferenceModel) {
	after.SourceDirectory = before.SourceDirectory
	if before.SourceDirectoryName.IsNull() && after.SourceDirectoryName.IsNull() && scriptName(before.EntryScript) == after.EntryScript.ValueString() {
		after.EntryScript = before.EntryScript
	}
}

// flattenEnvironment keeps the prior form. Without one, a version means registered.
func flattenEnvironment(ctx context.Context, definition *environmentDefinition, prior types.Object) types.Object {
	before := values.Decode[environmentModel](ctx, prior)
	if definition == nil {
		if prior.IsUnknown() {
			return types.ObjectNull(environmentTypes)
		}
		return prior
	}
	if before != nil && before.registered() || before == nil && definition.Version != "" {
		return flattenRegistered(*definition, before).object()
	}
	after := newEnvironment()
	if before != nil {
		after = *before
	}
	after.Name = types.StringValue(definition.Name)
	flattenInline(ctx, *definition, before, &after)
	return after.object()
}

// flattenRegistered reads the deployed version. A configuration of the latest one keeps that.
func flattenRegistered(definition environmentDefinition, before *environmentModel) environmentModel {
	after := newEnvironment()
	after.Name = types.StringValue(definition.Name)
	after.ResolvedVersion = values.ComputedString(&definition.Version)
	if before != nil {
		after.InferencingStackVersion = before.InferencingStackVersion
		after.EnvironmentVariables = flattenOverlay(definition.EnvironmentVariables, before.EnvironmentVariables)
		if values.IsSet(before.InferencingStackVersion) && definition.InferencingStackVersion != "" {
			after.InferencingStackVersion = types.StringValue(definition.InferencingStackVersion)
		}
	}
	if before == nil || before.form() != formLatest {
		after.Version = after.ResolvedVersion
		return after
	}
	after.Version = before.Version
	if after.ResolvedVersion.IsNull() && values.IsSet(before.ResolvedVersion) {
		after.ResolvedVersion = before.ResolvedVersion // not reported
	}
	return after
}

// flattenOverlay reads the variables that the configuration lays over a registered definition.
func flattenOverlay(deployed map[string]string, prior types.Map) types.Map {
	wanted := values.Strings(prior)
	if deployed == nil || len(wanted) == 0 {
		return prior // not reported, or none
	}
	found := map[string]string{}
	for name := range wanted {
		if value, exists := deployed[name]; exists {
			found[name] = value
		}
	}
	if len(found) == 0 {
		return types.MapNull(types.StringType)
	}
	return values.StringMap(found)
}

func flattenInline(ctx context.Context, definition environmentDefinition, before, after *environmentModel) {
	docker, python := definition.Docker, definition.Python
	if docker != nil {
		after.BaseImage = values.OptionalString(&docker.BaseImage, after.BaseImage)
		after.BaseDockerfile = values.OptionalString(&docker.BaseDockerfile, after.BaseDockerfile)
		// A service that fills in the public registry is not a difference.
		if registry := docker.BaseImageRegistry; registry != nil && registry.Address != "" && (before == nil || !before.BaseImageRegistry.IsNull()) {
			after.BaseImageRegistry = flattenRegistry(ctx, *registry, after.BaseImageRegistry)
		}
	}
	if python != nil {
		after.CondaDependencies = flattenConda(python.CondaDependencies, after.CondaDependencies)
		if python.UserManagedDependencies != after.managesPackages() {
			after.UserManagedDependencies = types.BoolValue(python.UserManagedDependencies)
		}
	}
	own := definition.ownVariables()
	if !maps.Equal(own, values.Strings(after.EnvironmentVariables)) {
		after.EnvironmentVariables = types.MapNull(types.StringType)
		if len(own) > 0 {
			after.EnvironmentVariables = values.StringMap(own)
		}
	}
	// A service that fills in a default is not a difference.
	if definition.InferencingStackVersion != "" && (before == nil || !before.InferencingStackVersion.IsNull()) {
		after.InferencingStackVersion = types.StringValue(definition.InferencingStackVersion)
	}
}

// flattenRegistry compares the address alone: credentials are never returned.
func flattenRegistry(ctx context.Context, found registrySection, prior types.Object) types.Object {
	registry := values.OrZero(values.Decode[registryModel](ctx, prior))
	registry.PasswordWO = types.StringNull()
	registry.Address = values.Same(found.Address, registry.Address, strings.EqualFold)
	return registry.object()
}

func flattenConda(found json.RawMessage, prior types.String) types.String {
	if values.IsSet(prior) {
		if before, err := condaToJSON(prior.ValueString()); err == nil && sameJSON(before, found) {
			return prior
		}
	}
	text := condaToYAML(found)
	return values.OptionalString(&text, types.StringNull())
}

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
	switch {
	case values.IsSet(prior) && sameSet(values.StringSlice(prior), ids):
		return prior
	case len(ids) == 0:
		return types.ListNull(types.StringType)
	}
	return values.StringList(ids)
}
