// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) modelRoutes() []api.Route {
	read, write := api.Action("workspaces/models/read"), api.Action("workspaces/models/write")
	return []api.Route{
		{Method: "GET", Pattern: api.ManagementScope + "/models", Operation: "ListModels", Plane: api.PlaneData, Action: read, Handle: l.listModels},
		{Method: "POST", Pattern: api.ManagementScope + "/models", Operation: "RegisterModel", Plane: api.PlaneData, Action: write, Handle: l.registerModel},
		{Method: "POST", Pattern: api.ManagementScope + "/models/list", Operation: "ListModels", Plane: api.PlaneData, Action: read, Reads: true, Handle: l.listModelsByBody},
		{Method: "GET", Pattern: api.ManagementScope + "/models/{id}", Operation: "GetModel", Plane: api.PlaneData, Action: read, Handle: l.getModel},
		{Method: "PATCH", Pattern: api.ManagementScope + "/models/{id}", Operation: "PatchModel", Plane: api.PlaneData, Action: write, Handle: l.patchModel},
		{Method: "DELETE", Pattern: api.ManagementScope + "/models/{id}", Operation: "DeleteModel", Plane: api.PlaneData, Action: api.Action("workspaces/models/delete"), Handle: l.deleteModel},
		{Method: "GET", Pattern: api.ManagementScope + "/models/{id}/metrics", Operation: "ModelMetrics", Plane: api.PlaneData, Action: read, Handle: l.modelMetrics},
	}
}

