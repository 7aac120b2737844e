// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (e *Emulator) workspaceListRoutes() []api.Route {
	const workspaces = "/providers/Microsoft.MachineLearningServices/workspaces"
	return []api.Route{
		{Method: "GET", Pattern: "/subscriptions/{sub}" + workspaces, Operation: "ListWorkspaces", Plane: api.PlaneARM, Handle: e.listWorkspaces},
		{Method: "GET", Pattern: "/subscriptions/{sub}/resourceGroups/{rg}" + workspaces, Operation: "ListWorkspaces", Plane: api.PlaneARM, Handle: e.listWorkspaces},
	}
}

// listWorkspaces lists those of a subscription or a resource group that the
// caller may read, by id. Whoever may read none is refused.
func (e *Emulator) listWorkspaces(c *api.Call) (*api.Reply, error) {
	scope := "/subscriptions/" + c.Param("sub")
	if group := c.Params["rg"]; group != "" {
		scope += "/resourceGroups/" + group
	}
	var below, readable []string
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		if !state.Within(id, scope) {
			continue
		}
		below = append(below, id)
		if c.Principal.May(state.ProviderNamespace+"workspaces/read", id) {
			readable = append(readable, id)
		}
	}
	if len(readable) == 0 {
		if err := api.Authorize(c.Principal, "workspaces/read", scope, api.PlaneARM); err != nil {
			return nil, err
		}
	}
	if err := e.requireVersion(c); err != nil {
		return nil, err
	}
	if len(below) == 0 {
		return nil, e.missingScope(c)
	}
	q := c.Request.URL.Query()
	paging, err := api.SkipToken(q, "", e.pageSize())
	if err != nil {
		return nil, err
	}
	readable, next, err := api.Page(readable, func(id string) string { return id }, paging)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, id := range readable {
		value = append(value, e.renderWorkspace(e.store.Workspaces[id]))
	}
	body := map[string]any{"value": value}
	if next != "" {
		path := strings.TrimPrefix(c.Request.URL.EscapedPath(), e.pathPrefix)
		body["nextLink"] = api.NextLink(e.plainBase+path, q, next)
	}
	return api.OK(body), nil
}

// missingScope is Resource Manager's 404 for a subscription or a resource group.
// The emulator knows those that hold a workspace.
func (e *Emulator) missingScope(c *api.Call) error {
	for _, w := range e.store.Workspaces {
		if strings.EqualFold(w.Subscription, c.Param("sub")) {
			return &api.Error{Status: http.StatusNotFound, Code: "ResourceGroupNotFound", Message: fmt.Sprintf("Resource group '%s' could not be found.", c.Params["rg"])}
		}
	}
	return missingSubscription(c.Param("sub"))
}
