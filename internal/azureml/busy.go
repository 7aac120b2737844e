// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// busy waits between the attempts of one request that a service refused with
// 409, since something else runs on it.
type busy struct {
	workspace *Workspace
	service   string
	final     func(error) bool // a 409 that no wait cures
	idle      patience         // with 409 although nothing was seen to run
}

func (w *Workspace) busy(service string) *busy {
	return &busy{
		workspace: w, service: service, idle: newPatience(w.client),
		final: func(err error) bool { return !attempt.IsBusy(err) },
	}
}

// wait waits until whatever runs on the service has ended. If nothing is seen to
// run, it waits a little, and gives up with the refusal once that has gone on
// for Timing.Busy.
func (b *busy) wait(ctx context.Context, refusal error) error {
	if b.final(refusal) {
		return refusal
	}
	what := fmt.Sprintf("the operation that is running on service %q", b.service)
	running, err := b.running(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return &WaitTimeoutError{What: what, LastErr: refusal, Cause: ctx.Err()}
		}
		return err
	}
	if running.ID != "" {
		b.idle.since = time.Time{}
		_, err := b.workspace.waitEnded(ctx, running)
		var timeout *WaitTimeoutError
		if errors.As(err, &timeout) {
			return &WaitTimeoutError{What: what, Last: timeout.Last, LastErr: refusal, Cause: timeout.Cause}
		}
		return err
	}
	return b.idle.wait(ctx, refusal, what)
}

// patience waits between attempts that are refused with 409, and gives up with the
// refusal once that has gone on for Timing.Busy.
type patience struct {
	most  time.Duration
	pause *wire.Backoff
	since time.Time // of the first refusal; zero before it
}

func newPatience(client *wire.Client) patience {
	return patience{most: client.Timing().Busy, pause: client.Timing().Backoff()}
}

// wait waits until the next attempt; what names what is waited for.
func (p *patience) wait(ctx context.Context, refusal error, what string) error {
	if p.since.IsZero() {
		p.since = time.Now()
	}
	if time.Since(p.since) > p.most {
		return refusal
	}
	if err := p.pause.Wait(ctx, wire.AskedPause(refusal)); err != nil {
		return &WaitTimeoutError{What: what, LastErr: refusal, Cause: err}
	}
	return nil
}

// running is the operation that the service is at; zero if there is none, or no
// such service.
func (b *busy) running(ctx context.Context) (OperationRef, error) {
	service, err := b.workspace.services.find(ctx, b.service)
	if err != nil || service == nil || service.OperationID == "" {
		return OperationRef{}, err
	}
	ref := OperationRef{ID: service.OperationID}
	operation, err := b.workspace.GetOperation(ctx, ref)
	if wire.Gone(err) == wire.Operation || err == nil && operation.ended() {
		return OperationRef{}, nil
	}
	return ref, err
}
