// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// DeploymentProperty is a property that CreateService gives to each service that
// it creates, with a value of its own. It tells that service from one that was
// there before, if the reply to the create is lost. Properties cannot be changed
// or removed once they are set.
const DeploymentProperty = "mlws.deploymentId"

// CreateService starts a create; with Overwrite, which also replaces a service
// that exists, a redeployment. The service can be read at once, and stays, as
// Failed, if the operation fails.
//
// A create is never repeated blindly. It carries a marker of its own in the
// service's properties (mlws.deploymentId); if a reply is lost, the service is
// looked at, and the request is only sent again if it is not there. A service of
// that name without the marker is an *ExistsError. A 429, and a 409 without a
// service of that name, are waited out. Lack of capacity is a *ResponseError.
func (w *Workspace) CreateService(ctx context.Context, r CreateServiceRequest) (OperationRef, error) {
	post, err := w.call(ctx, wire.Workspace, http.MethodPost, "/services")
	if err != nil {
		return OperationRef{}, err
	}
	unlock, err := w.lock(ctx, r.Name)
	if err != nil {
		return OperationRef{}, err
	}
	defer unlock()
	post.Once = true
	post.Secrets = r.secrets()
	if r.Overwrite {
		post.Body = r
		return w.overwrite(ctx, r.Name, post)
	}
	marker := uuid.NewString()
	properties := maps.Clone(r.Properties)
	if properties == nil {
		properties = map[string]string{}
	}
	properties[DeploymentProperty] = marker
	r.Properties = properties
	post.Body = r
	return w.create(ctx, r.Name, marker, post)
}

// deployment is what create and overwrite have in common.
func (w *Workspace) deployment(name string, post wire.Call) attempt.Change[OperationRef] {
	goal := fmt.Sprintf("service %q was to be deployed", name)
	return attempt.Change[OperationRef]{
		What: fmt.Sprintf("service %q", name),
		Send: func(ctx context.Context) (OperationRef, error) {
			r, err := w.client.Do(ctx, post)
			if err != nil {
				return OperationRef{}, err
			}
			ref := operationOf(r)
			if ref.ID == "" {
				// The header is missing: the service itself names its latest operation.
				if existing, err := w.services.find(ctx, name); err == nil && existing != nil {
					ref.ID = existing.OperationID
				}
			}
			return ref, nil
		},
		Search: w.client.Timing().Search(),
		Unseen: goal + ", and nothing is seen to have come of it",
		Unread: goal + ", and whether it was could not be looked up",
	}
}

// create starts a create. Names are unique, so that it cannot be made twice: a
// service of that name is this one, by its marker, or in the way.
func (w *Workspace) create(ctx context.Context, name, marker string, post wire.Call) (OperationRef, error) {
	busy := w.busy(name)
	// The name may still be taken by a service that is being deleted.
	busy.final = attempt.IsCapacity
	change := w.deployment(name, post)
	change.Busy, change.Certain = busy.wait, true
	change.Look = func(ctx context.Context) (OperationRef, bool, error) {
		existing, err := w.services.find(ctx, name)
		switch {
		case err != nil || existing == nil:
			return OperationRef{}, false, err
		case existing.Properties[DeploymentProperty] != marker:
			return OperationRef{}, true, &ExistsError{Existing: existing}
		}
		return OperationRef{ID: existing.OperationID}, true, nil
	}
	return attempt.Run(ctx, w.client, change)
}

// overwrite starts a redeployment. It can be repeated, since it always ends in
// the same service, but is not if the service is seen to have started on it.
func (w *Workspace) overwrite(ctx context.Context, name string, post wire.Call) (OperationRef, error) {
	before := "" // the service's latest operation
	change := w.deployment(name, post)
	change.Busy = w.busy(name).wait
	change.Before = func(ctx context.Context) (OperationRef, bool, error) {
		service, err := w.services.find(ctx, name)
		if err == nil && service != nil {
			before = service.OperationID
		}
		return OperationRef{}, false, err
	}
	change.Look = func(ctx context.Context) (OperationRef, bool, error) {
		now, err := w.services.find(ctx, name)
		if err != nil || now == nil || now.OperationID == before {
			return OperationRef{}, false, err
		}
		return OperationRef{ID: now.OperationID}, true, nil
	}
	return attempt.Run(ctx, w.client, change)
}
