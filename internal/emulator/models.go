// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// model is one registered model version. doc is its wire form.
type model struct {
	id, name  string
	version   int
	framework string
	created   time.Time
	doc       map[string]any
}

func newModel(seed ModelSeed, now time.Time) *model {
	version := max(seed.Version, 1)
	m := &model{
		id: seed.Name + ":" + strconv.Itoa(version), name: seed.Name, version: version,
		framework: orElse(seed.Framework, "Custom"), created: now,
	}
	tags := map[string]any{}
	for key, value := range seed.Tags {
		tags[key] = value
	}
	m.doc = map[string]any{
		"id": m.id, "name": m.name, "version": float64(version), "framework": m.framework, "frameworkVersion": nil,
		"description": nil, "url": "aml://asset/" + fingerprint(m.id), "mimeType": "application/json", "unpack": false,
		"kvTags": tags, "properties": map[string]any{}, "createdTime": timestamp(now), "modifiedTime": timestamp(now),
		"createdBy": nil, "experimentName": nil, "runId": nil, "datasets": []any{}, "derivedModelIds": []any{},
		"parentModelId": nil, "sampleInputData": nil, "sampleOutputData": nil, "resourceRequirements": nil,
	}
	return m
}

func modelRoutes() []route {
	read := action("workspaces/models/read")
	return []route{
		{method: "GET", pattern: managementScope + "/models", operation: "ListModels", plane: planeData, action: read, handle: listModels},
		{method: "GET", pattern: managementScope + "/models/{id}", operation: "GetModel", plane: planeData, action: read, handle: getModel},
	}
}

// model finds "name:version".
func (w *workspace) model(id string) *model {
	if i := slices.IndexFunc(w.models, func(m *model) bool { return m.id == id }); i >= 0 {
		return w.models[i]
	}
	return nil
}

func getModel(c *call) (*reply, error) {
	if m := c.workspace.model(c.param("id")); m != nil {
		return ok(m.doc), nil
	}
	return nil, notFound("Model %s was not found in workspace %s.", c.param("id"), c.workspace.name)
}

// listModels answers newest first: the SDK's lookup by name asks for count=1
// and takes that for the latest version.
func listModels(c *call) (*reply, error) {
	q := c.request.URL.Query()
	items := []any{}
	seen := map[string]bool{}
	for _, m := range slices.Backward(c.workspace.models) {
		switch {
		case q.Get("name") != "" && q.Get("name") != m.name,
			q.Get("framework") != "" && q.Get("framework") != m.framework,
			!holdsAll(m.doc["kvTags"], q.Get("tags")), !holdsAll(m.doc["kvTags"], q.Get("tag")),
			!holdsAll(m.doc["properties"], q.Get("properties")),
			strings.EqualFold(q.Get("latestVersionOnly"), "true") && seen[m.name]:
			continue
		}
		seen[m.name] = true
		items = append(items, m.doc)
	}
	if q.Get("orderBy") == "CreatedAtAsc" {
		slices.Reverse(items)
	}
	skip, _ := strconv.Atoi(q.Get("$skipToken"))
	skip = min(max(skip, 0), len(items))
	size := orElseInt(c.behavior.PageSize, defaultPageSize)
	if n, err := strconv.Atoi(q.Get("count")); err == nil && n > 0 {
		size = min(n, size)
	}
	body := map[string]any{"value": items[skip:min(skip+size, len(items))]}
	if skip+size < len(items) {
		q.Set("$skipToken", strconv.Itoa(skip+size))
		body["nextLink"] = c.plainBase + "/modelmanagement/v1.0" + c.workspace.id + "/models?" + q.Encode()
	}
	return ok(body), nil
}

// expandModels is the models array of an expanded service, where the SDK wants
// more than from a model itself: tags under "tags", and every key present.
func (w *workspace) expandModels(ids []string) []any {
	out := []any{}
	for _, id := range ids {
		if m := w.model(id); m != nil {
			doc := clone(m.doc)
			doc["tags"] = doc["kvTags"]
			if needs, given := doc["resourceRequirements"].(map[string]any); given {
				doc["resourceRequirements"] = withDefaults(needs, map[string]any{"cpu": nil, "memoryInGB": nil, "gpu": nil})
			}
			out = append(out, doc)
		}
	}
	return out
}
