// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (e *Emulator) armRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: api.WorkspaceScope, Operation: "GetWorkspace", Plane: api.PlaneARM, Action: api.Action("workspaces/read"), Handle: e.getWorkspace},
		{Method: "GET", Pattern: api.WorkspaceScope + "/computes", Operation: "ListComputes", Plane: api.PlaneARM, Action: api.Action("workspaces/computes/read"), Handle: e.listComputes},
		{Method: "GET", Pattern: "/rp/workspaces" + api.WorkspaceScope + "/computes", Operation: "ListComputes", Plane: api.PlaneARM, Action: api.Action("workspaces/computes/read"), Handle: e.listComputes},
		{Method: "GET", Pattern: api.WorkspaceScope + "/computes/{compute}", Operation: "GetCompute", Plane: api.PlaneARM, Action: api.Action("workspaces/computes/read"), Handle: e.getCompute},
		{Method: "GET", Pattern: "/rp/workspaces" + api.WorkspaceScope + "/computes/{compute}", Operation: "GetCompute", Plane: api.PlaneARM, Action: api.Action("workspaces/computes/read"), Handle: e.getCompute},
		{Method: "GET", Pattern: api.WorkspaceScope + "/providers/Microsoft.Authorization/permissions", Operation: "ListPermissions", Plane: api.PlaneARM, Handle: e.listPermissions},
	}
}

// missingWorkspace is Resource Manager's 404, in the envelope of the plane.
func (e *Emulator) missingWorkspace(c *api.Call) error {
	return &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
		"The Resource 'Microsoft.MachineLearningServices/workspaces/%s' under resource group '%s' was not found.", c.Params["ws"], c.Params["rg"])}
}

// requireVersion refuses a call to Resource Manager without an api-version.
func (e *Emulator) requireVersion(c *api.Call) error {
	if c.Query("api-version") != "" {
		return nil
	}
	return &api.Error{
		Status: http.StatusBadRequest, Code: "MissingApiVersionParameter",
		Message: "The api-version query parameter (?api-version=) is required for all requests.",
	}
}

func (e *Emulator) getWorkspace(c *api.Call) (*api.Reply, error) {
	if err := e.requireVersion(c); err != nil {
		return nil, err
	}
	return api.OK(e.renderWorkspace(c.Workspace)), nil
}

func (e *Emulator) renderWorkspace(w *state.Workspace) map[string]any {
	scope := "/subscriptions/" + w.Subscription + "/resourceGroups/" + w.Group + "/providers/"
	return map[string]any{
		"id": w.ID, "name": w.Name, "type": "Microsoft.MachineLearningServices/workspaces", "location": w.Location,
		"tags": orEmpty(w.Tags), "identity": map[string]any{"type": "SystemAssigned", "tenantId": e.store.Tenant, "principalId": w.GUID},
		"sku": map[string]any{"name": "Basic", "tier": "Basic"},
		"properties": map[string]any{
			"workspaceId": w.GUID, "discoveryUrl": e.plainBase + "/discovery/workspaces/" + w.GUID, "friendlyName": w.Name, "description": "",
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

func (e *Emulator) getCompute(c *api.Call) (*api.Reply, error) {
	found := c.Workspace.Compute(c.Param("compute"))
	if found == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
			"The compute '%s' was not found in workspace '%s'.", c.Param("compute"), c.Workspace.Name)}
	}
	return api.OK(renderCompute(c.Workspace, found)), nil
}

// listComputes is the SDK's Workspace.compute_targets, on one page.
func (e *Emulator) listComputes(c *api.Call) (*api.Reply, error) {
	value := []any{}
	for _, name := range state.SortedKeys(c.Workspace.Computes) {
		value = append(value, renderCompute(c.Workspace, c.Workspace.Computes[name]))
	}
	return api.OK(map[string]any{"value": value}), nil
}

func renderCompute(w *state.Workspace, found *state.Compute) map[string]any {
	return map[string]any{
		"id": w.ID + "/computes/" + found.Name, "name": found.Name, "type": "Microsoft.MachineLearningServices/workspaces/computes",
		"location": w.Location, "tags": nil,
		"properties": map[string]any{
			"computeType": found.Kind, "computeLocation": found.Location, "provisioningState": found.State, "provisioningErrors": nil,
			"description": nil, "isAttachedCompute": true, "createdOn": api.Timestamp(found.Created), "modifiedOn": api.Timestamp(found.Created),
			"resourceId": "/subscriptions/" + w.Subscription + "/resourceGroups/" + w.Group + "/providers/Microsoft.ContainerService/managedClusters/" + found.Name,
			"properties": map[string]any{
				"clusterFqdn": found.Name + "-" + state.Fingerprint(w.ID+found.Name) + ".hcp." + found.Location + ".azmk8s.io",
				"agentCount":  3, "agentVmSize": "Standard_D3_v2", "clusterPurpose": "FastProd", "loadBalancerType": "PublicIp",
				"loadBalancerSubnet": nil, "sslConfiguration": map[string]any{"status": "Disabled"}, "systemServices": []any{}, "aksNetworkingConfiguration": nil,
			},
		},
	}
}

// listPermissions is how a caller learns what it may do here without trying: the
// actions of its role, and what the role takes away, with wildcards. Whoever has
// no role here gets an empty list.
func (e *Emulator) listPermissions(c *api.Call) (*api.Reply, error) {
	if err := e.requireVersion(c); err != nil {
		return nil, err
	}
	p, value := c.Principal, []any{}
	if len(p.Actions) > 0 && p.Assigned(c.Workspace.ID) {
		value = append(value, map[string]any{"actions": orNone(p.Actions), "notActions": orNone(p.NotActions), "dataActions": []string{}, "notDataActions": []string{}})
	}
	return api.OK(map[string]any{"value": value}), nil
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func orNone(items []string) []string {
	if items == nil {
		return []string{}
	}
	return items
}
