// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
)

// WaitOperation polls until the operation has ended. A zero ref returns at once.
// It fails with *OperationError if the operation did not succeed, with
// *WaitTimeoutError (which carries the last server error) if ctx ended first, and
// with any other error if the operation could not be followed. Except for the
// first, that says nothing about what the operation does: WaitCreated,
// WaitUpdated, WaitDeleted and RegenerateKey look for themselves.
func (w *Workspace) WaitOperation(ctx context.Context, ref OperationRef) error {
	if ref.ID == "" {
		return nil
	}
	operation, err := w.waitEnded(ctx, ref)
	if err != nil {
		return err
	}
	if !operation.succeeded() {
		return &OperationError{Operation: *operation}
	}
	return nil
}

// waitEnded polls until the operation has ended, in whatever state.
func (w *Workspace) waitEnded(ctx context.Context, ref OperationRef) (*Operation, error) {
	var operation *Operation
	var missing error // it is not to be found for longer than it takes to become readable
	asked := time.Now()
	err := attempt.Poll(ctx, w.client, "operation "+ref.ID, func(ctx context.Context) (attempt.Look, error) {
		var after time.Duration
		var err error
		operation, after, err = w.readOperation(ctx, ref)
		var refused *ResponseError
		if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
			// An operation that has only just started may not be readable everywhere.
			if time.Since(asked) >= w.client.Timing().Verify {
				missing = err
			}
			return attempt.Look{State: "not known yet", Done: missing != nil}, nil
		}
		if err != nil {
			return attempt.Look{}, err
		}
		state := operation.State
		if operation.SubOperationType != "" {
			state += " (" + operation.SubOperationType + ")"
		}
		return attempt.Look{State: state, Done: operation.ended(), After: after}, nil
	})
	if missing != nil {
		return nil, missing
	}
	return operation, err
}

// WaitHealthy polls the service until it is Healthy, or Failed
// (*DeploymentError). Unhealthy, Unschedulable and Transitioning may still
// change, and are waited on until ctx ends (*WaitTimeoutError).
func (w *Workspace) WaitHealthy(ctx context.Context, name string) (*Service, error) {
	return w.waitFor(ctx, name, func(*Service) bool { return true })
}

// waitFor is WaitHealthy for a service that is also to be as a change makes it.
// One that is Healthy and stays as it was is returned after Timing.Grace.
func (w *Workspace) waitFor(ctx context.Context, name string, updated func(*Service) bool) (*Service, error) {
	var service *Service
	var old time.Time // since when it has been Healthy and as it was
	err := attempt.Poll(ctx, w.client, fmt.Sprintf("service %q to be Healthy", name), func(ctx context.Context) (attempt.Look, error) {
		var err error
		if service, err = w.services.get(ctx, name); err != nil {
			return attempt.Look{}, err
		}
		if service.State == StateFailed {
			return attempt.Look{}, service.failure()
		}
		state := string(service.State)
		if reason := service.reason().String(); reason != "" {
			state += " (" + reason + ")"
		}
		switch {
		case service.State != StateHealthy:
			old = time.Time{}
			return attempt.Look{State: state}, nil
		case updated(service):
			return attempt.Look{State: state, Done: true}, nil
		case old.IsZero():
			old = time.Now()
		}
		return attempt.Look{State: state + ", not changed yet", Done: time.Since(old) >= w.client.Timing().Grace}, nil
	})
	if err != nil {
		return nil, err
	}
	return service, nil
}

func (s *Service) failure() error {
	return &DeploymentError{Service: s.Name, State: s.State, Cause: s.reason()}
}

// reason is the error of the service, or that of its replicas; nil: none.
func (s *Service) reason() *ServiceError {
	if s.Error.String() != "" {
		return s.Error
	}
	if s.DeploymentStatus != nil && s.DeploymentStatus.Error.String() != "" {
		return s.DeploymentStatus.Error
	}
	return nil
}
