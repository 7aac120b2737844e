// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package attempt

import (
	"context"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Look is what one look of a poll saw.
type Look struct {
	State string        // for people
	Done  bool          // nothing more to wait for
	After time.Duration // the service's Retry-After
}

// Poll looks until done, with growing pauses. A transient error of a look, or a 409 for
// something that runs on the service, is
// remembered and waited out; any other ends the poll. If ctx ends first, the
// error is a *wire.WaitTimeoutError. An observer of the context (WithProgress)
// hears of each change.
func Poll(ctx context.Context, client *wire.Client, what string, see func(context.Context) (Look, error)) error {
	pause := client.Timing().Polls()
	// The poll is its own retry, and remembers the errors.
	tryCtx := client.WithoutRetries(ctx)
	ended := &wire.WaitTimeoutError{What: what, Begun: true}
	report := ProgressOf(ctx, what)
	for {
		seen, err := see(tryCtx)
		if err == nil {
			report(seen.State)
		}
		var asked time.Duration
		switch {
		case err == nil && seen.Done:
			return nil
		case err == nil:
			ended.Last, ended.LastErr = seen.State, nil
			asked = seen.After
		case ctx.Err() != nil:
			ended.Cause = ctx.Err()
			return ended
		case !wire.IsTransient(err) && !IsBusy(err):
			return err
		default:
			ended.LastErr = err
			asked = wire.AskedPause(err)
		}
		if err := pause.Wait(ctx, asked); err != nil {
			ended.Cause = err
			return ended
		}
	}
}
