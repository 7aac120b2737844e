// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// listWorkspaces lists those of a subscription or a resource group that the
// caller may read, by id. Whoever may read none is refused.
func (l *Layer) listWorkspaces(c *api.Call) (*api.Reply, error) {
	scope := "/subscriptions/" + c.Param("sub")
	if group := c.Params["rg"]; group != "" {
		scope += "/resourceGroups/" + group
	}
	var below, readable []string
	for _, id := range state.SortedKeys(l.State().Workspaces) {
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
	if err := requireVersion(c); err != nil {
		return nil, err
	}
	if len(below) == 0 {
		return nil, l.missingScope(c)
	}
	q := c.Request.URL.Query()
	paging, err := api.SkipToken(q, "", l.PageSize())
	if err != nil {
		return nil, err
	}
	readable, next, err := api.Page(readable, func(id string) string { return id }, paging)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, id := range readable {
		value = append(value, l.renderWorkspace(l.State().Workspaces[id]))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["nextLink"] = api.NextLink(c.Base+strings.TrimPrefix(c.Request.URL.EscapedPath(), l.Prefix), q, next)
	}
	return api.OK(body), nil
}

// missingScope is Resource Manager's 404 for a subscription or a resource group.
// The emulator knows those that hold a workspace.
func (l *Layer) missingScope(c *api.Call) error {
	for _, w := range l.State().Workspaces {
		if strings.EqualFold(w.Subscription, c.Param("sub")) {
			return &api.Error{Status: http.StatusNotFound, Code: "ResourceGroupNotFound", Message: fmt.Sprintf("Resource group '%s' could not be found.", c.Params["rg"])}
		}
	}
	return missingSubscription(c.Param("sub"))
}

func (l *Layer) getWorkspace(c *api.Call) (*api.Reply, error) {
	if err := requireVersion(c); err != nil {
		return nil, err
	}
	return api.OK(l.renderWorkspace(c.Workspace)), nil
}

func (l *Layer) renderWorkspace(w *state.Workspace) map[string]any {
	scope := "/subscriptions/" + w.Subscription + "/resourceGroups/" + w.Group + "/providers/"
	return map[string]any{
		"id": w.ID, "name": w.Name, "type": "Microsoft.MachineLearningServices/workspaces", "location": w.Location,
		"tags": orEmpty(w.Tags), "identity": map[string]any{"type": "SystemAssigned", "tenantId": l.State().Tenant, "principalId": w.GUID},
		"sku": map[string]any{"name": "Basic", "tier": "Basic"},
		"properties": map[string]any{
			"workspaceId": w.GUID, "discoveryUrl": l.PlainURL() + "/discovery/workspaces/" + w.GUID, "friendlyName": w.Name, "description": "",
			"provisioningState": "Succeeded", "hbiWorkspace": false, "allowPublicAccessWhenBehindVnet": false, "imageBuildCompute": "",
			"creationTime":               api.Timestamp(w.Created),
			"storageAccount":             scope + "Microsoft.Storage/storageAccounts/st" + state.Fingerprint(w.ID),
			"keyVault":                   scope + "Microsoft.KeyVault/vaults/kv" + state.Fingerprint(w.ID),
			"applicationInsights":        scope + "Microsoft.Insights/components/ai" + state.Fingerprint(w.ID),
			"containerRegistry":          scope + "Microsoft.ContainerRegistry/registries/cr" + state.Fingerprint(w.ID),
			"privateEndpointConnections": []any{},
		},
	}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
