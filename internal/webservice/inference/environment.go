// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package inference

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
	"github.com/mlws/terraform-provider-mlws/internal/framework/validators"
	"github.com/mlws/terraform-provider-mlws/internal/framework/values"
)

// The variables that tell the serving image where the code is. The SDK adds them
// to the environment's own; newer images read them instead of the driver program.
const (
	entryScriptVariable     = "AZUREML_ENTRY_SCRIPT"
	sourceDirectoryVariable = "AZUREML_SOURCE_DIRECTORY"
)

var (
	// dockerfileRule is checked before Azure builds the image, 10 to 30 minutes later.
	dockerfileRule = validators.String{
		Rule:   "The value is the text of a Dockerfile; read it with file(), not its path.",
		Check:  validators.Matches(`(?im)^\s*FROM\s+\S`, "").Check,
		Hidden: "the value has no FROM line",
	}
	registryRule = validators.String{
		Rule: "The address is the host of the registry alone, such as example.azurecr.io.",
		Check: func(value string) error {
			if strings.Contains(value, "://") {
				return fmt.Errorf("%q does not fit", value)
			}
			return nil
		},
	}
)

// environmentDefinition is the part of a definition that attributes show.
type environmentDefinition struct {
	Name                    string            `json:"name,omitempty"`
	Version                 string            `json:"version,omitempty"`
	Python                  *pythonSection    `json:"python,omitempty"`
	Docker                  *dockerSection    `json:"docker,omitempty"`
	EnvironmentVariables    map[string]string `json:"environmentVariables,omitempty"`
	InferencingStackVersion string            `json:"inferencingStackVersion,omitempty"`
}

type pythonSection struct {
	UserManagedDependencies bool            `json:"userManagedDependencies"`
	CondaDependencies       json.RawMessage `json:"condaDependencies,omitempty"`
}

type dockerSection struct {
	BaseImage         string           `json:"baseImage,omitempty"`
	BaseDockerfile    string           `json:"baseDockerfile,omitempty"`
	BaseImageRegistry *registrySection `json:"baseImageRegistry,omitempty"`
}

type registrySection struct {
	Address  string `json:"address,omitempty"`
	Username string `json:"username,omitempty"`
	Password string `json:"password,omitempty"`
}

// environmentForm is how a configuration names an environment.
type environmentForm int

const (
	// formOpen: values that are not known yet decide.
	formOpen environmentForm = iota
	// formInline is a definition of its own.
	formInline
	// formVersion is a registered environment of a given version.
	formVersion
	// formLatest is the latest version of a registered environment.
	formLatest
)

// latestVersion is the version that stands for the latest one.
const latestVersion = "latest"

func (m environmentModel) form() environmentForm {
	switch {
	case m.Version.IsUnknown():
		return formOpen
	case m.Version.ValueString() == latestVersion:
		return formLatest
	case !m.Version.IsNull():
		return formVersion
	}
	form := formLatest
	for _, member := range m.inlineMembers() {
		if values.IsSet(member.value) {
			return formInline
		}
		if member.value.IsUnknown() {
			form = formOpen
		}
	}
	return form
}

// registered reports whether the environment is one that the workspace has registered.
func (m environmentModel) registered() bool {
	return m.form() == formVersion || m.form() == formLatest
}

// deployedVersion is the version that is or will be deployed; "" for a latest one not known yet.
func (m environmentModel) deployedVersion() string {
	if m.form() == formVersion {
		return m.Version.ValueString()
	}
	return m.ResolvedVersion.ValueString()
}

type namedValue struct {
	name  string
	value attr.Value
}

// inlineMembers are the attributes that an inline definition alone has. The variables and the
// version of the inferencing stack may stand beside a registered one too.
func (m environmentModel) inlineMembers() []namedValue {
	return []namedValue{
		{"base_image", m.BaseImage},
		{"base_dockerfile", m.BaseDockerfile},
		{"base_image_registry", m.BaseImageRegistry},
		{"conda_dependencies", m.CondaDependencies},
		{"user_managed_dependencies", m.UserManagedDependencies},
	}
}

// sameOverlay reports whether two environments lay the same over a registered definition.
func (m environmentModel) sameOverlay(other environmentModel) bool {
	return m.EnvironmentVariables.Equal(other.EnvironmentVariables) && m.InferencingStackVersion.Equal(other.InferencingStackVersion)
}

// overlay lays the variables and the inferencing stack over a registered definition.
func (m environmentModel) overlay(definition document) error {
	if values.IsSet(m.InferencingStackVersion) {
		definition.setText(stackPath, m.InferencingStackVersion.ValueString())
	}
	own := values.Strings(m.EnvironmentVariables)
	if len(own) == 0 {
		return nil
	}
	variables, err := definition.variables()
	if err != nil {
		return err
	}
	for name, value := range own {
		variables[name] = encodeText(value)
	}
	definition.set(variablesPath, variables)
	return nil
}

// managesPackages is user_managed_dependencies, or its default.
func (m environmentModel) managesPackages() bool {
	if values.IsSet(m.UserManagedDependencies) {
		return m.UserManagedDependencies.ValueBool()
	}
	return !values.IsSet(m.CondaDependencies)
}

// readEnvironment reads the definition of a registered environment.
func readEnvironment(ctx context.Context, api *azureml.Workspace, environment environmentModel) (json.RawMessage, diag.Diagnostics) {
	var diags diag.Diagnostics
	at := environmentPath
	name, version := environment.Name.ValueString(), environment.deployedVersion()
	object := fmt.Sprintf("environment %q version %q", name, version)
	if version == "" {
		object = fmt.Sprintf("environment %q", name)
	}
	definition, err := api.GetEnvironment(ctx, name, version)
	switch {
	case err == nil:
		return definition, nil
	case azureml.IsNotFound(err):
		why, fix := missingEnvironment(name, version)
		diags.AddAttributeError(at, noEnvironment, why+" "+fix)
	default:
		diags.Append(diagnostics.AtPath(at, "Could not read the environment", object, err))
	}
	return nil, diags
}

const noEnvironment = "The environment does not exist"

func missingEnvironment(name, version string) (why, fix string) {
	if version == "" {
		return fmt.Sprintf("The workspace has no environment %q.", name),
			"Register it, correct environment.name, or define the environment inline (base_image or base_dockerfile). The names of curated environments begin with AzureML-."
	}
	return fmt.Sprintf("The workspace has no environment %q with version %q.", name, version),
		"Register it, or correct environment.name and environment.version; without a version, the latest one is deployed."
}