var (
	// modelNamePattern is the rule of the Python SDK.
	modelNamePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9\-\._]{0,254}$`)

	modelResourceFields = api.Fields{"cpu": {Kind: api.Number}, "memoryInGB": {Kind: api.Number}, "gpu": {Kind: api.Integer}}

	modelFields = api.Fields{
		"name": {Kind: api.Text, Required: true}, "url": {Kind: api.Text, Required: true}, "mimeType": {Kind: api.Text, Required: true},
		"framework": {Kind: api.Text}, "frameworkVersion": {Kind: api.Text}, "description": {Kind: api.Text}, "unpack": {Kind: api.Boolean},
		"kvTags": {Kind: api.StringMap}, "properties": {Kind: api.StringMap},
		"parentModelId": {Kind: api.Text}, "runId": {Kind: api.Text}, "experimentName": {Kind: api.Text},
		"datasets":        {Kind: api.List, Fields: api.Fields{"name": {Kind: api.Text}, "id": {Kind: api.Text}}},
		"derivedModelIds": {Kind: api.TextList}, "sampleInputData": {Kind: api.Text}, "sampleOutputData": {Kind: api.Text},
		"resourceRequirements": {Kind: api.Object, Fields: modelResourceFields},
		// The specification lets a caller send these two; the service assigns both, so they are not looked at.
		"id": {Kind: api.Text}, "version": {Kind: api.Long},
	}

	// InlineModels are models in a service's request, in the place of registered ones.
	InlineModels = api.Field{Kind: api.List, Fields: modelFields.Merge(api.Fields{
		"createdTime": {Kind: api.Text}, "modifiedTime": {Kind: api.Text},
		"resourceRequirements": {Kind: api.Object, Fields: modelResourceFields.Merge(api.Fields{
			"cpuLimit": {Kind: api.Number}, "memoryInGBLimit": {Kind: api.Number}, "fpga": {Kind: api.Integer},
		})},
	})}
)

// NewModel makes a registered version of a model of a seed, as of now.
func NewModel(seed state.ModelSeed, now time.Time) *state.Model {
	tags := map[string]any{}
	for key, value := range seed.Tags {
		tags[key] = value
	}
	m := &state.Model{Name: seed.Name, Version: max(seed.Version, 1), Framework: cmp.Or(seed.Framework, "Custom"), Entry: state.Entry{Created: now, Modified: now}}
	m.Doc = api.WithDefaults(map[string]any{
		"name": m.Name, "url": "aml://asset/seed-" + state.Fingerprint(m.ID()), "mimeType": "application/json", "framework": m.Framework, "kvTags": tags,
	}, modelDefaults())
	return m
}

// modelDefaults holds every key that an expanded model must show; datasets must
// be an array, since the SDK iterates over it.
func modelDefaults() map[string]any {
	return map[string]any{
		"description": nil, "framework": "Custom", "frameworkVersion": nil, "unpack": false, "kvTags": map[string]any{}, "properties": map[string]any{},
		"parentModelId": nil, "runId": nil, "experimentName": nil, "datasets": []any{}, "derivedModelIds": []any{},
		"sampleInputData": nil, "sampleOutputData": nil, "resourceRequirements": nil, "createdBy": nil,
	}
}

// WireModel is the wire form of a model, with every key that the Python SDK reads.
func WireModel(m *state.Model) map[string]any {
	body := api.Clone(m.Doc)
	body["id"], body["version"] = m.ID(), m.Version
	body["createdTime"], body["modifiedTime"] = api.Timestamp(m.Created), api.Timestamp(m.Modified)
	if needs, given := body["resourceRequirements"].(map[string]any); given {
		// A model registered with cpu and memory only must show gpu as well: the SDK reads all three.
		body["resourceRequirements"] = api.WithDefaults(needs, map[string]any{"cpu": nil, "memoryInGB": nil, "gpu": nil})
	}
	return body
}

// ExpandModels shows the models of a service. The Python SDK reads their tags
// from tags, and those of a model on its own from kvTags. A model that is gone
// is left out.
func ExpandModels(w *state.Workspace, ids []string) []any {
	expanded := []any{}
	for _, id := range ids {
		if m := w.Model(id); m != nil {
			body := WireModel(m)
			body["tags"] = body["kvTags"]
			expanded = append(expanded, body)
		}
	}
	return expanded
}

// registerModel gives the next version of a name. The number of a deleted
// version is not given again, so that an id never changes its meaning.
func (l *Layer) registerModel(c *api.Call) (*api.Reply, error) {
	body, err := c.Object(modelFields)
	if err != nil {
		return nil, err
	}
	if found := modelFields.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	name, url := body["name"].(string), body["url"].(string)
	if !modelNamePattern.MatchString(name) {
		return nil, invalidModelName(name)
	}
	if err := usableModelURL(c.Workspace, url); err != nil {
		return nil, err
	}
	delete(body, "id")
	delete(body, "version")
	now := l.Now()
	m := &state.Model{Name: name, Version: c.Workspace.Versions[name] + 1, Entry: state.Entry{Created: now, Modified: now}}
	m.Doc = api.WithDefaults(body, modelDefaults())
	m.Framework, _ = m.Doc["framework"].(string)
	m.Doc["createdBy"] = l.Author(c.Principal)
	c.Workspace.AddModel(m)
	return api.OK(WireModel(m)), nil
}

func invalidModelName(name string) error {
	return api.Invalid("InvalidModelName", "name", "The model name '%s' is invalid: use at most 255 letters, digits, '-', '.' and '_', beginning with a letter or a digit.", name)
}

func usableModelURL(w *state.Workspace, url string) error {
	scheme, rest, _ := strings.Cut(url, "://")
	switch scheme {
	case "http", "https", "wasb", "wasbs", "azureml":
		return nil
	case "aml":
		kind, id, _ := strings.Cut(rest, "/")
		if kind == "asset" && w.Assets[id] == nil {
			return api.Invalid("AssetNotFound", "url", "Asset %s was not found in workspace %s.", id, w.Name)
		}
		return nil
	}
	return api.Invalid("InvalidModelUrl", "url", "'%s' is not a usable URL of a model.", url)
}

func (l *Layer) model(c *api.Call) (*state.Model, error) {
	if m := c.Workspace.Model(c.Param("id")); m != nil {
		return m, nil
	}
	return nil, api.NotFound("Model %s was not found in workspace %s.", c.Param("id"), c.Workspace.Name)
}

func (l *Layer) getModel(c *api.Call) (*api.Reply, error) {
	m, err := l.model(c)
	if err != nil {
		return nil, err
	}
	return api.OK(WireModel(m)), nil
}

// deleteModel refuses while a service, or a deployment of v2, is made of the model. The SDK looks for
// DeletionRequired in the message of a 412.
func (l *Layer) deleteModel(c *api.Call) (*api.Reply, error) {
	m := c.Workspace.Model(c.Param("id"))
	if m == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	if users := append(ServicesWith(c.Workspace, m), c.Workspace.DeploymentsOf(m.VersionID(c.Workspace))...); len(users) > 0 {
		text := "DeletionRequired: model " + m.ID() + " is used by " + strings.Join(users, ", ") + ". Delete what uses it first."
		return nil, &api.Error{
			Status: http.StatusPreconditionFailed, Code: "PreconditionFailed", Message: text,
			Details: []api.Detail{{Code: "DeletionRequired", Message: text}}, // of a refusal about a model the SDK shows the details only
		}
	}
	c.Workspace.Models = slices.DeleteFunc(c.Workspace.Models, func(other *state.Model) bool { return other == m })
	return api.OK(nil), nil
}

// ServicesWith names the services that are made of a model, sorted.
func ServicesWith(w *state.Workspace, m *state.Model) []string {
	var users []string
	for _, name := range state.SortedKeys(w.Services) {
		if slices.Contains(state.ModelIDs(w.Services[name].Doc), m.ID()) {
			users = append(users, name)
		}
	}
	return users
}

// modelMetrics counts the services that were deployed with the model.
func (l *Layer) modelMetrics(c *api.Call) (*api.Reply, error) {
	m, err := l.model(c)
	if err != nil {
		return nil, err
	}
	good, bad := 0, 0
	for _, name := range ServicesWith(c.Workspace, m) {
		switch c.Workspace.Services[name].State {
		case state.Healthy:
			good++
		case state.Failed, state.Unhealthy:
			bad++
		}
	}
	return api.OK(map[string]any{
		"startTime":         cmp.Or(c.Query("startDate"), api.Timestamp(m.Created)),
		"endTime":           cmp.Or(c.Query("endDate"), api.Timestamp(l.Now())),
		"deploymentSummary": map[string]any{"successfulDeployments": good, "unsuccessfulDeployments": bad},
	}), nil
}
