// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package arm

import (
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// operationPath is below a subscription. No source has Azure's own: a client takes the
// address from the header.
const operationPath = "/providers/Microsoft.MachineLearningServices/locations/{location}/serviceOperationsStatus/"

// accepted adds the headers of an operation that goes on after the reply.
func (l *Layer) accepted(c *api.Call, reply *api.Reply) *api.Reply {
	op := c.Workspace.Services[c.Param("name")].Operation
	path := "/subscriptions/" + c.Workspace.Subscription + strings.Replace(operationPath, "{location}", c.Workspace.Location, 1)
	address := c.Base + path + op.ID + "?api-version=" + c.Query("api-version")
	return reply.With("Azure-AsyncOperation", address).With("Retry-After", "1")
}

// getOperation is the state of an operation in the form of Resource Manager.
func (l *Layer) getOperation(c *api.Call) (*api.Reply, error) {
	op, w := l.operation(c)
	if op == nil {
		if err := api.Authorize(c.Principal, "workspaces/services/read", c.Scope(), api.PlaneARM); err != nil {
			return nil, err
		}
	}
	if err := requireVersion(c); err != nil {
		return nil, err
	}
	if op == nil {
		return nil, &api.Error{Status: http.StatusNotFound, Code: "ResourceNotFound", Message: "Operation " + c.Param("id") + " was not found."}
	}
	path := "/subscriptions/" + w.Subscription + strings.Replace(operationPath, "{location}", w.Location, 1)
	body := map[string]any{"id": path + op.ID, "name": op.ID, "status": "InProgress", "startTime": api.Timestamp(op.Started), "error": nil}
	if op.State == "" {
		return api.OK(body).With("Retry-After", "1"), nil
	}
	body["endTime"] = api.Timestamp(op.Ended)
	switch op.State {
	case "Succeeded":
		body["status"] = "Succeeded"
	case "Cancelled":
		body["status"] = "Canceled" // Resource Manager's spelling
	default:
		body["status"] = "Failed"
	}
	if op.Failure != nil && op.State != "Succeeded" {
		body["error"] = map[string]any{"code": op.Failure.Code, "message": op.Failure.Message, "details": op.Failure.Details}
	}
	return api.OK(body), nil
}

// operation finds an operation in the workspaces of the subscription that the caller
// may read.
func (l *Layer) operation(c *api.Call) (*state.Operation, *state.Workspace) {
	for _, w := range l.State().Workspaces {
		op := w.Operations[c.Param("id")]
		if op != nil && strings.EqualFold(w.Subscription, c.Param("sub")) && c.Principal.May(state.ProviderNamespace+"workspaces/services/read", w.ID) {
			return op, w
		}
	}
	return nil, nil
}
