// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer needs of the emulator around it. All of them are
// called with the emulator's lock held.
type Dependencies struct {
	Engine           *operations.Engine
	Now              func() time.Time
	State            func() *state.State
	BaseURL          func() string // of scoring addresses, without a slash at the end
	RegenerateStatus func() int    // 202, or 200 for keys that are new at once
	DeleteStatus     func() int    // 202, or 200 for a deletion that is done at once
	PageSize         func() int
	// Sign and Verify make and check the tokens of endpoints.
	Sign   func(jwt.MapClaims) (string, error)
	Verify func(token, issuer string) (jwt.MapClaims, error)
	// Principal finds the principal of a token that Entra issued for Azure Machine
	// Learning; nil if the token is no such one.
	Principal func(token string) *state.Principal
	// RegisterModel and RegisterEnvironment add a version to what v1 and v2 share. The
	// documents are those of v1, with the members that v2 knows.
	RegisterModel       func(c *api.Call, name string, version int, doc map[string]any) (*state.Model, error)
	RegisterEnvironment func(w *state.Workspace, name, version string, definition map[string]any) *state.Environment
	// ServicesWith names the services of v1 that are made of a model.
	ServicesWith func(*state.Workspace, *state.Model) []string
	// Launch runs code in the background; nil if none is run.
	Launch func(*state.Workspace, Program) Launch
}

// Layer serves v2 endpoints and what they are made of.
type Layer struct{ Dependencies }

// New is the layer over an emulator.
func New(d Dependencies) *Layer { return &Layer{d} }

const (
	endpointsScope = api.WorkspaceScope + "/onlineEndpoints"
	endpointScope  = endpointsScope + "/{endpoint}"

	deploymentsScope = endpointScope + "/deployments"
	deploymentScope  = deploymentsScope + "/{deployment}"
	// locationScope is the path of operations in Azure.
	locationScope = "/subscriptions/{sub}/providers/Microsoft.MachineLearningServices/locations/{location}"

	endpointActions   = "workspaces/onlineEndpoints/"
	deploymentActions = endpointActions + "deployments/"
)

// arm is a route of Resource Manager.
func arm(method, pattern, operation, action string, handle func(*api.Call) (*api.Reply, error)) api.Route {
	reads := method == http.MethodPost && action != endpointActions+"regenerateKeys/action"
	return api.Route{Method: method, Pattern: pattern, Operation: operation, Plane: api.PlaneARM, Action: api.Action(action), Reads: reads, Handle: withVersion(handle)}
}

// Routes are the operations of the layer.
func (l *Layer) Routes() []api.Route {
	endpoints := []api.Route{
		arm("GET", endpointsScope, "ListOnlineEndpoints", endpointActions+"read", l.listEndpoints),
		arm("GET", endpointScope, "GetOnlineEndpoint", endpointActions+"read", l.getEndpoint),
		arm("PUT", endpointScope, "PutOnlineEndpoint", endpointActions+"write", l.putEndpoint),
		arm("DELETE", endpointScope, "DeleteOnlineEndpoint", endpointActions+"delete", l.deleteEndpoint),
		arm("POST", endpointScope+"/listKeys", "ListOnlineEndpointKeys", endpointActions+"listKeys/action", l.listKeys),
		arm("POST", endpointScope+"/regenerateKeys", "RegenerateOnlineEndpointKeys", endpointActions+"regenerateKeys/action", l.regenerateKeys),
		arm("POST", endpointScope+"/token", "OnlineEndpointToken", endpointActions+"token/action", l.token),
		arm("GET", deploymentsScope, "ListOnlineDeployments", deploymentActions+"read", l.listDeployments),
		arm("GET", deploymentScope, "GetOnlineDeployment", deploymentActions+"read", l.getDeployment),
		arm("PUT", deploymentScope, "PutOnlineDeployment", deploymentActions+"write", l.putDeployment),
		arm("DELETE", deploymentScope, "DeleteOnlineDeployment", deploymentActions+"delete", l.deleteDeployment),
		arm("POST", deploymentScope+"/getLogs", "OnlineDeploymentLogs", deploymentActions+"getLogs/action", l.getLogs),
		arm("PUT", api.WorkspaceScope+"/codes/{name}", "PutCodeContainer", "workspaces/codes/write", l.putCodeContainer),
		// These paths have no workspace to ask a role on: the handlers do, on that of the operation.
		{Method: "GET", Pattern: locationScope + "/mfeOperationsStatus/{id}", Operation: "GetOnlineOperation", Plane: api.PlaneARM, Handle: withVersion(l.operationStatus)},
		{Method: "GET", Pattern: locationScope + "/mfeOperationResults/{id}", Operation: "GetOnlineOperationResult", Plane: api.PlaneARM, Handle: withVersion(l.operationResult)},
	}
	return slices.Concat(endpoints, l.versionRoutes(l.codes()), l.versionRoutes(l.models()), l.versionRoutes(l.environments()), l.scoringRoutes())
}

