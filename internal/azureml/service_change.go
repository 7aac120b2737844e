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
// or "add" of a property), since a request whose reply is lost is sent again;
// PATCH is answered with 200 or 202. While another operation runs on the
// service, it waits until ctx ends (*WaitTimeoutError).
func (w *Workspace) PatchService(ctx context.Context, name string, ops []PatchOperation) (OperationRef, error) {
	patch, err := w.serviceCall(ctx, http.MethodPatch, name, "")
	if err != nil {
		return OperationRef{}, err
	}
	patch.Body, patch.ContentType = ops, "application/json-patch+json"
	patch.Secrets = patchSecrets(ops)
	return w.change(ctx, name, patch, operationOf)
}

// DeleteService starts the deletion of a service. One that does not exist is
// deleted already: 204, and 404 after a reply that was lost, are successes.
// While another operation runs on the service, it waits until ctx ends.
func (w *Workspace) DeleteService(ctx context.Context, name string) (OperationRef, error) {
	remove, err := w.serviceCall(ctx, http.MethodDelete, name, "")
	if err != nil {
		return OperationRef{}, err
	}
	ref, err := w.change(ctx, name, remove, func(r *wire.Reply) OperationRef {
		if r.Status != http.StatusAccepted {
			return OperationRef{} // it is done; an operation in the body would be an older one
		}
		return operationOf(r)
	})
	if IsNotFound(err) {
		return OperationRef{}, nil
	}
	return ref, err
}

// change sends a request that ends the same however often it is sent.
func (w *Workspace) change(ctx context.Context, name string, request wire.Call, started func(*wire.Reply) OperationRef) (OperationRef, error) {
	unlock, err := w.lock(ctx, name)
	if err != nil {
		return OperationRef{}, err
	}
	defer unlock()
	r, err := w.repeatable(ctx, name, request)
	if err != nil {
		return OperationRef{}, err
	}
	return started(r), nil
}

// repeatable sends a request about a service that may be sent any number of
// times, and waits while something else runs on the service.
func (w *Workspace) repeatable(ctx context.Context, service string, request wire.Call) (*wire.Reply, error) {
	request.Once = true
	return attempt.Run(ctx, w.client, attempt.Change[*wire.Reply]{
		What:  fmt.Sprintf("service %q", service),
		Send:  func(ctx context.Context) (*wire.Reply, error) { return w.client.Do(ctx, request) },
		Again: attempt.Blindly,
		Busy:  w.busy(service).wait,
	})
}
