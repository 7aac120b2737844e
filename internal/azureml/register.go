// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// registration is a POST that must not be repeated blindly, since each makes
// another object. What it makes can be told from all others.
type registration[T any] struct {
	what   string // for errors
	post   call
	find   func(context.Context) (*T, error) // what it made; nil: nothing
	usable func(*T) bool
}

// register sends a POST until one of them was carried out. Where a reply is
// lost, it looks for what came of it, and only where nothing is to be seen for
// a while, sends it again. Where ctx ends, it still looks, for a moment, so that
// what was made does not go unnoticed.
func register[T any](ctx context.Context, w *Workspace, r *registration[T]) (*T, error) {
	r.post.once = true
	patience := &patience{workspace: w, what: r.what, pause: w.client.timing.backoff()}
	for sent := 1; ; {
		made, err := r.send(ctx, w)
		if err == nil {
			return made, nil
		}
		switch outcomeOf(err) {
		case outcomeThrottled:
			err = patience.throttled(ctx, err)
		case outcomeNotSent:
			err = patience.disconnected(ctx, err)
		case outcomeUnknown:
			found, lookErr := r.search(ctx, w)
			if found != nil {
				return found, nil
			}
			if lookErr != nil {
				return nil, &UnknownOutcomeError{What: fmt.Sprintf("%s was to be registered, and whether it was could not be looked up (%v)", r.what, lookErr), Err: err}
			}
			if sent++; sent > maxStarts || ctx.Err() != nil {
				return nil, &UnknownOutcomeError{What: r.what + " was to be registered, and nothing is seen to have come of it", Err: err}
			}
			err = nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (r *registration[T]) send(ctx context.Context, w *Workspace) (*T, error) {
	reply, err := w.client.do(ctx, r.post)
	if err != nil {
		return nil, err
	}
	made := new(T)
	if err := reply.decode(made); err != nil {
		return nil, err
	}
	if !r.usable(made) {
		return nil, reply.invalid("it does not name what was registered")
	}
	return made, nil
}

// search looks for what a lost reply was about, until Timing.Verify is over.
func (r *registration[T]) search(ctx context.Context, w *Workspace) (*T, error) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.client.timing.Verify)
	defer cancel()
	begun, interrupted := time.Now(), ctx.Err() != nil
	var found *T
	err := w.poll(bounded, r.what, func(ctx context.Context) (look, error) {
		var err error
		found, err = r.find(ctx)
		// After an interrupt, and where it is not late, one look must do.
		enough := interrupted || time.Since(begun) > w.client.timing.Verify/2
		return look{done: found != nil || enough}, err
	})
	var timeout *WaitTimeoutError
	if errors.As(err, &timeout) && timeout.LastErr == nil {
		return found, nil
	}
	return found, err
}
