// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) assetRoutes() []api.Route {
	// No source names actions of assets; they are a step of registering a model.
	read, write := api.Action("workspaces/models/read"), api.Action("workspaces/models/write")
	return []api.Route{
		{Method: "GET", Pattern: api.ManagementScope + "/assets", Operation: "ListAssets", Plane: api.PlaneData, Action: read, Handle: l.listAssets},
		{Method: "POST", Pattern: api.ManagementScope + "/assets", Operation: "CreateAsset", Plane: api.PlaneData, Action: write, Handle: l.createAsset},
		{Method: "GET", Pattern: api.ManagementScope + "/assets/{id}", Operation: "GetAsset", Plane: api.PlaneData, Action: read, Handle: l.getAsset},
		{Method: "PATCH", Pattern: api.ManagementScope + "/assets/{id}", Operation: "PatchAsset", Plane: api.PlaneData, Action: write, Handle: l.patchAsset},
		{Method: "DELETE", Pattern: api.ManagementScope + "/assets/{id}", Operation: "DeleteAsset", Plane: api.PlaneData, Action: api.Action("workspaces/models/delete"), Handle: l.deleteAsset},
	}
}

var assetFields = api.Fields{
	"name": {Kind: api.Text, Required: true}, "type": {Kind: api.Text}, "description": {Kind: api.Text},
	"artifacts": {Kind: api.List, Fields: api.Fields{"id": {Kind: api.Text}, "prefix": {Kind: api.Text}}},
	"kvTags":    {Kind: api.StringMap}, "properties": {Kind: api.StringMap}, "runid": {Kind: api.Text}, "meta": {Kind: api.StringMap},
	"id": {Kind: api.Text}, // in the specification; the service assigns it
}

func (l *Layer) createAsset(c *api.Call) (*api.Reply, error) {
	body, err := c.Object(assetFields)
	if err != nil {
		return nil, err
	}
	if found := assetFields.Check(body, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	now := l.Now()
	created := &state.Asset{ID: strings.ReplaceAll(uuid.NewString(), "-", ""), Entry: state.Entry{Created: now, Modified: now, Serial: len(c.Workspace.Assets)}}
	created.Doc = api.WithDefaults(body, map[string]any{
		"description": nil, "artifacts": []any{}, "kvTags": map[string]any{}, "properties": map[string]any{}, "runid": nil, "type": nil, "meta": nil,
	})
	c.Workspace.Assets[created.ID] = created
	return api.OK(wireAsset(created)), nil
}

func wireAsset(a *state.Asset) map[string]any {
	body := api.Clone(a.Doc)
	body["id"], body["createdTime"] = a.ID, api.Timestamp(a.Created)
	return body
}

func (l *Layer) asset(c *api.Call) (*state.Asset, error) {
	if found := c.Workspace.Assets[c.Param("id")]; found != nil {
		return found, nil
	}
	return nil, api.NotFound("Asset %s was not found in workspace %s.", c.Param("id"), c.Workspace.Name)
}

func (l *Layer) getAsset(c *api.Call) (*api.Reply, error) {
	found, err := l.asset(c)
	if err != nil {
		return nil, err
	}
	return api.OK(wireAsset(found)), nil
}

func (l *Layer) patchAsset(c *api.Call) (*api.Reply, error) {
	found, err := l.asset(c)
	if err != nil {
		return nil, err
	}
	doc, err := l.patched(c, found.Doc, assetPatchFields)
	if err != nil {
		return nil, err
	}
	found.Doc, found.Modified = doc, l.Now()
	return api.OK(wireAsset(found)), nil
}

func (l *Layer) deleteAsset(c *api.Call) (*api.Reply, error) {
	if c.Workspace.Assets[c.Param("id")] == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	delete(c.Workspace.Assets, c.Param("id"))
	return api.OK(nil), nil
}

func (l *Layer) listAssets(c *api.Call) (*api.Reply, error) {
	q := c.Request.URL.Query()
	order, err := api.ListOrder(q.Get("orderby"), "CreatedAtDesc", "orderby")
	if err != nil {
		return nil, err
	}
	paging, err := api.SkipToken(q, q.Get("count"), l.PageSize())
	if err != nil {
		return nil, err
	}
	var found []*state.Asset
	for _, a := range c.Workspace.Assets {
		if assetMatches(a, q) {
			found = append(found, a)
		}
	}
	found, next, err := api.Page(found, func(a *state.Asset) string { return entryKey(order, a.Entry) }, paging)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, a := range found {
		value = append(value, wireAsset(a))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["nextLink"] = l.nextLink(c, "/assets", q, next)
	}
	return api.OK(body), nil
}

func assetMatches(a *state.Asset, q url.Values) bool {
	name, _ := a.Doc["name"].(string)
	run, _ := a.Doc["runid"].(string)
	return (q.Get("name") == "" || q.Get("name") == name) && (q.Get("runId") == "" || q.Get("runId") == run) &&
		api.HasAll(a.Doc["kvTags"], q.Get("tags")) && api.HasAll(a.Doc["properties"], q.Get("properties"))
}
