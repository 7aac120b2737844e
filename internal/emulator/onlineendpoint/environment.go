// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// environments are those of v1: one table for both, as of models.
func (l *Layer) environments() versioned {
	return versioned{
		collection: "environments", noun: "Environment", fields: environmentProperties, fixed: []string{"image", "condaFile", "build", "osType"},
		read: func(w *state.Workspace, name, version string) (map[string]any, state.Audit, bool) {
			env := w.Environment(name, version)
			if env == nil || version == "" {
				return nil, state.Audit{}, false
			}
			return environmentDocument(env), state.Audit{Created: w.Created, Modified: w.Created}, true
		},
		list: func(w *state.Workspace, name string) (versions []string) {
			for _, env := range w.Environments[name] {
				versions = append(versions, env.Version)
			}
			return versions
		},
		write: l.putEnvironment,
		remove: func(w *state.Workspace, name, version string) {
			gone := w.Environment(name, version)
			w.Environments[name] = slices.DeleteFunc(w.Environments[name], func(env *state.Environment) bool { return env == gone })
		},
	}
}

// reserved tells whether a name is kept for the environments that Azure curates.
func reserved(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "azureml") || strings.HasPrefix(lower, "microsoft")
}

// environmentDocument are the properties of an environment. Those of one that v1
// registered are made of its definition.
func environmentDocument(env *state.Environment) map[string]any {
	doc := map[string]any{"environmentType": "UserCreated", "osType": "Linux"}
	if reserved(env.Name) {
		doc["environmentType"] = "Curated"
	}
	if env.V2 != nil {
		for name, value := range env.V2 {
			doc[name] = api.Clone(value)
		}
		return doc
	}
	docker, _ := env.Definition["docker"].(map[string]any)
	python, _ := env.Definition["python"].(map[string]any)
	if image := text(docker, "baseImage"); image != "" {
		doc["image"] = image
	}
	if dependencies, _ := python["condaDependencies"].(map[string]any); len(dependencies) > 0 && python["userManagedDependencies"] != true {
		if file, err := yaml.Marshal(plain(dependencies)); err == nil {
			doc["condaFile"] = string(file)
		}
	}
	return doc
}

// plain gives numbers that a state file keeps as text the form that YAML writes.
func plain(value any) any {
	encoded, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var decoded any
	if json.Unmarshal(encoded, &decoded) != nil {
		return value
	}
	return decoded
}

// putEnvironment registers a version, or changes the texts of one.
func (l *Layer) putEnvironment(c *api.Call, name, version string, properties map[string]any) error {
	if reserved(name) {
		return api.Invalid("InvalidEnvironmentName", "name", "Environment names that begin with AzureML or Microsoft are reserved for curated environments.")
	}
	if env := c.Workspace.Environment(name, version); env != nil {
		if env.V2 == nil {
			env.V2 = environmentDocument(env)
		}
		for member, value := range properties {
			env.V2[member] = value
		}
		return nil
	}
	build, _ := properties["build"].(map[string]any)
	image := text(properties, "image")
	if (image == "") == (build == nil) {
		return api.Invalid("InvalidEnvironment", "properties.image", "An environment has an image, or a build with the folder of a Dockerfile: one of them.")
	}
	python := map[string]any{"userManagedDependencies": true}
	if file := text(properties, "condaFile"); file != "" {
		dependencies, err := condaDependencies(file)
		if err != nil {
			return err
		}
		python = map[string]any{"userManagedDependencies": false, "condaDependencies": dependencies}
	}
	docker := map[string]any{"baseImage": image}
	if build != nil {
		docker = map[string]any{"buildContext": map[string]any{"locationType": "storageaccount", "location": build["contextUri"], "dockerfilePath": build["dockerfilePath"]}}
	}
	l.RegisterEnvironment(c.Workspace, name, version, map[string]any{"docker": docker, "python": python}).V2 = properties
	return nil
}

// condaDependencies reads a conda file, which v1 keeps as an object.
func condaDependencies(file string) (map[string]any, error) {
	var dependencies map[string]any
	if err := yaml.Unmarshal([]byte(file), &dependencies); err != nil {
		return nil, api.Invalid("InvalidCondaFile", "properties.condaFile", "'condaFile' is not a YAML document with an object.")
	}
	decoded, _ := plain(dependencies).(map[string]any)
	if len(decoded) == 0 {
		return nil, api.Invalid("InvalidCondaFile", "properties.condaFile", "'condaFile' is not a YAML document with an object.")
	}
	return decoded, nil
}
