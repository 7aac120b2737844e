// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const environmentScope = "/environment/v1.0" + api.WorkspaceScope

func (l *Layer) environmentRoutes() []api.Route {
	read, write := api.Action("workspaces/environments/read"), api.Action("workspaces/environments/write")
	return []api.Route{
		{Method: "GET", Pattern: environmentScope + "/environments", Operation: "ListEnvironments", Plane: api.PlaneData, Action: read, Handle: l.listEnvironments},
		{Method: "GET", Pattern: environmentScope + "/environments/{name}", Operation: "GetEnvironment", Plane: api.PlaneData, Action: read, Handle: l.getEnvironment},
		{Method: "PUT", Pattern: environmentScope + "/environments/{name}", Operation: "PutEnvironment", Plane: api.PlaneData, Action: write, Handle: l.putEnvironment},
		{Method: "GET", Pattern: environmentScope + "/environments/{name}/versions/{version}", Operation: "GetEnvironment", Plane: api.PlaneData, Action: read, Handle: l.getEnvironment},
		{Method: "PUT", Pattern: environmentScope + "/environments/{name}/versions/{version}", Operation: "PutEnvironment", Plane: api.PlaneData, Action: write, Handle: l.putEnvironment},
	}
}

var environmentFields = api.Fields{
	"name": {Kind: api.Text}, "version": {Kind: api.Text}, "assetId": {Kind: api.Text}, "autoRebuild": {Kind: api.Boolean},
	"environmentVariables": {Kind: api.StringMap}, "inferencingStackVersion": {Kind: api.Text},
	"databricks": {Kind: api.Free},
	"r": {Kind: api.Free, Fields: api.Fields{
		"rVersion": {Kind: api.Text}, "userManaged": {Kind: api.Boolean}, "rscriptPath": {Kind: api.Text}, "snapshotDate": {Kind: api.Text},
		"cranPackages":      {Kind: api.List, Open: true, Fields: api.Fields{"name": {Kind: api.Text}, "repository": {Kind: api.Text}}},
		"gitHubPackages":    {Kind: api.List, Open: true, Fields: api.Fields{"repository": {Kind: api.Text}, "authToken": {Kind: api.Text}}},
		"customUrlPackages": {Kind: api.TextList}, "bioConductorPackages": {Kind: api.TextList},
	}},
	"python": {Kind: api.Free, Fields: api.Fields{
		"interpreterPath": {Kind: api.Text}, "userManagedDependencies": {Kind: api.Boolean}, "condaDependencies": {Kind: api.Free}, "baseCondaEnvironment": {Kind: api.Text},
	}},
	"docker": {Kind: api.Free, Fields: api.Fields{
		"baseImage": {Kind: api.Text}, "baseDockerfile": {Kind: api.Text}, "enabled": {Kind: api.Boolean}, "sharedVolumes": {Kind: api.Boolean}, "gpuSupport": {Kind: api.Boolean},
		"shmSize": {Kind: api.Text}, "arguments": {Kind: api.TextList},
		"baseImageRegistry": {Kind: api.Free, Fields: api.Fields{"address": {Kind: api.Text}, "username": {Kind: api.Text}, "password": {Kind: api.Text}}},
	}},
	"spark": {Kind: api.Free, Fields: api.Fields{
		"repositories": {Kind: api.TextList}, "precachePackages": {Kind: api.Boolean},
		"packages": {Kind: api.List, Open: true, Fields: api.Fields{"group": {Kind: api.Text}, "artifact": {Kind: api.Text}, "version": {Kind: api.Text}}},
	}},
}

// DeployedEnvironment is the definition in a service's request. Azure and the SDK
// know more members than the descriptions of the API name: they are kept and returned.
var DeployedEnvironment = api.Field{Kind: api.Object, Fields: environmentFields, Open: true}

// NewEnvironment makes a registered environment of a seed; its version is 1 unless the
// seed names one.
func NewEnvironment(seed state.EnvironmentSeed) *state.Environment {
	return &state.Environment{Name: seed.Name, Version: cmp.Or(seed.Version, "1"), Definition: environmentDefinition(seed.Definition)}
}

