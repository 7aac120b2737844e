// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func deploymentID(w *state.Workspace, e *state.OnlineEndpoint, d *state.OnlineDeployment) string {
	return endpointID(w, e) + "/deployments/" + d.Name
}

// deployment finds the deployment of the path, and its endpoint.
func (l *Layer) deployment(c *api.Call) (*state.OnlineEndpoint, *state.OnlineDeployment, error) {
	e, err := l.parent(c)
	if err != nil {
		return nil, nil, err
	}
	if d := e.Deployment(c.Param("deployment")); d != nil {
		return e, d, nil
	}
	return nil, nil, missing(c, "onlineEndpoints/"+e.Name+"/deployments/"+c.Param("deployment"))
}

// parent finds the endpoint of a deployment. Resource Manager has a 404 of its own for
// a missing parent.
func (l *Layer) parent(c *api.Call) (*state.OnlineEndpoint, error) {
	if e := c.Workspace.OnlineEndpoint(c.Param("endpoint")); e != nil {
		return e, nil
	}
	return nil, &api.Error{Status: http.StatusNotFound, Code: "ParentResourceNotFound", Message: fmt.Sprintf(
		"Can not perform requested operation on nested resource. Parent resource '%s/onlineEndpoints/%s' not found.", c.Workspace.Name, c.Param("endpoint"))}
}

func (l *Layer) getDeployment(c *api.Call) (*api.Reply, error) {
	e, d, err := l.deployment(c)
	if err != nil {
		return nil, err
	}
	return api.OK(l.wireDeployment(c.Workspace, e, d)), nil
}

func (l *Layer) listDeployments(c *api.Call) (*api.Reply, error) {
	e, err := l.parent(c)
	if err != nil {
		return nil, err
	}
	return l.page(c, state.SortedKeys(e.Deployments), func(name string) map[string]any { return l.wireDeployment(c.Workspace, e, e.Deployments[name]) })
}

func (l *Layer) wireDeployment(w *state.Workspace, e *state.OnlineEndpoint, d *state.OnlineDeployment) map[string]any {
	doc := api.Clone(d.Doc)
	doc["id"], doc["name"], doc["type"] = deploymentID(w, e, d), d.Name, "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"
	doc["systemData"] = systemData(d.Audit)
	l.showIdentity(doc, e.Instance+d.Name)
	p := properties(doc)
	p["provisioningState"] = d.State
	for name, value := range map[string]any{"properties": map[string]any{}, "environmentVariables": map[string]any{}, "appInsightsEnabled": false} {
		if p[name] == nil {
			p[name] = value
		}
	}
	return doc
}

// showIdentity adds what Azure assigns to a system-assigned identity.
func (l *Layer) showIdentity(doc map[string]any, of string) {
	if identity, has := doc["identity"].(map[string]any); has && strings.Contains(text(identity, "type"), "SystemAssigned") {
		identity["tenantId"], identity["principalId"] = l.State().Tenant, uuid.NewSHA1(uuid.NameSpaceURL, []byte(of)).String()
	}
}

// putDeployment creates a deployment (201) or deploys over it (200). The containers of
// before answer until the operation has succeeded.
func (l *Layer) putDeployment(c *api.Call) (*api.Reply, error) {
	name := c.Param("deployment")
	e, err := l.parent(c)
	if err != nil {
		return nil, err
	}
	request, err := c.Object(nil)
	if err != nil {
		return nil, err
	}
	given, err := body(c, deploymentFields(request), name)
	if err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := checkDeployment(c.Workspace, e, given); err != nil {
		return nil, err
	}
	if err := busy(c.Workspace, e); err != nil {
		return nil, err
	}
	d, status := e.Deployment(name), http.StatusOK
	if d == nil {
		status = http.StatusCreated
		d = &state.OnlineDeployment{Name: name, State: creating, Audit: l.audit(c, nil)}
		e.Add(d)
	} else {
		d.State, d.Audit = updating, l.audit(c, &d.Audit)
	}
	if sku, has := given["sku"].(map[string]any); !has {
		given["sku"] = map[string]any{"name": "Default", "capacity": 1}
	} else if sku["capacity"] == nil {
		sku["capacity"] = 1
	}
	d.Doc, d.Failure = given, nil
	op := l.begin(c.Workspace, e, name, state.OnlineEffect{})
	op.Launch = l.start(c.Workspace, d, d.Doc)
	return l.started(c, op, status, l.wireDeployment(c.Workspace, e, d)), nil
}

// deleteDeployment removes a deployment that has no traffic.
func (l *Layer) deleteDeployment(c *api.Call) (*api.Reply, error) {
	e, err := l.parent(c)
	if err != nil {
		return nil, err
	}
	d := e.Deployment(c.Param("deployment"))
	if d == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	if err := busy(c.Workspace, e); err != nil {
		return nil, err
	}
	for _, member := range []string{"traffic", "mirrorTraffic"} {
		shares, _ := properties(e.Doc)[member].(map[string]any)
		for name, share := range shares {
			if strings.EqualFold(name, d.Name) && whole(share) > 0 {
				return nil, api.Conflict("DeploymentHasTraffic", "Deployment %s has %d percent of the endpoint's '%s'. Give its share to others first.", d.Name, whole(share), member)
			}
		}
	}
	d.State = deleting
	op := l.begin(c.Workspace, e, d.Name, state.OnlineEffect{Removes: true})
	if l.DeleteStatus() == http.StatusOK {
		l.Engine.EndNow(op)
		return api.OK(nil), nil
	}
	return l.accepted(c, op), nil
}
