// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "strings"

// environment is one registered environment version. doc is its wire form, in
// lower camel case as GETs answer.
type environment struct {
	name, version string
	doc           map[string]any
}

const environmentScope = "/environment/v1.0" + workspaceScope + "/environments"

func environmentRoutes() []route {
	read := action("workspaces/environments/read")
	return []route{
		{method: "GET", pattern: environmentScope, operation: "ListEnvironments", plane: planeData, action: read, handle: listEnvironments},
		{method: "GET", pattern: environmentScope + "/{name}", operation: "GetEnvironment", plane: planeData, action: read, handle: getEnvironment},
		{method: "GET", pattern: environmentScope + "/{name}/versions/{version}", operation: "GetEnvironment", plane: planeData, action: read, handle: getEnvironment},
	}
}

func newEnvironment(seed EnvironmentSeed) *environment {
	env := &environment{name: seed.Name, version: orElse(seed.Version, "1"), doc: clone(seed.Definition)}
	if env.doc == nil {
		env.doc = map[string]any{}
	}
	env.doc["name"], env.doc["version"] = env.name, env.version
	return env
}

// environment finds a version, or the latest one where version is empty or
// "latest".
func (w *workspace) environment(name, version string) *environment {
	versions := w.environments[name]
	if len(versions) == 0 {
		return nil
	}
	if version == "" || strings.EqualFold(version, "latest") {
		return versions[len(versions)-1]
	}
	for _, env := range versions {
		if env.version == version {
			return env
		}
	}
	return nil
}

func getEnvironment(c *call) (*reply, error) {
	env := c.workspace.environment(c.param("name"), c.params["version"])
	if env == nil {
		return nil, notFound("Environment %s was not found in workspace %s.", c.param("name"), c.workspace.name)
	}
	return ok(env.doc), nil
}

// listEnvironments shows the latest version of every name.
func listEnvironments(c *call) (*reply, error) {
	items := []any{}
	for _, name := range sortedKeys(c.workspace.environments) {
		items = append(items, c.workspace.environment(name, "").doc)
	}
	return ok(map[string]any{"value": items}), nil
}
