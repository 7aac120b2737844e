// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func assetRoutes() []route {
	// No source names actions of assets; they are a step of registering a model.
	read, write := action("workspaces/models/read"), action("workspaces/models/write")
	return []route{
		{method: "GET", pattern: managementScope + "/assets", operation: "ListAssets", plane: api.PlaneData, action: read, handle: listAssets},
		{method: "POST", pattern: managementScope + "/assets", operation: "CreateAsset", plane: api.PlaneData, action: write, handle: createAsset},
		{method: "GET", pattern: managementScope + "/assets/{id}", operation: "GetAsset", plane: api.PlaneData, action: read, handle: getAsset},
		{method: "PATCH", pattern: managementScope + "/assets/{id}", operation: "PatchAsset", plane: api.PlaneData, action: write, handle: patchAsset},
		{method: "DELETE", pattern: managementScope + "/assets/{id}", operation: "DeleteAsset", plane: api.PlaneData, action: action("workspaces/models/delete"), handle: deleteAsset},
	}
}

var assetFields = api.Fields{
	"name": {Kind: api.Text, Required: true}, "type": {Kind: api.Text}, "description": {Kind: api.Text},
	"artifacts": {Kind: api.List, Fields: api.Fields{"id": {Kind: api.Text}, "prefix": {Kind: api.Text}}},
	"kvTags":    {Kind: api.StringMap}, "properties": {Kind: api.StringMap}, "runid": {Kind: api.Text}, "meta": {Kind: api.StringMap},
	"id": {Kind: api.Text}, // in the specification; the service assigns it
}

func createAsset(c *call) (*api.Reply, error) {
	body, err := c.object(assetFields)
	if err != nil {
		return nil, err
	}
	if found := assetFields.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	now := c.Now()
	created := &state.Asset{ID: strings.ReplaceAll(uuid.NewString(), "-", ""), Entry: state.Entry{Created: now, Modified: now, Serial: len(c.workspace.Assets)}}
	created.Doc = withDefaults(body, map[string]any{
		"description": nil, "artifacts": []any{}, "kvTags": map[string]any{}, "properties": map[string]any{}, "runid": nil, "type": nil, "meta": nil,
	})
	c.workspace.Assets[created.ID] = created
	return api.OK(wireAsset(created)), nil
}

func wireAsset(a *state.Asset) map[string]any {
	body := api.Clone(a.Doc)
	body["id"], body["createdTime"] = a.ID, timestamp(a.Created)
	return body
}

func (c *call) asset() (*state.Asset, error) {
	if found := c.workspace.Assets[c.param("id")]; found != nil {
		return found, nil
	}
	return nil, api.NotFound("Asset %s was not found in workspace %s.", c.param("id"), c.workspace.Name)
}

func getAsset(c *call) (*api.Reply, error) {
	found, err := c.asset()
	if err != nil {
		return nil, err
	}
	return api.OK(wireAsset(found)), nil
}

func patchAsset(c *call) (*api.Reply, error) {
	found, err := c.asset()
	if err != nil {
		return nil, err
	}
	doc, err := c.patched(found.Doc, assetPatchFields)
	if err != nil {
		return nil, err
	}
	found.Doc, found.Modified = doc, c.Now()
	return api.OK(wireAsset(found)), nil
}

func deleteAsset(c *call) (*api.Reply, error) {
	if c.workspace.Assets[c.param("id")] == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	delete(c.workspace.Assets, c.param("id"))
	return api.OK(nil), nil
}

func listAssets(c *call) (*api.Reply, error) {
	q := c.request.URL.Query()
	order, err := listOrder(q.Get("orderby"), "orderby")
	if err != nil {
		return nil, err
	}
	size, err := c.countOf(q.Get("count"))
	if err != nil {
		return nil, err
	}
	var found []*state.Asset
	for _, a := range c.workspace.Assets {
		if assetMatches(a, q) {
			found = append(found, a)
		}
	}
	found, next, err := page(found, order, q.Get("$skipToken"), size)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, a := range found {
		value = append(value, wireAsset(a))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["nextLink"] = c.nextLink("/assets", q, next)
	}
	return api.OK(body), nil
}

func assetMatches(a *state.Asset, q url.Values) bool {
	name, _ := a.Doc["name"].(string)
	run, _ := a.Doc["runid"].(string)
	return (q.Get("name") == "" || q.Get("name") == name) && (q.Get("runId") == "" || q.Get("runId") == run) &&
		hasAll(a.Doc["kvTags"], q.Get("tags")) && hasAll(a.Doc["properties"], q.Get("properties"))
}
