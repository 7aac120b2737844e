// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package arm is Resource Manager, as far as a workspace needs it: workspaces, their
// computes, subscriptions, the caller's permissions, and v1 services as resources of
// api-version 2021-04-01. It also serves what leads a client here: the metadata of the
// cloud, and the discovery of a workspace's other addresses.
package arm

import (
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer is given. Its functions are called under the lock.
type Dependencies struct {
	State     func() *state.State
	PlainURL  func() string // of the plain listener, with the path prefix
	SecureURL func() string // of the TLS listener, without it
	Prefix    string        // of the path, "" or "/some/prefix"
	PageSize  func() int    // the largest page of a list
	Services  Services
}

// Layer serves Resource Manager.
type Layer struct{ Dependencies }

// New makes the layer.
func New(d Dependencies) *Layer { return &Layer{d} }

// Routes are those of the layer.
func (l *Layer) Routes() []api.Route {
	const (
		workspaces    = "/providers/Microsoft.MachineLearningServices/workspaces"
		controlPlane  = "/rp/workspaces" + api.WorkspaceScope // the form of the Python SDK
		services      = api.WorkspaceScope + "/services"
		oneOperation  = "/subscriptions/{sub}" + operationPath + "{id}"
		readWorkspace = "workspaces/read"
	)
	compute, service := api.Action("workspaces/computes/read"), api.Action("workspaces/services/read")
	return []api.Route{
		{Method: "GET", Pattern: "/subscriptions", Operation: "ListSubscriptions", Plane: api.PlaneARM, Handle: l.listSubscriptions},
		{Method: "GET", Pattern: "/subscriptions/{sub}", Operation: "GetSubscription", Plane: api.PlaneARM, Handle: l.getSubscription},
		{Method: "GET", Pattern: "/subscriptions/{sub}" + workspaces, Operation: "ListWorkspaces", Plane: api.PlaneARM, Handle: l.listWorkspaces},
		{Method: "GET", Pattern: "/subscriptions/{sub}/resourceGroups/{rg}" + workspaces, Operation: "ListWorkspaces", Plane: api.PlaneARM, Handle: l.listWorkspaces},
		{Method: "GET", Pattern: api.WorkspaceScope, Operation: "GetWorkspace", Plane: api.PlaneARM, Action: api.Action(readWorkspace), Handle: l.getWorkspace},
		{Method: "GET", Pattern: api.WorkspaceScope + "/computes", Operation: "ListComputes", Plane: api.PlaneARM, Action: compute, Handle: l.listComputes},
		{Method: "GET", Pattern: controlPlane + "/computes", Operation: "ListComputes", Plane: api.PlaneARM, Action: compute, Handle: l.listComputes},
		{Method: "GET", Pattern: api.WorkspaceScope + "/computes/{compute}", Operation: "GetCompute", Plane: api.PlaneARM, Action: compute, Handle: l.getCompute},
		{Method: "GET", Pattern: controlPlane + "/computes/{compute}", Operation: "GetCompute", Plane: api.PlaneARM, Action: compute, Handle: l.getCompute},
		{Method: "GET", Pattern: api.WorkspaceScope + "/providers/Microsoft.Authorization/permissions", Operation: "ListPermissions", Plane: api.PlaneARM, Handle: l.listPermissions},
		{Method: "GET", Pattern: services, Operation: "ListServiceResources", Plane: api.PlaneARM, Action: service, Handle: l.listServices},
		{Method: "GET", Pattern: services + "/{name}", Operation: "GetServiceResource", Plane: api.PlaneARM, Action: service, Subject: api.Named, Handle: l.getService},
		{Method: "PUT", Pattern: services + "/{name}", Operation: "PutServiceResource", Plane: api.PlaneARM, Action: l.Services.WriteAction, Subject: api.Named, Handle: l.putService},
		{Method: "DELETE", Pattern: services + "/{name}", Operation: "DeleteServiceResource", Plane: api.PlaneARM, Action: l.Services.DeleteAction, Subject: api.Named, Handle: l.deleteService},
		{Method: "GET", Pattern: oneOperation, Operation: "GetServiceOperation", Plane: api.PlaneARM, Handle: l.getOperation},
		{Method: "GET", Pattern: "/discovery/workspaces/{guid}", Operation: "Discovery", Plane: api.PlaneAnonymous, Handle: l.discover},
		{Method: "GET", Pattern: "/metadata/endpoints", Operation: "CloudMetadata", Plane: api.PlaneAnonymous, Handle: l.cloudMetadata},
	}
}

// MissingWorkspace is Resource Manager's 404, in the envelope of the plane.
func MissingWorkspace(c *api.Call) error {
	return &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
		"The Resource 'Microsoft.MachineLearningServices/workspaces/%s' under resource group '%s' was not found.", c.Params["ws"], c.Params["rg"])}
}

// requireVersion refuses a call to Resource Manager without an api-version.
func requireVersion(c *api.Call) error {
	if c.Query("api-version") != "" {
		return nil
	}
	return &api.Error{
		Status: http.StatusBadRequest, Code: "MissingApiVersionParameter",
		Message: "The api-version query parameter (?api-version=) is required for all requests.",
	}
}
