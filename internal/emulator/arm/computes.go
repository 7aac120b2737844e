// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) getCompute(c *api.Call) (*api.Reply, error) {
	found := c.Workspace.Compute(c.Param("compute"))
	if found == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
			"The compute '%s' was not found in workspace '%s'.", c.Param("compute"), c.Workspace.Name)}
	}
	return api.OK(renderCompute(c.Workspace, found)), nil
}

// listComputes is the SDK's Workspace.compute_targets, on one page.
func (l *Layer) listComputes(c *api.Call) (*api.Reply, error) {
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
