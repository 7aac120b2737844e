// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// AddModelVersion adds a version of a model that the caller has numbered: v2 numbers its
// own, and v1 reads them. doc has the members url and properties. An invalid name is a
// refusal.
func (l *Layer) AddModelVersion(c *api.Call, name string, version int, doc map[string]any) (*state.Model, error) {
	if !modelNamePattern.MatchString(name) {
		return nil, invalidModelName(name)
	}
	m := NewModel(state.ModelSeed{Name: name, Version: version}, l.Now())
	m.Doc["url"], m.Doc["createdBy"] = doc["url"], l.Author(c.Principal)
	if doc["properties"] != nil {
		m.Doc["properties"] = doc["properties"]
	}
	c.Workspace.AddModel(m)
	return m, nil
}

// AddEnvironmentVersion adds a version of an environment that does not exist yet.
func AddEnvironmentVersion(w *state.Workspace, name, version string, definition map[string]any) *state.Environment {
	env := NewEnvironment(state.EnvironmentSeed{Name: name, Version: version, Definition: definition})
	w.Environments[name] = append(w.Environments[name], env)
	return env
}
