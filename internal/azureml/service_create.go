// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/google/uuid"
)

// deploymentProperty is a property that tells a service that this client
// created from one that was there before, when the reply to a create is lost.
// Properties cannot be changed or removed once they are set.
const deploymentProperty = "mlws.deploymentId"

// DeployedByThisClient reports whether CreateService has made the service, in
// this process or another.
func (s *Service) DeployedByThisClient() bool { return s.Properties[deploymentProperty] != "" }

// maxStarts is how often a create whose reply was lost, and which nothing came
// of, is sent.
const maxStarts = 4

// searchLooks is how often a service is looked for after a reply was lost.
const searchLooks = 5

// CreateService starts a create; with Overwrite, which also replaces a service
// that exists, a redeployment. The service can be read at once, and stays, as
// Failed, where the operation fails.
//
// A create is never repeated blindly. It carries a marker of its own in the
// service's properties (mlws.deploymentId); where a reply is lost, the service
// is looked at, and only sent again where it is not there. A service of that
// name without the marker is an *ExistsError. A 429, and a 409 without a
// service of that name, are waited out. Lack of capacity is a *ResponseError.
func (w *Workspace) CreateService(ctx context.Context, r CreateServiceRequest) (OperationRef, error) {
	post, err := w.call(ctx, http.MethodPost, "/services")
	if err != nil {
		return OperationRef{}, err
	}
	unlock, err := w.lock(ctx, r.Name)
	if err != nil {
		return OperationRef{}, err
	}
	defer unlock()
	start := &start{workspace: w, name: r.Name, post: post, patience: w.patience(r.Name)}
	start.post.once = true
	start.post.secrets = r.secrets()
	if r.Overwrite {
		start.post.body = r
		return start.overwrite(ctx)
	}
	start.marker = uuid.NewString()
	properties := maps.Clone(r.Properties)
	if properties == nil {
		properties = map[string]string{}
	}
	properties[deploymentProperty] = start.marker
	r.Properties = properties
	start.post.body = r
	ref, err := start.create(ctx)
	if err == nil {
		w.created.Store(r.Name, true)
	}
	return ref, err
}

// HasCreated reports whether this process has created the service.
func (w *Workspace) HasCreated(service string) bool {
	_, created := w.created.Load(service)
	return created
}

// start is one create or overwrite, over all its attempts.
type start struct {
	workspace *Workspace
	name      string
	post      call
	marker    string // of a create
	before    string // of an overwrite: the service's operation beforehand
	patience  *patience
}

func (s *start) create(ctx context.Context) (OperationRef, error) {
	for sent := 1; ; {
		ref, err := s.send(ctx)
		if err == nil {
			return ref, nil
		}
		switch outcomeOf(err) {
		case outcomeThrottled:
			err = s.patience.throttled(ctx, err)
		case outcomeNotSent:
			err = s.patience.disconnected(ctx, err)
		case outcomeConflict:
			existing, lookErr := s.existing(ctx)
			if existing != nil || lookErr != nil {
				return s.claim(existing, lookErr)
			}
			if !isCapacity(err) {
				// The name may still be taken by a service that is being deleted.
				err = s.patience.busy(ctx, err)
			}
		case outcomeUnknown:
			existing, lookErr := s.search(ctx, func(*Service) bool { return true })
			if lookErr != nil {
				return OperationRef{}, s.unseen(err, lookErr)
			}
			if existing != nil {
				return s.claim(existing, nil)
			}
			if sent++; sent > maxStarts || ctx.Err() != nil {
				return OperationRef{}, s.unknown(err)
			}
			// Names are unique, so that it cannot be created twice.
			err = nil
		}
		if err != nil {
			return OperationRef{}, err
		}
	}
}

func (s *start) send(ctx context.Context) (OperationRef, error) {
	r, err := s.workspace.client.do(ctx, s.post)
	if err != nil {
		return OperationRef{}, err
	}
	ref := operationOf(r)
	if ref.ID == "" {
		// The header is missing: the service itself names its latest operation.
		existing, err := s.existing(ctx)
		if err == nil && existing != nil {
			ref.ID = existing.OperationID
		}
	}
	return ref, nil
}

// existing is the service of that name; nil: there is none.
func (s *start) existing(ctx context.Context) (*Service, error) {
	service, err := s.workspace.services.get(ctx, s.name)
	if IsNotFound(err) {
		return nil, nil
	}
	return service, err
}

// claim decides whether a service that was found is the one that was created.
func (s *start) claim(existing *Service, err error) (OperationRef, error) {
	if err != nil {
		return OperationRef{}, err
	}
	if existing.Properties[deploymentProperty] != s.marker {
		return OperationRef{}, &ExistsError{Existing: existing}
	}
	return OperationRef{ID: existing.OperationID}, nil
}

// search looks a few times for what a request whose reply was lost has led to.
// Where ctx has ended it still looks, for a moment, so that a service that was
// created does not go unnoticed.
func (s *start) search(ctx context.Context, isIt func(*Service) bool) (*Service, error) {
	if ctx.Err() != nil {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.workspace.client.timing.Verify)
		defer cancel()
		ctx = grace
	}
	pause := s.workspace.client.timing.backoff()
	for range searchLooks {
		if err := pause.wait(ctx, 0); err != nil {
			return nil, err
		}
		existing, err := s.existing(ctx)
		if err != nil || existing != nil && isIt(existing) {
			return existing, err
		}
	}
	return nil, nil
}

func (s *start) unknown(err error) error {
	return &UnknownOutcomeError{What: fmt.Sprintf("service %q was to be deployed, and nothing is seen to have come of it", s.name), Err: err}
}

func (s *start) unseen(err, lookErr error) error {
	return &UnknownOutcomeError{
		What: fmt.Sprintf("service %q was to be deployed, and whether it was could not be looked up (%v)", s.name, lookErr), Err: err,
	}
}

func isCapacity(err error) bool {
	var refused *ResponseError
	return errors.As(err, &refused) && refused.HasDetail(codeServiceUnavailable)
}
