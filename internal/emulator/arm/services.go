// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Services are handlers of the model-management API. Resource Manager shows the same
// services, so a call is translated and handed to them.
type Services struct {
	Create, Get, List         func(*api.Call) (*api.Reply, error)
	Delete                    func(*api.Call) (*api.Reply, error) // within the call
	WriteAction, DeleteAction func(*api.Call) string
}

// serviceVersions are the api-versions that have v1 services (Azure's types).
var serviceVersions = []string{"2020-05-15-preview", "2020-09-01-preview", "2021-01-01", "2021-04-01"}

// notInResourceManager are members of a create that Azure's types of 2021-04-01 do not have.
var notInResourceManager = []string{"name", "overwrite", "imageId", "deploymentType", "deployedApiOptions", "storageInitEnabled"}

func requireServiceVersion(c *api.Call) error {
	if err := requireVersion(c); err != nil {
		return err
	}
	if version := c.Query("api-version"); !slices.Contains(serviceVersions, version) {
		return &api.Error{Status: http.StatusBadRequest, Code: "NoRegisteredProviderFound", Message: fmt.Sprintf(
			"No registered resource provider found for location '%s' and API version '%s' for type 'workspaces/services'. The supported api-versions are '%s'.",
			c.Workspace.Location, version, strings.Join(serviceVersions, ", "))}
	}
	return nil
}

func (l *Layer) getService(c *api.Call) (*api.Reply, error) {
	if err := requireServiceVersion(c); err != nil {
		return nil, err
	}
	return l.service(c, http.StatusOK)
}

// service is a reply with the service of the path.
func (l *Layer) service(c *api.Call, status int) (*api.Reply, error) {
	svc := c.Workspace.Services[c.Param("name")]
	if svc == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: fmt.Sprintf(
			"The Resource 'Microsoft.MachineLearningServices/workspaces/%s/services/%s' under resource group '%s' was not found.", c.Workspace.Name, c.Param("name"), c.Workspace.Group)}
	}
	reply, err := l.Services.Get(c)
	if err != nil {
		return nil, err
	}
	return &api.Reply{Status: status, Body: resource(c.Workspace, reply.Body.(map[string]any))}, nil
}

// resource wraps the wire form of a service. Resource Manager has no id of its
// operation and no maker in it; the latter is systemData.
func resource(w *state.Workspace, service map[string]any) map[string]any {
	name, _ := service["name"].(string)
	location, _ := service["location"].(string)
	author, _ := service["createdBy"].(map[string]any)
	properties := maps.Clone(service)
	for _, member := range []string{"id", "name", "operationId", "createdBy"} {
		delete(properties, member)
	}
	properties["provisioningState"] = provisioningState(service["state"])
	for _, holder := range []map[string]any{properties, object(properties, "deploymentStatus")} {
		if failure, failed := holder["error"].(map[string]any); failed {
			holder["error"] = map[string]any{"error": failure}
		}
	}
	return map[string]any{
		"id": w.ID + "/services/" + name, "name": name, "type": "Microsoft.MachineLearningServices/workspaces/services",
		"location": cmp.Or(location, w.Location), "tags": map[string]any{}, "identity": nil, "sku": nil, "properties": properties,
		"systemData": map[string]any{
			"createdBy": author["userName"], "createdByType": "Application", "createdAt": service["createdTime"],
			"lastModifiedBy": author["userName"], "lastModifiedByType": "Application", "lastModifiedAt": service["updatedTime"],
		},
	}
}

// object copies an object below a document, so that it can be changed.
func object(document map[string]any, name string) map[string]any {
	member, isObject := document[name].(map[string]any)
	if !isObject {
		return nil
	}
	member = maps.Clone(member)
	document[name] = member
	return member
}

// provisioningState is for clients that poll the resource.
func provisioningState(serviceState any) string {
	switch serviceState {
	case "Transitioning":
		return "Updating"
	case "Failed":
		return "Failed"
	default:
		return "Succeeded"
	}
}

// listServices asks for the same page as the list of the model-management API. The token
// of a page has another name there.
func (l *Layer) listServices(c *api.Call) (*api.Reply, error) {
	if err := requireServiceVersion(c); err != nil {
		return nil, err
	}
	q := c.Request.URL.Query()
	inner := url.Values{}
	for name, values := range q {
		switch name {
		case "api-version":
		case "$skip":
			inner["$skipToken"] = values
		default:
			inner[name] = values
		}
	}
	reply, err := l.Services.List(translated(c, inner, nil))
	if err != nil {
		return nil, err
	}
	page := reply.Body.(map[string]any)
	body, value := map[string]any{}, []any{}
	for _, item := range page["value"].([]any) {
		value = append(value, resource(c.Workspace, item.(map[string]any)))
	}
	body["value"] = value
	if link, more := page["nextLink"].(string); more {
		next, err := url.Parse(link)
		if err != nil {
			return nil, err
		}
		q.Set("$skip", next.Query().Get("$skipToken"))
		body["nextLink"] = c.Base + c.Workspace.ID + "/services?" + q.Encode()
	}
	return api.OK(body), nil
}

// translated is a call of the model-management API for the same service.
func translated(c *api.Call, q url.Values, body []byte) *api.Call {
	inner := *c
	request := *c.Request
	address := *c.Request.URL
	address.RawQuery = q.Encode()
	request.URL = &address
	inner.Request, inner.Body = &request, body
	return &inner
}

// putService creates a service, or deploys over the one that there is.
func (l *Layer) putService(c *api.Call) (*api.Reply, error) {
	if err := requireServiceVersion(c); err != nil {
		return nil, err
	}
	value, err := c.JSON()
	if err != nil {
		return nil, err
	}
	body, isObject := value.(map[string]any)
	if !isObject {
		return nil, api.Invalid("InvalidRequestBody", "", "The request body must be a JSON object.")
	}
	for _, name := range notInResourceManager {
		if _, given := body[name]; given {
			return nil, api.Invalid("UnknownField", name, "Could not find member '%s' on the request.", name)
		}
	}
	if kind, given := body["computeType"]; given && kind != "ACI" && kind != "AKS" {
		return nil, api.Invalid("InvalidValue", "computeType", "'computeType' must be one of ACI, AKS.")
	}
	existing := c.Workspace.Services[c.Param("name")]
	body["name"], body["overwrite"] = c.Param("name"), existing != nil
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if _, err := l.Services.Create(translated(c, url.Values{}, raw)); err != nil {
		return nil, err
	}
	status := http.StatusCreated
	if existing != nil {
		status = http.StatusOK
	}
	reply, err := l.service(c, status)
	if err != nil {
		return nil, err
	}
	return l.accepted(c, reply), nil
}

// deleteService answers 200, or 204 if there is no such service: Azure's description
// has no operation of a delete.
func (l *Layer) deleteService(c *api.Call) (*api.Reply, error) {
	if err := requireServiceVersion(c); err != nil {
		return nil, err
	}
	return l.Services.Delete(c)
}
