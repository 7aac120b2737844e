// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package attempt

import (
	"context"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
)

// Grace looks for the effect of a change that Azure has accepted, after the wait
// for its operation ended badly, until it is seen. The looks have a time of their
// own, which also runs if ctx has ended: bound, extended by a Retry-After, and
// never more than two and a half times bound. No error ends them early.
//
// seen is false if the time passed; err is then why the last look failed, or nil
// if it just saw nothing.
func Grace(ctx context.Context, client *wire.Client, bound time.Duration, what string, see func(context.Context) (done bool, err error)) (seen bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bound*5/2)
	defer cancel()
	tryCtx, pause := client.WithoutRetries(ctx), client.Timing().Polls()
	report := ProgressOf(ctx, what)
	report("looked for, since its operation could not be followed")
	for until := time.Now().Add(bound); ; {
		if seen, err = see(tryCtx); seen {
			return true, err
		}
		asked := wire.AskedPause(err)
		if asked > 0 {
			until = later(until, time.Now().Add(asked+client.Timing().MaxPoll))
		}
		if time.Now().After(until) || pause.Wait(ctx, asked) != nil {
			return false, err
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
