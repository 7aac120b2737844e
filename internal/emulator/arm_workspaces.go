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

func workspaceListRoutes() []route {
	const workspaces = "/providers/Microsoft.MachineLearningServices/workspaces"
	return []route{
		{method: "GET", pattern: "/subscriptions/{sub}" + workspaces, operation: "ListWorkspaces", plane: api.PlaneARM, handle: listWorkspaces},
		{method: "GET", pattern: "/subscriptions/{sub}/resourceGroups/{rg}" + workspaces, operation: "ListWorkspaces", plane: api.PlaneARM, handle: listWorkspaces},
	}
}

// listWorkspaces lists those of a subscription or a resource group that the
// caller may read, by id. Whoever may read none is refused.
func listWorkspaces(c *call) (*api.Reply, error) {
	scope := "/subscriptions/" + c.param("sub")
	if group := c.params["rg"]; group != "" {
		scope += "/resourceGroups/" + group
	}
	var below, readable []string
	for _, id := range state.SortedKeys(c.store.Workspaces) {
		if !state.Within(id, scope) {
			continue
		}
		below = append(below, id)
		if c.principal.May(state.ProviderNamespace+"workspaces/read", id) {
			readable = append(readable, id)
		}
	}
	if len(readable) == 0 {
		if err := authorize(c.principal, "workspaces/read", scope, api.PlaneARM); err != nil {
			return nil, err
		}
	}
	if err := c.requireVersion(); err != nil {
		return nil, err
	}
	if len(below) == 0 {
		return nil, c.missingScope()
	}
	if token := c.query("$skipToken"); token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return nil, api.Invalid("InvalidValue", "$skipToken", "'$skipToken' is not one that this service gave out.")
		}
		readable = slices.DeleteFunc(readable, func(id string) bool { return id <= string(last) })
	}
	body := map[string]any{}
	if size := c.pageSize(); len(readable) > size {
		readable = readable[:size]
		q := c.request.URL.Query()
		q.Set("$skipToken", base64.RawURLEncoding.EncodeToString([]byte(readable[size-1])))
		path := strings.TrimPrefix(c.request.URL.EscapedPath(), c.pathPrefix)
		body["nextLink"] = c.plainBase + path + "?" + q.Encode()
	}
	value := []any{}
	for _, id := range readable {
		value = append(value, c.renderWorkspace(c.store.Workspaces[id]))
	}
	body["value"] = value
	return api.OK(body), nil
}

// missingScope is Resource Manager's 404 for a subscription or a resource group.
// The emulator knows those that hold a workspace.
func (c *call) missingScope() error {
	for _, w := range c.store.Workspaces {
		if strings.EqualFold(w.Subscription, c.param("sub")) {
			return &api.Error{Status: http.StatusNotFound, Code: "ResourceGroupNotFound", Message: fmt.Sprintf("Resource group '%s' could not be found.", c.params["rg"])}
		}
	}
	return missingSubscription(c.param("sub"))
}
