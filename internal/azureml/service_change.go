// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// PatchService changes a service. The operations must be idempotent ("replace",
// or "add" of a property), since a request is sent again if its reply is lost;
// PATCH is answered with 200 or 202. While another operation runs on the
// service, it waits until ctx ends (*WaitTimeoutError). WaitUpdated waits for
// what it started.
func (w *Workspace) PatchService(ctx context.Context, name string, ops []PatchOperation) (OperationRef, error) {
	patch, err := w.serviceCall(ctx, http.MethodPatch, name, "")
	if err != nil {
		return OperationRef{}, err
	}
	patch.Body, patch.ContentType = ops, "application/json-patch+json"
	patch.Secrets = patchSecrets(ops)
	before := "" // the service's latest operation
	change := w.repeat(name, patch)
	change.Before = func(ctx context.Context) (*wire.Reply, bool, error) {
		service, err := w.services.get(ctx, name)
		if err == nil {
			before = service.OperationID
		}
		return nil, false, err
	}
	r, err := w.change(ctx, name, change)
	if err != nil {
		return OperationRef{}, err
	}
	ref := operationOf(r)
	if r.Status == http.StatusOK && ref.ID == before {
		// A 200 names the latest operation of the service. This one is older: it was
		// there before, and the change is done.
		return OperationRef{}, nil
	}
	return ref, nil
}

// DeleteService starts the deletion of a service. One that does not exist is
// deleted already: 204, and the API's own 404, are successes. While another
// operation runs on the service, it waits until ctx ends. WaitDeleted waits for
// what it started.
func (w *Workspace) DeleteService(ctx context.Context, name string) (OperationRef, error) {
	remove, err := w.serviceCall(ctx, http.MethodDelete, name, "")
	if err != nil {
		return OperationRef{}, err
	}
	var deleted *identity
	change := w.repeat(name, remove)
	change.Before = func(ctx context.Context) (*wire.Reply, bool, error) {
		// A service that cannot be read can be deleted.
		if service, err := w.services.get(w.client.WithoutRetries(ctx), name); err == nil {
			deleted = identityOf(service)
		}
		return nil, false, nil
	}
	change.Look = func(ctx context.Context) (*wire.Reply, bool, error) {
		service, err := w.services.find(ctx, name)
		return nil, err == nil && service == nil, err
	}
	change.Search = w.client.Timing().Search()
	change.Unseen = fmt.Sprintf("service %q was to be deleted, and is still there", name)
	change.Unread = fmt.Sprintf("service %q was to be deleted, and whether it was could not be looked up", name)
	r, err := w.change(ctx, name, change)
	switch {
	case IsNotFound(err) || err == nil && r == nil:
		return OperationRef{}, nil
	case err != nil:
		return OperationRef{}, err
	case r.Status != http.StatusAccepted:
		// It is done; an operation in the body would be an older one.
		return OperationRef{deleted: deleted}, nil
	}
	ref := operationOf(r)
	ref.deleted = deleted
	return ref, nil
}

// identity tells a service from a later one of the same name.
type identity struct {
	created Timestamp
	marker  string
}

func identityOf(s *Service) *identity {
	return &identity{created: s.CreatedTime, marker: s.Properties[DeploymentProperty]}
}

// is reports whether a service is this one. A time that is missing on either
// side says nothing.
func (i *identity) is(s *Service) bool {
	other := identityOf(s)
	sameTime := i.created.IsZero() || other.created.IsZero() || i.created.Equal(other.created.Time)
	return sameTime && i.marker == other.marker
}

// change makes a change of a service while this process makes no other.
func (w *Workspace) change(ctx context.Context, name string, change attempt.Change[*wire.Reply]) (*wire.Reply, error) {
	unlock, err := w.lock(ctx, name)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return attempt.Run(ctx, w.client, change)
}

// repeat is a request about a service that may be sent any number of times, and
// waits while something else runs on the service.
func (w *Workspace) repeat(service string, request wire.Call) attempt.Change[*wire.Reply] {
	return w.repeatable(fmt.Sprintf("service %q", service), request, w.busy(service).wait)
}

// repeatable is a request about something that may be sent any number of times; busy
// follows a 409.
func (w *Workspace) repeatable(what string, request wire.Call, busy func(context.Context, error) error) attempt.Change[*wire.Reply] {
	request.Once = true
	return attempt.Change[*wire.Reply]{
		What:  what,
		Send:  func(ctx context.Context) (*wire.Reply, error) { return w.client.Do(ctx, request) },
		Again: attempt.Blindly,
		Busy:  busy,
	}
}
