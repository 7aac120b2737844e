// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package attempt makes changes that must not be made twice, and waits for what
// they start. It knows what became of a request (package wire types its
// errors), and nothing of what the request is about.
package attempt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// limit is how often a change is sent if its reply was lost and it had no effect,
// and how often it is tried again if it found no connection.
const limit = 4

// Again says what follows a lost reply.
type Again int

// Reactions to a lost reply.
const (
	AfterLook Again = iota // the change is sent again if a search shows that nothing came of it
	Blindly                // the change ends the same however often it is made: it is sent again, and looked for in the end
	Never                  // the change is looked for, and never sent again
)

// Change is one change over all its attempts.
type Change[T any] struct {
	// What names the changed object in the errors of waits: service "iris".
	What string
	// Before notes what there is, so that Look can tell what came of the change. It
	// runs first, and again after each wait for something else. It may find that
	// there is nothing left to do. Optional.
	Before func(context.Context) (made T, done bool, err error)
	// Send sends the request once.
	Send func(context.Context) (T, error)
	// Look looks for what came of the change. An error that comes with found is the
	// end of the change; without, nothing could be seen. Optional if Again is Blindly.
	Look func(context.Context) (made T, found bool, err error)
	// Certain says that Look tells this change from every other, so that a conflict
	// is looked at even if no reply was lost.
	Certain bool
	// Again says what follows a lost reply.
	Again Again
	// Search is for how long a change is looked for, at most.
	Search time.Duration
	// Busy waits after a 409 until another attempt makes sense, or returns the error
	// to give up with. If it is nil, a 409 is final.
	Busy func(ctx context.Context, refusal error) error
	// Unseen and Unread are what is known if no reply came and Look saw nothing of
	// the change, or could not look: a clause each.
	Unseen, Unread string
}

// Run makes a change. It is sent again after a 429, for as long as the service
// asks and ctx allows (*wire.WaitTimeoutError); after an attempt that found no
// connection, four times; after a 409 if Busy says so; and after a lost reply as
// Again says, up to four times. If a reply is lost while ctx ends, Run looks for
// the change anyway, for as long as Search. A change of which nothing is
// seen is an *UnknownOutcomeError.
func Run[T any](ctx context.Context, client *wire.Client, c Change[T]) (T, error) {
	r := run[T]{Change: c, client: client, pause: client.Timing().Backoff()}
	for remember := true; ; {
		if remember && c.Before != nil {
			if made, done, err := c.Before(ctx); done || err != nil {
				return made, err
			}
		}
		remember = false
		made, err := c.Send(ctx)
		switch outcomeOf(err) {
		case throttled:
			err = r.rest(ctx, err, c.What+" to accept requests again")
		case notSent:
			err = r.reconnect(ctx, err)
		case conflict:
			if c.Look != nil && (c.Certain || r.lost > 0) {
				// The conflict may be with the request before this one.
				if made, found, lookErr := c.Look(ctx); found || lookErr != nil {
					return made, lookErr
				}
			}
			if c.Busy != nil {
				err, remember = c.Busy(ctx, err), true
			}
		case unknown:
			var found bool
			if made, found, err = r.lose(ctx, err); found {
				return made, err
			}
		default:
			return made, err
		}
		if err != nil {
			var none T
			return none, err
		}
	}
}

// run is the state of one change.
type run[T any] struct {
	Change[T]
	client *wire.Client
	pause  *wire.Backoff
	lost   int // attempts that lost their reply
	unsent int // attempts that found no connection
}

// rest waits before the next attempt, as long as the refusal asks.
func (r *run[T]) rest(ctx context.Context, refusal error, what string) error {
	if err := r.pause.Wait(ctx, wire.AskedPause(refusal)); err != nil {
		return &wire.WaitTimeoutError{What: what, LastErr: refusal, Cause: err}
	}
	return nil
}

// reconnect waits after an attempt that found no connection, or gives up.
func (r *run[T]) reconnect(ctx context.Context, failure error) error {
	if r.unsent++; r.unsent > limit {
		return failure
	}
	if err := wire.Sleep(ctx, wire.Jitter(r.client.Timing().Retry*time.Duration(r.unsent*r.unsent))); err != nil {
		return &wire.WaitTimeoutError{What: "a connection for " + r.What, LastErr: failure, Cause: err}
	}
	return nil
}

// lose decides what follows a lost reply: the change is found, or it is sent
// again (no error), or it ends here.
func (r *run[T]) lose(ctx context.Context, lost error) (made T, found bool, err error) {
	r.lost++
	last := r.Again == Never || r.lost >= limit || ctx.Err() != nil
	if r.Again == Blindly && (!last || r.Look == nil) {
		if last {
			return made, false, lost
		}
		return made, false, r.rest(ctx, lost, r.What+" to be reached")
	}
	made, found, err = r.search(ctx)
	if !found && !last && ctx.Err() != nil {
		// ctx ended during the search. Nothing can be sent any more, so look for as long
		// as Search.
		last = true
		made, found, err = r.search(ctx)
	}
	switch {
	case found:
		return made, true, err
	case err != nil:
		return made, false, &UnknownOutcomeError{What: fmt.Sprintf("%s (%v)", r.Unread, err), Unread: true, Err: lost}
	case last:
		return made, false, &UnknownOutcomeError{What: r.Unseen, Err: lost}
	}
	return made, false, nil
}

// search looks for the change until Search has passed, also after ctx has ended.
func (r *run[T]) search(ctx context.Context) (made T, found bool, err error) {
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	bounded, cancel := context.WithTimeout(ctx, r.Search)
	defer cancel()
	var end error
	err = Poll(bounded, r.client, r.What, func(ctx context.Context) (Look, error) {
		var lookErr error
		if made, found, lookErr = r.Look(ctx); found {
			end, lookErr = lookErr, nil
		}
		return Look{State: "nothing seen yet", Done: found}, lookErr
	})
	if found {
		return made, true, end
	}
	var timeout *wire.WaitTimeoutError
	if errors.As(err, &timeout) && timeout.Last != "" && timeout.LastErr == nil {
		err = nil // it was looked for, and not seen
	}
	return made, false, err
}
