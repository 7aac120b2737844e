// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
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
		if err := authorize(c.Principal, "workspaces/read", scope, api.PlaneARM); err != nil {
			return nil, err
		}
	}
	if err := e.requireVersion(c); err != nil {
		return nil, err
	}
	if len(below) == 0 {
		return nil, e.missingScope(c)
	}
	if token := c.Query("$skipToken"); token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return nil, api.Invalid("InvalidValue", "$skipToken", "'$skipToken' is not one that this service gave out.")
		}
		readable = slices.DeleteFunc(readable, func(id string) bool { return id <= string(last) })
	}
	body := map[string]any{}
	if size := e.pageSize(); len(readable) > size {
		readable = readable[:size]
		q := c.Request.URL.Query()
		q.Set("$skipToken", base64.RawURLEncoding.EncodeToString([]byte(readable[size-1])))
		path := strings.TrimPrefix(c.Request.URL.EscapedPath(), e.pathPrefix)
		body["nextLink"] = e.plainBase + path + "?" + q.Encode()
	}
	value := []any{}
	for _, id := range readable {
		value = append(value, e.renderWorkspace(e.store.Workspaces[id]))
	}
	body["value"] = value
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