// environmentDefinition fills in the sections that a reply always has.
func environmentDefinition(given map[string]any) map[string]any {
	definition := map[string]any{
		"python":               map[string]any{"userManagedDependencies": false, "interpreterPath": "python", "condaDependencies": map[string]any{}},
		"environmentVariables": map[string]any{}, "docker": map[string]any{},
		"spark":                   map[string]any{"repositories": []any{}, "packages": []any{}, "precachePackages": true},
		"inferencingStackVersion": nil,
	}
	definition = api.WithDefaults(given, definition)
	delete(definition, "name")
	delete(definition, "version")
	return definition
}

func wireEnvironment(env *state.Environment) map[string]any {
	body := api.Clone(env.Definition)
	body["name"], body["version"] = env.Name, env.Version
	return body
}

func (l *Layer) getEnvironment(c *api.Call) (*api.Reply, error) {
	env := c.Workspace.Environment(c.Param("name"), c.Params["version"])
	if env == nil {
		return nil, api.NotFound("Environment %s was not found in workspace %s.", strings.Trim(c.Param("name")+":"+c.Params["version"], ":"), c.Workspace.Name)
	}
	return api.OK(wireEnvironment(env)), nil
}

// putEnvironment registers: without a version in the path the next one, with
// one that one (an existing version is replaced; the sources are silent on it).
func (l *Layer) putEnvironment(c *api.Call) (*api.Reply, error) {
	value, err := c.JSON()
	if err != nil {
		return nil, err
	}
	given, isObject := value.(map[string]any)
	if !isObject {
		return nil, api.Invalid("InvalidRequestBody", "", "The request body must be a JSON object.")
	}
	// The SDK sends some names in upper camel case and reads all in lower camel case.
	body := environmentFields.Tidy(lowerCamel(given))
	if found := environmentFields.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	name := c.Param("name")
	if named, _ := body["name"].(string); named != "" && named != name {
		return nil, api.Invalid("InvalidValue", "name", "The body names environment %s, the path %s.", named, name)
	}
	if lower := strings.ToLower(name); strings.HasPrefix(lower, "azureml") || strings.HasPrefix(lower, "microsoft") {
		return nil, api.Invalid("InvalidEnvironmentName", "name", "Environment names that begin with AzureML or Microsoft are reserved for curated environments.")
	}
	env := &state.Environment{Name: name, Version: c.Params["version"], Definition: environmentDefinition(WithoutRegistryPassword(map[string]any{"environment": body})["environment"].(map[string]any))}
	if env.Version == "" {
		env.Version = c.Workspace.NextEnvironmentVersion(name)
	}
	if old := c.Workspace.Environment(name, env.Version); old != nil {
		old.Definition = env.Definition
	} else {
		c.Workspace.Environments[name] = append(c.Workspace.Environments[name], env)
	}
	return api.OK(wireEnvironment(env)), nil
}

// listEnvironments gives the latest version of each name, in the order of
// names. The path's trailing slash, which the SDK sends, makes no difference.
func (l *Layer) listEnvironments(c *api.Call) (*api.Reply, error) {
	paging := api.Paging{Parameter: "continuation", Token: c.Query("continuation"), Size: l.PageSize()}
	names, next, err := api.Page(slices.Collect(maps.Keys(c.Workspace.Environments)), func(name string) string { return name }, paging)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, name := range names {
		value = append(value, wireEnvironment(c.Workspace.Environment(name, "")))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["continuationToken"] = next
	}
	return api.OK(body), nil
}

// lowerCamel lowers the first letter of the names that the API defines. Names
// that belong to the user (variables, conda's own file format) stay.
func lowerCamel(body map[string]any) map[string]any {
	out := make(map[string]any, len(body))
	for name, value := range body {
		if name != "" {
			name = strings.ToLower(name[:1]) + name[1:]
		}
		if nested, isObject := value.(map[string]any); isObject && name != "environmentVariables" && name != "condaDependencies" {
			value = lowerCamel(nested)
		}
		out[name] = value
	}
	return out
}

// WithoutRegistryPassword copies the image request of a service, without the credential
// of the registry of a base image: no reply has it.
func WithoutRegistryPassword(request map[string]any) map[string]any {
	out := api.Clone(request)
	environment, _ := out["environment"].(map[string]any)
	docker, _ := environment["docker"].(map[string]any)
	if registry, given := docker["baseImageRegistry"].(map[string]any); given {
		delete(registry, "username")
		delete(registry, "password")
	}
	return out
}
