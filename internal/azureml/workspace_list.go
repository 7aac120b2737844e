// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// WorkspaceDetails is a workspace as Resource Manager describes it (contract §1.1).
type WorkspaceDetails struct {
	ID         string              `json:"id"`
	Name       string              `json:"name"`
	Location   string              `json:"location"` // as Azure spells it
	Tags       map[string]string   `json:"tags"`
	Properties WorkspaceProperties `json:"properties"`
}

// WorkspaceProperties are the properties of a workspace. What Azure leaves out is nil.
type WorkspaceProperties struct {
	WorkspaceID                     *string `json:"workspaceId"` // a UUID
	DiscoveryURL                    *string `json:"discoveryUrl"`
	FriendlyName                    *string `json:"friendlyName"`
	ProvisioningState               *string `json:"provisioningState"`
	StorageAccount                  *string `json:"storageAccount"`      // a resource id
	KeyVault                        *string `json:"keyVault"`            // a resource id
	ApplicationInsights             *string `json:"applicationInsights"` // a resource id
	ContainerRegistry               *string `json:"containerRegistry"`   // a resource id
	ImageBuildCompute               *string `json:"imageBuildCompute"`
	HighBusinessImpact              *bool   `json:"hbiWorkspace"`
	AllowPublicAccessWhenBehindVNet *bool   `json:"allowPublicAccessWhenBehindVnet"`
}

// Details reads the workspace from Resource Manager, as it is now. A workspace that
// does not exist is a *WorkspaceNotFoundError.
func (w *Workspace) Details(ctx context.Context) (*WorkspaceDetails, error) {
	reply, err := w.hosts.Read(ctx)
	if err != nil {
		return nil, err
	}
	details := &WorkspaceDetails{}
	if err := reply.Decode(details); err != nil {
		return nil, err
	}
	return details, nil
}

// ModelManagementURL returns where the API of the workspace's services is, as its
// discovery says.
func (w *Workspace) ModelManagementURL(ctx context.Context) (string, error) {
	call, err := w.call(ctx, wire.Workspace, http.MethodGet, "")
	return call.Base, err
}

// ListWorkspaces reads the workspaces of a subscription, or of one of its resource
// groups, page by page. An error is yielded once, and ends the listing.
func (c *Client) ListWorkspaces(ctx context.Context, subscription, resourceGroup string) iter.Seq2[*WorkspaceDetails, error] {
	scope := "/subscriptions/" + url.PathEscape(subscription)
	if resourceGroup != "" {
		scope += "/resourceGroups/" + url.PathEscape(resourceGroup)
	}
	return paged[WorkspaceDetails](ctx, c.wire, c.wire.ResourceManager(wire.Nothing, scope+"/providers/Microsoft.MachineLearningServices/workspaces"))
}

// Permission is what one role assignment allows: the actions without the notActions,
// in which "*" stands for any characters.
type Permission struct {
	Actions    []string `json:"actions"`
	NotActions []string `json:"notActions"`
}

// permissionsVersion is the api-version of Microsoft.Authorization.
const permissionsVersion = "2022-04-01"

// Permissions reads what the caller may do at the workspace's scope, one element for
// each of its role assignments there and above. Deny assignments are not part of it.
func (w *Workspace) Permissions(ctx context.Context) ([]Permission, error) {
	call := w.hosts.ResourceManager(wire.Workspace, "/providers/Microsoft.Authorization/permissions")
	call.Query.Set("api-version", permissionsVersion)
	var permissions []Permission
	for permission, err := range paged[Permission](ctx, w.client, call) {
		if err != nil {
			return nil, err
		}
		permissions = append(permissions, *permission)
	}
	return permissions, nil
}
