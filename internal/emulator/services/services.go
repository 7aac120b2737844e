// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) serviceRoutes() []api.Route {
	read := api.Action("workspaces/services/read")
	return []api.Route{
		{Method: "POST", Pattern: api.ManagementScope + "/services", Operation: "CreateService", Plane: api.PlaneData, Action: WriteAction, Subject: createSubject, Handle: l.Create},
		{Method: "PUT", Pattern: api.ManagementScope + "/services", Operation: "CreateService", Plane: api.PlaneData, Action: WriteAction, Subject: createSubject, Handle: l.Create},
		{Method: "GET", Pattern: api.ManagementScope + "/services", Operation: "ListServices", Plane: api.PlaneData, Action: read, Handle: l.List},
		{Method: "POST", Pattern: api.ManagementScope + "/services/list", Operation: "ListServices", Plane: api.PlaneData, Action: read, Reads: true, Handle: l.listServicesByBody},
		{Method: "GET", Pattern: api.ManagementScope + "/services/{name}", Operation: "GetService", Plane: api.PlaneData, Action: read, Subject: api.Named, Handle: l.Get},
		{Method: "PATCH", Pattern: api.ManagementScope + "/services/{name}", Operation: "PatchService", Plane: api.PlaneData, Action: Action("write"), Subject: api.Named, Handle: l.patchService},
		{Method: "DELETE", Pattern: api.ManagementScope + "/services/{name}", Operation: "DeleteService", Plane: api.PlaneData, Action: Action("delete"), Subject: api.Named, Handle: l.deleteService},
		{Method: "GET", Pattern: api.ManagementScope + "/services/{name}/logs", Operation: "ServiceLogs", Plane: api.PlaneData, Action: read, Subject: api.Named, Handle: l.serviceLogs},
	}
}

// Action names an action on a service by its compute type; if there
// is no such service, the caller needs the action of some type.
func Action(verb string) func(*api.Call) string {
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

// WriteAction names the action that a create needs, by the compute type in its body.
func WriteAction(c *api.Call) string {
	if body, err := c.Object(nil); err == nil && body["computeType"] == "ACI" {
		return "workspaces/services/aci/write"
	}
	return "workspaces/services/aks/write"
}

// createSubject is the name in the body of a create.
func createSubject(c *api.Call) string {
	body, err := c.Object(nil)
	if err != nil {
		return ""
	}
	name, _ := body["name"].(string)
	return name
}

// ownService finds the service of the path, for a call that is implemented for
// ACI and AKS services only.
func (l *Layer) ownService(c *api.Call) (*state.Service, error) {
	svc, err := l.find(c)
	if err == nil && isForeign(svc) {
		return nil, unsupported(svc)
	}
	return svc, err
}

// Service finds the service of the path.
func (l *Layer) find(c *api.Call) (*state.Service, error) {
	if svc := c.Workspace.Services[c.Param("name")]; svc != nil {
		return svc, nil
	}
	return nil, api.NotFound("Service %s was not found in workspace %s.", c.Param("name"), c.Workspace.Name)
}

// Get answers one service, with its models if expand is true.
func (l *Layer) Get(c *api.Call) (*api.Reply, error) {
	svc, err := l.find(c)
	if err != nil {
		return nil, err
	}
	expand, err := api.Flag(c.Request.URL.Query(), "expand")
	if err != nil {
		return nil, err
	}
	return api.OK(l.Render(svc, expand)), nil
}

// Render is the wire form of a service. Every key that the Python SDK insists
// on is there, null if the service has no value; keys, TLS keys and registry
// passwords never are.
func (l *Layer) Render(svc *state.Service, expand bool) map[string]any {
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
		base := l.ScoringURL()
		if svc.Live["sslEnabled"] == true {
			// Azure's address would be https://{cname}/score, a name that is not ours to answer for.
			base = l.TLSBaseURL()
		}
		body["scoringUri"] = base + scoring.Path(svc) + "/score"
		body["swaggerUri"] = base + scoring.Path(svc) + "/swagger.json"
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
	if svc.State == state.Healthy {
		available = desired
	}
	status := map[string]any{"desiredReplicas": desired, "updatedReplicas": available, "availableReplicas": available, "error": nil}
	if svc.Failure != nil {
		status["error"] = svc.Failure
	}
	return status
}

func (l *Layer) deleteService(c *api.Call) (*api.Reply, error) {
	return l.remove(c, l.Behavior().DeleteStatus == http.StatusOK)
}

// DeleteNow is the delete of Resource Manager, which has no operation.
func (l *Layer) DeleteNow(c *api.Call) (*api.Reply, error) { return l.remove(c, true) }

func (l *Layer) remove(c *api.Call, now bool) (*api.Reply, error) {
	svc := c.Workspace.Services[c.Param("name")]
	if svc == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	if err := refuseBusy(svc); err != nil {
		return nil, err
	}
	op := l.begin(svc, false, state.Effect{Removes: true})
	if now {
		l.Engine.EndNow(Operation{op, l})
		return api.OK(nil), nil
	}
	svc.State = state.Transitioning
	return l.accepted(op), nil
}

// vanish takes this service away, and not a namesake that came after it.
func (l *Layer) vanish(svc *state.Service) {
	if svc.Workspace.Services[svc.Name] == svc {
		delete(svc.Workspace.Services, svc.Name)
	}
	l.Code.Remove(svc)
}
