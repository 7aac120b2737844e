// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/gather"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// serviceReader is the one place that services are read from: one by one for changes and
// waits, which need the state of now, and gathered for refreshes and look-ups.
type serviceReader struct {
	workspace *Workspace
	gathered  *gather.Reader[*Service]
}

func newServiceReader(w *Workspace) *serviceReader {
	r := &serviceReader{workspace: w}
	r.gathered = gather.New(gather.Source[*Service]{
		Get: r.single, Pages: r.pages, Decode: r.decode,
		Document: func(s *Service) []byte { return s.document },
	})
	return r
}

// get reads one service, with its models. Later reads return nothing older.
func (r *serviceReader) get(ctx context.Context, name string) (*Service, error) {
	defer r.workspace.changed(name)
	return r.single(ctx, name)
}

// single reads one service by a request of its own.
func (r *serviceReader) single(ctx context.Context, name string) (*Service, error) {
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

// listedService is a service of a list, as it came.
type listedService struct{ gather.Item }

// UnmarshalJSON implements json.Unmarshaler.
func (l *listedService) UnmarshalJSON(document []byte) error {
	l.Document = bytes.Clone(document)
	return json.Unmarshal(document, &struct{ Name *string }{&l.Name})
}

// pages reads all services with their models, in the order in which they were created:
// by default the list is in the order of their changes, and a service that changes
// meanwhile could be missed.
func (r *serviceReader) pages(ctx context.Context) iter.Seq2[[]gather.Item, error] {
	return func(yield func([]gather.Item, error) bool) {
		query := url.Values{"expand": {"true"}, "orderby": {"CreatedAtAsc"}}
		for page, err := range listedPages[listedService](ctx, r.workspace, "/services", query) {
			items := make([]gather.Item, 0, len(page))
			for _, listed := range page {
				items = append(items, listed.Item)
			}
			if !yield(items, err) {
				return
			}
		}
	}
}

func (r *serviceReader) decode(document []byte) (*Service, error) {
	service := &Service{}
	if err := wire.Unmarshal(document, service); err != nil {
		return nil, err
	}
	service.hide(r.workspace.client.Secrets())
	return service, nil
}

// GetService reads one service, as it is now. A service that does not exist is an error
// that IsNotFound recognises.
func (w *Workspace) GetService(ctx context.Context, name string) (*Service, error) {
	return w.services.get(ctx, name)
}

// ReadService is GetService for a refresh or a look-up: reads that come together cost
// fewer requests. What somebody else changed less than gather.Fresh ago may be missing in
// the result, and nothing that this process changed. A service that it calls missing does
// not exist now.
func (w *Workspace) ReadService(ctx context.Context, name string) (*Service, error) {
	service, err := w.services.gathered.Read(ctx, name)
	if err != nil && err == ctx.Err() { //nolint:errorlint // the error of the wait for others itself
		err = &WaitTimeoutError{What: fmt.Sprintf("service %q to be read", name), Cause: err}
	}
	return service, err
}
