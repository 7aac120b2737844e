// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// OperationRef refers to an asynchronous operation; zero: it was done at once.
type OperationRef struct{ ID string }

// Operation is the status of an asynchronous operation.
type Operation struct {
	ID, OperationType, State            string
	SubOperationType, SubOperationState string // the step it is at: BuildEnvironment, BuildImage, DeployService
	Error                               *ServiceError
}

// UnmarshalJSON reads an AsyncOperationStatus.
func (o *Operation) UnmarshalJSON(data []byte) error {
	var wire struct {
		ID            string        `json:"id"`
		OperationType string        `json:"operationType"`
		State         string        `json:"state"`
		Error         *ServiceError `json:"error"`
		Details       struct {
			SubOperationType  string `json:"subOperationType"`
			SubOperationState string `json:"subOperationState"`
		} `json:"operationDetails"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	*o = Operation{
		ID: wire.ID, OperationType: wire.OperationType, State: wire.State, Error: wire.Error,
		SubOperationType: wire.Details.SubOperationType, SubOperationState: wire.Details.SubOperationState,
	}
	return nil
}

func (o *Operation) succeeded() bool { return strings.EqualFold(o.State, "Succeeded") }

func (o *Operation) ended() bool {
	switch strings.ToLower(o.State) {
	case "succeeded", "failed", "cancelled", "canceled", "timedout":
		return true
	}
	return false
}

// GetOperation reads the status of an operation.
func (w *Workspace) GetOperation(ctx context.Context, ref OperationRef) (*Operation, error) {
	operation, _, err := w.readOperation(ctx, ref)
	return operation, err
}

func (w *Workspace) readOperation(ctx context.Context, ref OperationRef) (*Operation, http.Header, error) {
	segment, err := nameSegment("operation", ref.ID)
	if err != nil {
		return nil, nil, err
	}
	get, err := w.call(ctx, http.MethodGet, "/operations/"+segment)
	if err != nil {
		return nil, nil, err
	}
	reply, err := w.client.do(ctx, get)
	if err != nil {
		return nil, nil, err
	}
	operation := &Operation{}
	if err := reply.decode(operation); err != nil {
		return nil, nil, err
	}
	if operation.ID == "" {
		operation.ID = ref.ID
	}
	return operation, reply.header, nil
}

// operationOf finds the operation that a reply started: the last segment of
// Operation-Location, whose host and path are unreliable (relative, an old API
// path, another host), or the operationId of the body, which a PATCH that is
// answered with 200 may have.
func operationOf(r *reply) OperationRef {
	if location := r.header.Get("Operation-Location"); location != "" {
		path := location
		if u, err := url.Parse(location); err == nil {
			path = u.Path
		} else {
			path, _, _ = strings.Cut(path, "?")
		}
		path = strings.TrimRight(path, "/")
		if id := path[strings.LastIndexByte(path, '/')+1:]; id != "" {
			return OperationRef{ID: id}
		}
	}
	return OperationRef{ID: textOf(object(r.body)["operationId"])}
}
