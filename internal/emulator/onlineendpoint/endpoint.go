// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"cmp"
	"net/http"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// namePattern is the rule of Azure for names of endpoints and of deployments.
var namePattern = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{1,30}[a-zA-Z0-9]$`)

func endpointID(w *state.Workspace, e *state.OnlineEndpoint) string {
	return w.ID + "/onlineEndpoints/" + e.Name
}

// endpoint finds the endpoint of the path.
func (l *Layer) endpoint(c *api.Call) (*state.OnlineEndpoint, error) {
	if e := c.Workspace.OnlineEndpoint(c.Param("endpoint")); e != nil {
		return e, nil
	}
	return nil, missing(c, "onlineEndpoints/"+c.Param("endpoint"))
}

func (l *Layer) getEndpoint(c *api.Call) (*api.Reply, error) {
	e, err := l.endpoint(c)
	if err != nil {
		return nil, err
	}
	return api.OK(l.wireEndpoint(c.Workspace, e)), nil
}

func (l *Layer) listEndpoints(c *api.Call) (*api.Reply, error) {
	return l.page(c, state.SortedKeys(c.Workspace.OnlineEndpoints), func(name string) map[string]any {
		return l.wireEndpoint(c.Workspace, c.Workspace.OnlineEndpoints[name])
	})
}

// wireEndpoint is the document of an endpoint. Keys are written, and never read back.
func (l *Layer) wireEndpoint(w *state.Workspace, e *state.OnlineEndpoint) map[string]any {
	doc := api.Clone(e.Doc)
	doc["id"], doc["name"], doc["type"] = endpointID(w, e), e.Name, "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
	doc["systemData"] = systemData(e.Audit)
	l.showIdentity(doc, e.Instance)
	p := properties(doc)
	p["keys"], p["provisioningState"] = nil, e.State
	for name, value := range map[string]any{"traffic": map[string]any{}, "mirrorTraffic": map[string]any{}, "properties": map[string]any{}, "publicNetworkAccess": "Enabled"} {
		if p[name] == nil {
			p[name] = value
		}
	}
	address := l.BaseURL() + scoringPath(w, e)
	p["scoringUri"], p["swaggerUri"] = address+"/score", address+"/swagger.json"
	return doc
}

// putEndpoint creates an endpoint (201) or replaces its document (200). Keys in the
// request are those of a new endpoint; for an existing one, regenerateKeys sets them.
func (l *Layer) putEndpoint(c *api.Call) (*api.Reply, error) {
	name := c.Param("endpoint")
	given, err := body(c, endpointFields, name)
	if err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	e, status := c.Workspace.OnlineEndpoint(name), http.StatusOK
	if err := l.checkEndpoint(c.Workspace, e, name, given); err != nil {
		return nil, err
	}
	keys, _ := properties(given)["keys"].(map[string]any)
	delete(properties(given), "keys")
	if e == nil {
		status = http.StatusCreated
		e = &state.OnlineEndpoint{
			Name: name, Instance: uuid.NewString(), State: creating, Deployments: state.Table[*state.OnlineDeployment]{}, Audit: l.audit(c, nil),
			Primary: cmp.Or(text(keys, "primaryKey"), newKey()), Secondary: cmp.Or(text(keys, "secondaryKey"), newKey()),
		}
		c.Workspace.AddOnlineEndpoint(e)
	} else {
		e.State, e.Audit = updating, l.audit(c, &e.Audit)
	}
	e.Doc = given
	op := l.begin(c.Workspace, e, "", state.OnlineEffect{})
	return l.started(c, op, status, l.wireEndpoint(c.Workspace, e)), nil
}

// checkEndpoint holds the rules that are not in the types. existing is nil for a new
// endpoint.
func (l *Layer) checkEndpoint(w *state.Workspace, existing *state.OnlineEndpoint, name string, given map[string]any) error {
	if place(text(given, "location")) != place(w.Location) {
		return api.Invalid("InvalidLocation", "location", "The endpoint must be in %s, the region of the workspace.", w.Location)
	}
	if err := checkCompute(w, text(properties(given), "compute")); err != nil {
		return err
	}
	if existing == nil {
		if taken := l.managedElsewhere(w, name); taken && text(properties(given), "compute") == "" {
			return api.Conflict("NameNotAvailable", "Another endpoint in %s has the name %s.", w.Location, name)
		}
	} else {
		if err := busy(w, existing); err != nil {
			return err
		}
		if was := text(properties(existing.Doc), "compute"); !strings.EqualFold(was, text(properties(given), "compute")) {
			return api.Invalid("PropertyImmutable", "properties.compute", "The compute of an endpoint cannot be changed.")
		}
		if err := keepsProperties(existing, given); err != nil {
			return err
		}
	}
	return checkTraffic(existing, properties(given))
}

// place is the name of a region in one spelling: clients send the display name too.
func place(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}

// managedElsewhere tells whether a managed endpoint of another workspace of the region
// has the name: it is a part of the address.
func (l *Layer) managedElsewhere(w *state.Workspace, name string) bool {
	for _, other := range l.State().Workspaces {
		if e := other.OnlineEndpoint(name); other != w && e != nil && place(other.Location) == place(w.Location) && text(properties(e.Doc), "compute") == "" {
			return true
		}
	}
	return false
}

// checkCompute accepts the id of a Kubernetes compute of the workspace. For an AKS
// compute of v1, Azure answers NotSupported.
func checkCompute(w *state.Workspace, id string) error {
	if id == "" {
		return nil
	}
	prefix := strings.ToLower(w.ID + "/computes/")
	name, below := strings.CutPrefix(strings.ToLower(id), prefix)
	compute := w.Compute(name)
	switch {
	case !below || compute == nil:
		return api.Invalid("ComputeNotFound", "properties.compute", "'%s' is the id of no compute of workspace %s.", id, w.Name)
	case compute.Kind != "Kubernetes":
		return api.Invalid("NotSupported", "properties.compute", "Compute %s is of the type %s. An endpoint takes a compute of the type Kubernetes.", compute.Name, compute.Kind)
	}
	return nil
}

// keepsProperties holds the rule that properties are added, and neither changed nor
// removed.
func keepsProperties(e *state.OnlineEndpoint, given map[string]any) error {
	former, _ := properties(e.Doc)["properties"].(map[string]any)
	now, _ := properties(given)["properties"].(map[string]any)
	for _, name := range state.SortedKeys(former) {
		if now[name] != former[name] {
			return api.Invalid("PropertyImmutable", "properties.properties."+name, "The property '%s' of an endpoint can neither be changed nor removed.", name)
		}
	}
	return nil
}

// deleteEndpoint removes an endpoint and its deployments.
func (l *Layer) deleteEndpoint(c *api.Call) (*api.Reply, error) {
	e := c.Workspace.OnlineEndpoint(c.Param("endpoint"))
	if e == nil {
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	if err := busy(c.Workspace, e); err != nil {
		return nil, err
	}
	e.State = deleting
	op := l.begin(c.Workspace, e, "", state.OnlineEffect{Removes: true})
	if l.DeleteStatus() == http.StatusOK {
		l.Engine.EndNow(op)
		return api.OK(nil), nil
	}
	return l.accepted(c, op), nil
}
