// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
)

// WaitOperation polls until the operation has ended. A zero ref returns at once.
// It fails with *OperationError if the operation did not succeed, and with
// *WaitTimeoutError (which carries the last server error) if ctx ended first.
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

// waitEnded polls until the operation has ended, however.
func (w *Workspace) waitEnded(ctx context.Context, ref OperationRef) (*Operation, error) {
	var operation *Operation
	asked := time.Now()
	err := attempt.Poll(ctx, w.client, "operation "+ref.ID, func(ctx context.Context) (attempt.Look, error) {
		var after time.Duration
		var err error
		if operation, after, err = w.readOperation(ctx, ref); err != nil {
			if IsNotFound(err) && time.Since(asked) < w.client.Timing().Verify {
				// An operation that has only just started may not be readable everywhere.
				return attempt.Look{State: "not known yet"}, nil
			}
			return attempt.Look{}, err
		}
		state := operation.State
		if operation.SubOperationType != "" {
			state += " (" + operation.SubOperationType + ")"
		}
		return attempt.Look{State: state, Done: operation.ended(), After: after}, nil
	})
	return operation, err
}

// WaitHealthy polls the service until it is Healthy, or Failed
// (*DeploymentError). Unhealthy, Unschedulable and Transitioning may still
// change, and are waited on until ctx ends (*WaitTimeoutError).
func (w *Workspace) WaitHealthy(ctx context.Context, name string) (*Service, error) {
	var service *Service
	err := attempt.Poll(ctx, w.client, fmt.Sprintf("service %q to be Healthy", name), func(ctx context.Context) (attempt.Look, error) {
		var err error
		if service, err = w.services.get(ctx, name); err != nil {
			return attempt.Look{}, err
		}
		if service.State == StateFailed {
			return attempt.Look{}, &DeploymentError{Service: name, State: service.State, Cause: service.reason()}
		}
		state := string(service.State)
		if reason := service.reason().String(); reason != "" {
			state += " (" + reason + ")"
		}
		return attempt.Look{State: state, Done: service.State == StateHealthy}, nil
	})
	if err != nil {
		return nil, err
	}
	return service, nil
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

// WaitDeleted polls until the service is gone.
func (w *Workspace) WaitDeleted(ctx context.Context, name string) error {
	return attempt.Poll(ctx, w.client, fmt.Sprintf("service %q to be gone", name), func(ctx context.Context) (attempt.Look, error) {
		service, err := w.services.get(ctx, name)
		if IsNotFound(err) {
			return attempt.Look{Done: true}, nil
		}
		if err != nil {
			return attempt.Look{}, err
		}
		return attempt.Look{State: string(service.State)}, nil
	})
}
