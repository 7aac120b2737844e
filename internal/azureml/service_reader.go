// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
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
	if !strings.EqualFold(service.Name, name) {
		return nil, reply.Invalid(fmt.Sprintf("it is not the service %q", name))
	}
	service.hide(r.workspace.client.Secrets())
	return service, nil
}

// hide takes the secrets out of what a service says of itself.
func (s *Service) hide(known redact.Secrets) {
	s.Error.Hide(known)
	if s.DeploymentStatus != nil {
		s.DeploymentStatus.Error.Hide(known)
	}
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
