// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// patience waits between the attempts of one request that was refused for now.
type patience struct {
	workspace *Workspace
	what      string // for errors
	service   string
	pause     *backoff
	idleSince time.Time // since when 409 came although nothing was seen to run
	unsent    int       // attempts that found no connection
}

// maxUnsent is how often a request that found no connection is tried again.
const maxUnsent = 4

func (w *Workspace) patience(service string) *patience {
	return &patience{workspace: w, what: fmt.Sprintf("service %q", service), service: service, pause: w.client.timing.backoff()}
}

// throttled waits after a 429, as long as the service asks and ctx allows.
func (p *patience) throttled(ctx context.Context, refusal error) error {
	return p.rest(ctx, refusal, p.what+" to accept requests again")
}

// disconnected waits after an attempt that found no connection, or gives up
// with its error.
func (p *patience) disconnected(ctx context.Context, failure error) error {
	if p.unsent++; p.unsent > maxUnsent {
		return failure
	}
	if err := sleep(ctx, p.workspace.client.timing.Retry*time.Duration(p.unsent*p.unsent)); err != nil {
		return &WaitTimeoutError{What: "a connection for " + p.what, LastErr: failure, Cause: err}
	}
	return nil
}

// busy waits after a 409 until whatever runs on the service has ended. Where
// nothing is seen to run, it waits a little, and gives up with the refusal once
// that has gone on for Timing.Busy.
func (p *patience) busy(ctx context.Context, refusal error) error {
	what := "the operation that is running on " + p.what
	running, err := p.running(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return &WaitTimeoutError{What: what, LastErr: refusal, Cause: ctx.Err()}
		}
		return err
	}
	if running.ID != "" {
		p.idleSince = time.Time{}
		_, err := p.workspace.waitEnded(ctx, running)
		var timeout *WaitTimeoutError
		if errors.As(err, &timeout) {
			return &WaitTimeoutError{What: what, Last: timeout.Last, LastErr: refusal, Cause: timeout.Cause}
		}
		return err
	}
	if p.idleSince.IsZero() {
		p.idleSince = time.Now()
	}
	if time.Since(p.idleSince) > p.workspace.client.timing.Busy {
		return refusal
	}
	return p.rest(ctx, refusal, what)
}

// running is the operation that the service is at; zero where there is none, or
// no such service.
func (p *patience) running(ctx context.Context) (OperationRef, error) {
	service, err := p.workspace.services.get(ctx, p.service)
	if IsNotFound(err) || err == nil && service.OperationID == "" {
		return OperationRef{}, nil
	}
	if err != nil {
		return OperationRef{}, err
	}
	ref := OperationRef{ID: service.OperationID}
	operation, err := p.workspace.GetOperation(ctx, ref)
	if IsNotFound(err) || err == nil && operation.ended() {
		return OperationRef{}, nil
	}
	return ref, err
}

func (p *patience) rest(ctx context.Context, refusal error, what string) error {
	if err := p.pause.wait(ctx, askedPause(refusal)); err != nil {
		return &WaitTimeoutError{What: what, LastErr: refusal, Cause: err}
	}
	return nil
}

// doUnlessBusy sends a call that may be repeated, and waits while the service
// is busy with something else.
func (w *Workspace) doUnlessBusy(ctx context.Context, service string, request call) (*reply, error) {
	patience := w.patience(service)
	for {
		r, err := w.client.do(ctx, request)
		if !isBusy(err) {
			return r, err
		}
		if err := patience.busy(ctx, err); err != nil {
			return nil, err
		}
	}
}
