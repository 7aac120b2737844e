// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (e *Emulator) serviceRoutes() []api.Route {
	read := api.Action("workspaces/services/read")
	return []api.Route{
		{Method: "POST", Pattern: api.ManagementScope + "/services", Operation: "CreateService", Plane: api.PlaneData, Action: createAction, Handle: e.createService},
		{Method: "PUT", Pattern: api.ManagementScope + "/services", Operation: "CreateService", Plane: api.PlaneData, Action: createAction, Handle: e.createService},
		{Method: "GET", Pattern: api.ManagementScope + "/services", Operation: "ListServices", Plane: api.PlaneData, Action: read, Handle: e.listServices},
		{Method: "POST", Pattern: api.ManagementScope + "/services/list", Operation: "ListServices", Plane: api.PlaneData, Action: read, Reads: true, Handle: e.listServicesByBody},
		{Method: "GET", Pattern: api.ManagementScope + "/services/{name}", Operation: "GetService", Plane: api.PlaneData, Action: read, Handle: e.getService},
		{Method: "PATCH", Pattern: api.ManagementScope + "/services/{name}", Operation: "PatchService", Plane: api.PlaneData, Action: serviceAction("write"), Handle: e.patchService},
		{Method: "DELETE", Pattern: api.ManagementScope + "/services/{name}", Operation: "DeleteService", Plane: api.PlaneData, Action: serviceAction("delete"), Handle: e.deleteService},
		{Method: "GET", Pattern: api.ManagementScope + "/services/{name}/logs", Operation: "ServiceLogs", Plane: api.PlaneData, Action: read, Handle: e.serviceLogs},
	}
}

// serviceAction names an action on a service by its compute type; if there
// is no such service, the caller needs the action of some type.
func serviceAction(verb string) func(*api.Call) string {
	return func(c *api.Call) string {
		kind := "aks"
		if c.Workspace != nil {
			if svc := c.Workspace.Services[c.Param("name")]; svc != nil {
				kind = strings.ToLower(svc.Kind)
			}
		}
		return "workspaces/services/" + kind + "/" + verb
	}
}

func createAction(c *api.Call) string {
	if body, err := c.Object(nil); err == nil && body["computeType"] == "ACI" {
		return "workspaces/services/aci/write"
	}
	return "workspaces/services/aks/write"
}

// ownService finds the service of the path, for a call that is implemented for
// ACI and AKS services only.
func (e *Emulator) ownService(c *api.Call) (*state.Service, error) {
	svc, err := e.service(c)
	if err == nil && isForeign(svc) {
		return nil, unsupported(svc)
	}
	return svc, err
}

// Service finds the service of the path.
func (e *Emulator) service(c *api.Call) (*state.Service, error) {
	if svc := c.Workspace.Services[c.Param("name")]; svc != nil {
		return svc, nil
	}
	return nil, api.NotFound("Service %s was not found in workspace %s.", c.Param("name"), c.Workspace.Name)
}

func (e *Emulator) getService(c *api.Call) (*api.Reply, error) {
	svc, err := e.service(c)
	if err != nil {
		return nil, err
	}
	expand, err := api.Flag(c.Request.URL.Query(), "expand")
	if err != nil {
		return nil, err
	}
	return api.OK(e.render(svc, expand)), nil
}

// Render is the wire form of a service. Every key that the Python SDK insists
// on is there, null if the service has no value; keys, TLS keys and registry
// passwords never are.
func (e *Emulator) render(svc *state.Service, expand bool) map[string]any {
	body := api.Clone(svc.Doc)
	body["state"] = svc.State
	body["createdTime"] = api.Timestamp(svc.Created)
	body["updatedTime"] = api.Timestamp(svc.Updated)
	body["error"] = nil
	if svc.Failure != nil {
		body["error"] = svc.Failure
	}
	if svc.Operation != nil {
		body["operationId"] = svc.Operation.ID
	}
	if !isForeign(svc) {
		body["scoringUri"], body["swaggerUri"] = nil, nil
	}
	if svc.Live != nil {
		base := e.plainBase
		if svc.Live["sslEnabled"] == true {
			// Azure's address would be https://{cname}/score, a name that is not ours to answer for.
			base = e.tlsBase + e.pathPrefix
		}
		body["scoringUri"] = base + scoringPath(svc) + "/score"
		body["swaggerUri"] = base + scoringPath(svc) + "/swagger.json"
	}
	if svc.Kind == "AKS" {
		body["deploymentStatus"] = deploymentStatus(svc)
	}
	if expand {
		body["models"] = registry.ExpandModels(svc.Workspace, state.ModelIDs(svc.Doc))
	}
	return body
}

func deploymentStatus(svc *state.Service) map[string]any {
	desired := state.Replicas(svc.Doc)
	available := 0.0
	if svc.State == StateHealthy {
		available = desired
	}
	status := map[string]any{"desiredReplicas": desired, "updatedReplicas": available, "availableReplicas": available, "error": nil}
	if svc.Failure != nil {
		status["error"] = svc.Failure
	}
	return status
}

func (e *Emulator) deleteService(c *api.Call) (*api.Reply, error) {
	return e.remove(c, e.behavior.DeleteStatus == http.StatusOK)
}

// deleteServiceNow is the delete of Resource Manager, which has no operation.
func (e *Emulator) deleteServiceNow(c *api.Call) (*api.Reply, error) { return e.remove(c, true) }

func (e *Emulator) remove(c *api.Call, now bool) (*api.Reply, error) {
	svc := c.Workspace.Services[c.Param("name")]
	if svc == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	if err := refuseBusy(svc); err != nil {
		return nil, err
	}
	op := e.begin(svc, false, state.Effect{Removes: true})
	if now {
		e.endNow(op)
		return api.OK(nil), nil
	}
	svc.State = StateTransitioning
	return e.accepted(op), nil
}

// removeService takes this service away, and not a namesake that came after it.
func removeService(svc *state.Service) {
	if svc.Workspace.Services[svc.Name] == svc {
		delete(svc.Workspace.Services, svc.Name)
	}
	cancelScheduled(svc)
	cancelScheduled(svc)
	if runningOf(svc).container != nil {
		runningOf(svc).container.Stop()
	}
}
