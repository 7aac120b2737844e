// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// Adopt completes the state of an existing service: its environment becomes an inline definition
// if it is not the registered one of its name and version. A warning names the differences.
func Adopt(ctx context.Context, api *azureml.Workspace, service *azureml.Service, state Config) (Config, diag.Diagnostics) {
	state, _, diags := adopt(ctx, api, service, state)
	return state, diags
}

func adopt(ctx context.Context, api *azureml.Workspace, service *azureml.Service, state Config) (Config, json.RawMessage, diag.Diagnostics) {
	var registered json.RawMessage
	var diags diag.Diagnostics
	state = state.edit(ctx, func(environment *environmentModel) {
		if environment.registered() {
			registered, diags = environment.adopt(ctx, api, service)
		}
	})
	return state, registered, diags
}

// adopt compares the deployed environment with the registered one of its name and version, and
// returns the registered definition if the environment stays one by name. If they differ, or
// if there is none, it becomes an inline definition, so that a change keeps the difference.
func (m *environmentModel) adopt(ctx context.Context, api *azureml.Workspace, service *azureml.Service) (json.RawMessage, diag.Diagnostics) {
	var diags diag.Diagnostics
	name, version := m.Name.ValueString(), m.deployedVersion()
	object := fmt.Sprintf("Service %q runs environment %q version %q", service.Name, name, version)
	deployed, err := parseDocument(service.Image.Environment)
	if err != nil {
		return nil, diags // by reference: it is the registered one
	}
	registered, err := api.GetEnvironment(ctx, name, version)
	var why string
	switch {
	case azureml.IsNotFound(err):
		why = object + ", which is not registered any more."
	case err != nil:
		diags.AddAttributeWarning(environmentPath, "The environment could not be compared",
			fmt.Sprintf("%s. Reading the registered definition failed, so it is not known whether the service runs it unchanged: %s", object,
				diagnostics.Explain(fmt.Sprintf("environment %q version %q", name, version), err)))
		return nil, diags
	default:
		differences := differencesOf(deployed, registered)
		if len(differences) == 0 {
			return registered, diags
		}
		if m.laidOver(differences, meaningful(deployed), definitionOf(service.Image)) {
			return registered, diags
		}
		why = fmt.Sprintf("%s, and what it runs differs from the registered definition in: %s.", object, strings.Join(differences, ", "))
	}
	inline := newEnvironment()
	inline.Name = m.Name
	flattenInline(ctx, *definitionOf(service.Image), nil, &inline)
	if inline.BaseImage.IsNull() && inline.BaseDockerfile.IsNull() {
		diags.AddAttributeWarning(environmentPath, "The environment is not the registered one",
			why+" It names no base image, so it cannot be written as an inline definition. It stays as it is until environment.name or environment.version changes.")
		return registered, diags
	}
	*m = inline
	diags.AddAttributeWarning(environmentPath, "The environment is not the registered one",
		fmt.Sprintf("%s It is imported as an inline definition, so that a change of something else keeps it. "+
			"To deploy the registered definition instead, write environment = { name = %q, version = %q }.", why, name, version))
	return nil, diags
}

// laidOver reports whether a deployed environment is the registered one with other variables or
// another inferencing stack laid over it, and shows them in the environment.
func (m *environmentModel) laidOver(differences []string, deployed map[string]string, definition *environmentDefinition) bool {
	variables, stack := map[string]string{}, types.StringNull()
	for _, difference := range differences {
		name, isVariable := strings.CutPrefix(difference, variablesPath+".")
		if _, exists := deployed[difference]; !exists || !isVariable && difference != stackPath {
			return false
		}
		if isVariable {
			variables[name] = definition.EnvironmentVariables[name]
		} else {
			stack = types.StringValue(definition.InferencingStackVersion)
		}
	}
	m.InferencingStackVersion = stack
	if len(variables) > 0 {
		m.EnvironmentVariables = values.StringMap(variables)
	}
	return true
}

// sectionDefaults are values that mean the same as no member (SDK: PythonSection, SparkSection).
var sectionDefaults = map[string]string{
	"python.interpreterPath": `"python"`, userManagedPath: "false", "spark.precachePackages": "true",
}

// differencesOf returns the members that differ, with each environment variable by itself.
// Empty values and defaults count as absent: two parts of Azure describe the definitions.
func differencesOf(deployed document, registered json.RawMessage) []string {
	other, err := parseDocument(registered)
	if err != nil {
		return []string{"all members"}
	}
	return differing(meaningful(deployed), meaningful(other))
}

// meaningful returns the members that say something, each in its canonical form.
func meaningful(definition document) map[string]string {
	found := map[string]string{}
	add := func(path string, value json.RawMessage) {
		decoded, err := decodeJSON(value)
		if decoded = without(isEmpty, decoded); err != nil || isEmpty(decoded) {
			return
		}
		canonical, err := json.Marshal(decoded)
		if err == nil && string(canonical) != sectionDefaults[path] {
			found[path] = string(canonical)
		}
	}
	for path, value := range definition.members() {
		switch path {
		case "name", "version", "assetId":
		case variablesPath:
			for name, variable := range definition.section(variablesPath) {
				if name != entryScriptVariable && name != sourceDirectoryVariable {
					add(variablesPath+"."+name, variable)
				}
			}
		default:
			add(path, value)
		}
	}
	return found
}

// isEmpty reports whether a value without empty members says nothing.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// Imported marks a service between its import and the next Refresh, which adopts it.
const Imported framework.Flag = "imported"

// Refresh completes the state that Flatten returns: with the drift since the last apply, or
// after an import as Adopt does.
func Refresh(ctx context.Context, api *azureml.Workspace, service *azureml.Service, state Config, before framework.PrivateReader, after framework.PrivateWriter) (Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	if Imported.Get(ctx, before, &diags) {
		state, registered, adoptDiags := adopt(ctx, api, service, state)
		diags.Append(adoptDiags...)
		record := newRecord(ctx, service, state, nil)
		record.Adopted = true
		if definition, err := parseDocument(registered); err == nil {
			record.Registered = record.digests(definition.members())
		}
		diags.Append(LastDeployed.Set(ctx, after, record)...)
		diags.Append(Imported.Set(ctx, after, false)...)
		return state, diags
	}
	last := LastDeployed.Get(ctx, before, &diags)
	return state.edit(ctx, func(environment *environmentModel) {
		environment.DriftedMembers = types.ListNull(types.StringType)
		if drifted := last.drift(service, *environment); len(drifted) > 0 {
			environment.DriftedMembers = values.StringList(drifted)
		}
	}), diags
}

// edit returns the configuration with a changed environment, if it has one.
func (c Config) edit(ctx context.Context, change func(*environmentModel)) Config {
	code := values.Decode[inferenceModel](ctx, c.Object)
	if code == nil {
		return c
	}
	if environment := values.Decode[environmentModel](ctx, code.Environment); environment != nil {
		change(environment)
		code.Environment = environment.object()
		c.Object = code.object()
	}
	return c
}
