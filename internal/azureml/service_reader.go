// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
	"net/url"
)

// serviceReader is the one place that services are read from, so that reads of
// a workspace can be gathered here without touching their callers.
type serviceReader struct{ workspace *Workspace }

// get reads one service, with its models.
func (r *serviceReader) get(ctx context.Context, name string) (*Service, error) {
	get, err := r.workspace.serviceCall(ctx, http.MethodGet, name, "")
	if err != nil {
		return nil, err
	}
	get.Query = url.Values{"expand": {"true"}}
	reply, err := r.workspace.client.Do(ctx, get)
	if err != nil {
		return nil, err
	}
	service := &Service{}
	if err := reply.Decode(service); err != nil {
		return nil, err
	}
	return service, nil
}

// find is get, with nil for a service that does not exist.
func (r *serviceReader) find(ctx context.Context, name string) (*Service, error) {
	service, err := r.get(ctx, name)
	if IsNotFound(err) {
		return nil, nil
	}
	return service, err
}

// GetService reads one service. A service that does not exist is an error that
// IsNotFound recognises.
func (w *Workspace) GetService(ctx context.Context, name string) (*Service, error) {
	return w.services.get(ctx, name)
}
