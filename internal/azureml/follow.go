// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
)

// A change that Azure accepted is followed to its end. Its operation says how it
// goes; if that cannot be read to the end, or ends badly, what the change was to
// lead to is looked at itself.

// OperationWarning is what went wrong with the operation of a change that has
// succeeded: the service is Healthy, and as it was to be. It is no failure.
type OperationWarning struct {
	Service string
	Err     error // *OperationError, or why the operation could not be followed
}

// Error says which service is Healthy, and what is wrong with its operation.
func (e *OperationWarning) Error() string {
	return fmt.Sprintf("service %q is Healthy, as it was to be, although this was seen of the change: %v", e.Service, e.Err)
}

// Unwrap gives what went wrong.
func (e *OperationWarning) Unwrap() error { return e.Err }

// OldVersionError is an update, or an overwrite, that ended badly for a service
// that still runs as it was before.
type OldVersionError struct {
	Service *Service // as it is now: Healthy, with the old document
	Err     error    // *OperationError, or why the operation could not be followed
}

// Error says that the old version runs, and why.
func (e *OldVersionError) Error() string {
	return fmt.Sprintf("service %q was not changed, and its old version still runs: %v", e.Service.Name, e.Err)
}

// Unwrap gives what went wrong.
func (e *OldVersionError) Unwrap() error { return e.Err }

// RecreatedError is a deletion after which there is another service of the same
// name, which somebody else has created.
type RecreatedError struct{ Service *Service }

// Error names the new service, and says what to do.
func (e *RecreatedError) Error() string {
	text := fmt.Sprintf("service %q was deleted, and somebody else has created another service of that name since", e.Service.Name)
	if created := e.Service.CreatedTime; !created.IsZero() {
		text += " (at " + created.UTC().Format(time.RFC3339) + ")"
	}
	return text + "; that one is not deleted"
}

// WaitCreated waits for a create that CreateService has started, and returns the
// service once it is Healthy.
//
// The service itself counts. If its operation failed, or could not be followed
// (a poll was refused, the operation is not to be found, ctx ended), the service
// is looked at: if it is Healthy, warning says what is wrong with the operation,
// and err is nil. A caller shows the warning and goes on. If the operation could
// not be followed and the service is still Transitioning, WaitCreated goes on
// waiting until ctx ends.
//
// err is *OperationError, *DeploymentError or *WaitTimeoutError for a service
// that is not Healthy (it exists: keep it in the state), or why the service
// could not be read. It is never returned for a service that is Healthy.
func (w *Workspace) WaitCreated(ctx context.Context, name string, ref OperationRef) (service *Service, warning *OperationWarning, err error) {
	return w.follow(ctx, name, ref, func(*Service) bool { return true })
}

// WaitUpdated waits for a change that PatchService, or CreateService with
// Overwrite, has started, and returns the service once it is Healthy.
//
// The service was Healthy before, so that Healthy alone shows nothing if the
// operation failed or could not be followed: then it is success only if the
// caller's updated says that the document has what was sent; warning says what
// is wrong with the operation, and err is nil. An operation that could not be
// followed is given Timing.Grace for that, also after ctx has ended.
//
// If the service is Healthy with the old document, err is an *OldVersionError,
// which carries it: the old version still runs, and the document is what belongs
// in the state. Any other err is for a service that is not Healthy.
func (w *Workspace) WaitUpdated(ctx context.Context, name string, ref OperationRef, updated func(*Service) bool) (service *Service, warning *OperationWarning, err error) {
	return w.follow(ctx, name, ref, updated)
}

func (w *Workspace) follow(ctx context.Context, name string, ref OperationRef, updated func(*Service) bool) (*Service, *OperationWarning, error) {
	failure := w.WaitOperation(ctx, ref)
	if failure == nil {
		service, err := w.WaitHealthy(ctx, name)
		return service, nil, err
	}
	var service *Service
	if !isFinal(ctx, failure) {
		// The time for the operation is the time for the service.
		var err error
		var failed *DeploymentError
		if service, err = w.waitFor(ctx, name, updated); errors.As(err, &failed) {
			return nil, nil, err
		} else if err != nil {
			failure = fmt.Errorf("%w (before that, %w)", err, failure)
		}
	}
	if service == nil {
		// One look that succeeds is enough: there is nothing to wait for.
		_, _ = attempt.Grace(ctx, w.client, w.client.Timing().Verify, fmt.Sprintf("service %q", name), func(ctx context.Context) (bool, error) {
			var err error
			service, err = w.services.get(ctx, name)
			return err == nil || IsNotFound(err), err
		})
	}
	switch {
	case service == nil || service.State != StateHealthy:
		return nil, nil, failure
	case updated(service):
		return service, &OperationWarning{Service: name, Err: failure}, nil
	}
	return nil, nil, &OldVersionError{Service: service, Err: failure}
}

// isFinal reports that nothing more is to be waited for: the operation has ended,
// or the time for it has.
func isFinal(ctx context.Context, failure error) bool {
	var ended *OperationError
	return ctx.Err() != nil || errors.As(failure, &ended)
}

// WaitDeleted waits for a deletion that DeleteService has started, until the
// service is gone. If the operation failed or could not be followed, the service
// itself is looked at, for Timing.Grace: success if it is gone, else the error
// is that of the operation, and the service exists. A *RecreatedError says that
// another service of that name was created in the meantime.
func (w *Workspace) WaitDeleted(ctx context.Context, name string, ref OperationRef) error {
	what := fmt.Sprintf("service %q to be gone", name)
	look := func(ctx context.Context) (attempt.Look, error) {
		service, err := w.services.find(ctx, name)
		if err != nil || service == nil {
			return attempt.Look{Done: err == nil}, err
		}
		if ref.deleted != nil && !ref.deleted.is(service) {
			return attempt.Look{}, &RecreatedError{Service: service}
		}
		return attempt.Look{State: string(service.State)}, nil
	}
	failure := w.WaitOperation(ctx, ref)
	if failure == nil {
		return attempt.Poll(ctx, w.client, what, look)
	}
	var recreated *RecreatedError
	once, gone := isFinal(ctx, failure), false
	_, err := attempt.Grace(ctx, w.client, w.client.Timing().Grace, what, func(ctx context.Context) (bool, error) {
		seen, err := look(ctx)
		gone = seen.Done
		return gone || errors.As(err, &recreated) || once && err == nil, err
	})
	switch {
	case recreated != nil:
		return recreated
	case gone:
		return nil
	case err != nil:
		return fmt.Errorf("%w (and whether the service is gone could not be looked up: %w)", failure, err)
	}
	return failure
}
