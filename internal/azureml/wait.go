// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// look is what one poll saw.
type look struct {
	state string        // for people
	done  bool          // nothing more to wait for
	after time.Duration // the service's Retry-After
}

// poll looks until done, with growing pauses. A transient error of a look is
// remembered and waited out; any other ends the poll. Where ctx ends first, the
// error is a *WaitTimeoutError. An observer of the context (WithProgress) hears
// of each change.
func (w *Workspace) poll(ctx context.Context, what string, see func(context.Context) (look, error)) error {
	timing := w.client.timing
	pause := timing.backoff()
	// The poll is its own retry, and remembers the errors.
	tryCtx := policy.WithRetryOptions(ctx, once(timing))
	ended := &WaitTimeoutError{What: what, Begun: true}
	report := progressOf(ctx, what)
	for {
		seen, err := see(tryCtx)
		if err == nil {
			report(seen.state)
		}
		var asked time.Duration
		switch {
		case err == nil && seen.done:
			return nil
		case err == nil:
			ended.Last, ended.LastErr = seen.state, nil
			asked = seen.after
		case ctx.Err() != nil:
			ended.Cause = ctx.Err()
			return ended
		case !isTransient(err):
			return err
		default:
			ended.LastErr = err
			asked = askedPause(err)
		}
		if err := pause.wait(ctx, asked); err != nil {
			ended.Cause = err
			return ended
		}
	}
}

// isTransient reports errors that a later try of a request may not meet.
func isTransient(err error) bool {
	var refused *ResponseError
	var connection *ConnectionError
	var invalid *InvalidReplyError
	switch {
	case errors.As(err, &refused):
		return slices.Contains(transientStatus, refused.StatusCode)
	case errors.As(err, &connection):
		return !isPermanentTransportError(connection.Err)
	}
	return errors.As(err, &invalid)
}

// askedPause is the Retry-After of a refusal; 0 where it has none.
func askedPause(err error) time.Duration {
	var refused *ResponseError
	if errors.As(err, &refused) {
		return refused.retryAfter
	}
	return 0
}

// WaitOperation polls until the operation has ended. A zero ref returns at once.
// It fails with *OperationError where the operation did not succeed, and with
// *WaitTimeoutError (which carries the last server error) where ctx ended first.
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
	err := w.poll(ctx, "operation "+ref.ID, func(ctx context.Context) (look, error) {
		var header http.Header
		var err error
		if operation, header, err = w.readOperation(ctx, ref); err != nil {
			if IsNotFound(err) && time.Since(asked) < w.client.timing.Verify {
				// An operation that has only just started may not be readable everywhere.
				return look{state: "not known yet"}, nil
			}
			return look{}, err
		}
		state := operation.State
		if operation.SubOperationType != "" {
			state += " (" + operation.SubOperationType + ")"
		}
		return look{state: state, done: operation.ended(), after: retryAfter(header, time.Now())}, nil
	})
	return operation, err
}

// WaitHealthy polls the service until it is Healthy, or Failed
// (*DeploymentError). Unhealthy, Unschedulable and Transitioning may still
// change, and are waited on until ctx ends (*WaitTimeoutError).
func (w *Workspace) WaitHealthy(ctx context.Context, name string) (*Service, error) {
	var service *Service
	err := w.poll(ctx, fmt.Sprintf("service %q to be Healthy", name), func(ctx context.Context) (look, error) {
		var err error
		if service, err = w.services.get(ctx, name); err != nil {
			return look{}, err
		}
		if service.State == StateFailed {
			return look{}, &DeploymentError{Service: name, State: service.State, Cause: service.reason()}
		}
		state := string(service.State)
		if reason := service.reason().String(); reason != "" {
			state += " (" + reason + ")"
		}
		return look{state: state, done: service.State == StateHealthy}, nil
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
	return w.poll(ctx, fmt.Sprintf("service %q to be gone", name), func(ctx context.Context) (look, error) {
		service, err := w.services.get(ctx, name)
		if IsNotFound(err) {
			return look{done: true}, nil
		}
		if err != nil {
			return look{}, err
		}
		return look{state: string(service.State)}, nil
	})
}
