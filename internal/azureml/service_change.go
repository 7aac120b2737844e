// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
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
	patch.body, patch.contentType = ops, "application/json-patch+json"
	patch.secrets = patchSecrets(ops)
	return w.change(ctx, name, patch)
}

// DeleteService starts the deletion of a service. One that does not exist is
// deleted already: 204, and 404 after a reply that was lost, are successes.
// While another operation runs on the service, it waits until ctx ends.
func (w *Workspace) DeleteService(ctx context.Context, name string) (OperationRef, error) {
	remove, err := w.serviceCall(ctx, http.MethodDelete, name, "")
	if err != nil {
		return OperationRef{}, err
	}
	ref, err := w.change(ctx, name, remove)
	if IsNotFound(err) {
		return OperationRef{}, nil
	}
	return ref, err
}

func (w *Workspace) change(ctx context.Context, name string, request call) (OperationRef, error) {
	unlock, err := w.lock(ctx, name)
	if err != nil {
		return OperationRef{}, err
	}
	defer unlock()
	r, err := w.doUnlessBusy(ctx, name, request)
	if err != nil {
		return OperationRef{}, err
	}
	if request.method == http.MethodDelete && r.status != http.StatusAccepted {
		return OperationRef{}, nil // it is done; an operation in the body would be an older one
	}
	return operationOf(r), nil
}
