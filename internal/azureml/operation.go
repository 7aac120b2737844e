// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// OperationRef refers to an asynchronous operation; zero: it was done at once.
type OperationRef struct {
	ID string

	deleted *identity // of the service that the operation deletes; nil: not known
}

// Operation is the status of an asynchronous operation.
type Operation struct {
	ID, OperationType, State            string
	SubOperationType, SubOperationState string // the step it is at: BuildEnvironment, BuildImage, DeployService
	Error                               *ServiceError

	buildLog string // its address, with the signature that lets anyone read it; "" if there is none
}

// UnmarshalJSON reads an AsyncOperationStatus.
func (o *Operation) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID            string        `json:"id"`
		OperationType string        `json:"operationType"`
		State         string        `json:"state"`
		Error         *ServiceError `json:"error"`
		OperationLog  string        `json:"operationLog"`
		Details       struct {
			SubOperationType  string `json:"subOperationType"`
			SubOperationState string `json:"subOperationState"`
		} `json:"operationDetails"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*o = Operation{
		ID: raw.ID, OperationType: raw.OperationType, State: raw.State, Error: raw.Error,
		SubOperationType: raw.Details.SubOperationType, SubOperationState: raw.Details.SubOperationState,
		buildLog: raw.OperationLog,
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

func (w *Workspace) readOperation(ctx context.Context, ref OperationRef) (*Operation, time.Duration, error) {
	segment, err := wire.NameSegment("operation", ref.ID)
	if err != nil {
		return nil, 0, err
	}
	get, err := w.call(ctx, wire.Operation, http.MethodGet, "/operations/"+segment)
	if err != nil {
		return nil, 0, err
	}
	reply, err := w.client.Do(ctx, get)
	if err != nil {
		return nil, 0, err
	}
	operation := &Operation{}
	if err := reply.Decode(operation); err != nil {
		return nil, 0, err
	}
	operation.Error.Hide(w.client.Secrets())
	if operation.ID == "" {
		operation.ID = ref.ID
	}
	return operation, reply.RetryAfter(), nil
}

// operationOf finds the operation that a reply started: the last segment of
// Operation-Location (its host and path are unreliable: relative, an old API
// path, another host), or the operationId of the body, which a PATCH that is
// answered with 200 may have.
func operationOf(r *wire.Reply) OperationRef {
	if location := r.Header.Get("Operation-Location"); location != "" {
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
	return OperationRef{ID: wire.Text(wire.Object(r.Body)["operationId"])}
}