// idOf is the id that a call is about: its path, without what the emulator is mounted
// below.
func idOf(c *api.Call) string {
	_, below, _ := strings.Cut(c.Request.URL.Path, "/subscriptions/")
	return "/subscriptions/" + below
}

// page answers one page of a list. names are the keys of its items.
func (l *Layer) page(c *api.Call, names []string, wire func(name string) map[string]any) (*api.Reply, error) {
	q := c.Request.URL.Query()
	paging, err := api.SkipToken(q, q.Get("count"), l.PageSize())
	if err != nil {
		return nil, err
	}
	found, next, err := api.Page(names, func(name string) string { return name }, paging)
	if err != nil {
		return nil, err
	}
	value := []any{}
	for _, name := range found {
		value = append(value, wire(name))
	}
	body := map[string]any{"value": value}
	if next != "" {
		body["nextLink"] = api.NextLink(c.Base+idOf(c), q, next)
	}
	return api.OK(body), nil
}

// withVersion refuses a call without an api-version, as Resource Manager does.
func withVersion(handle func(*api.Call) (*api.Reply, error)) func(*api.Call) (*api.Reply, error) {
	return func(c *api.Call) (*api.Reply, error) {
		if c.Query("api-version") == "" {
			return nil, &api.Error{
				Status: http.StatusBadRequest, Code: "MissingApiVersionParameter",
				Message: "The api-version query parameter (?api-version=) is required for all requests.",
			}
		}
		return handle(c)
	}
}

// missing is Resource Manager's 404; name is the path below the workspace, such as
// onlineEndpoints/iris.
func missing(c *api.Call, name string) error {
	return &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
		"The Resource 'Microsoft.MachineLearningServices/workspaces/%s/%s' under resource group '%s' was not found.", c.Workspace.Name, name, c.Param("rg"))}
}

// body reads a request by its table. Members that the service assigns are dropped, and
// a name has to be the one in the path.
func body(c *api.Call, fields api.Fields, name string) (map[string]any, error) {
	given, err := c.Object(fields)
	if err != nil {
		return nil, err
	}
	if found := fields.Check(given, ""); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	if named, has := given["name"].(string); has && !strings.EqualFold(named, name) {
		return nil, api.Invalid("InvalidValue", "name", "The body names %s, and the path %s.", named, name)
	}
	delete(given, "name")
	return given, nil
}

// audit is the record of a change by the caller.
func (l *Layer) audit(c *api.Call, former *state.Audit) state.Audit {
	by, now := c.Principal.ObjectID, l.Now()
	changed := state.Audit{CreatedBy: by, Created: now, ModifiedBy: by, Modified: now}
	if former != nil {
		changed.CreatedBy, changed.Created = former.CreatedBy, former.Created
	}
	return changed
}

func systemData(a state.Audit) map[string]any {
	return map[string]any{
		"createdBy": a.CreatedBy, "createdByType": "Application", "createdAt": api.Timestamp(a.Created),
		"lastModifiedBy": a.ModifiedBy, "lastModifiedByType": "Application", "lastModifiedAt": api.Timestamp(a.Modified),
	}
}

// properties are the properties of a document.
func properties(doc map[string]any) map[string]any {
	inner, _ := doc["properties"].(map[string]any)
	return inner
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}
