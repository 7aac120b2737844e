// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package attempt

import (
	"context"
	"time"
)

// Progress is something that was seen to change during a wait.
type Progress struct {
	What    string        // what is waited for, for example: service "iris" to be Healthy
	State   string        // as it is seen now, for example: Running (BuildImage), 40% of 300.0 MiB
	Elapsed time.Duration // since the wait began
}

type progressKey struct{}

// WithProgress has observe called, one call at a time, at each change that a wait
// within this context sees.
func WithProgress(ctx context.Context, observe func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, observe)
}

// ProgressOf returns what a wait calls with each state that it sees.
func ProgressOf(ctx context.Context, what string) func(state string) {
	observe, ok := ctx.Value(progressKey{}).(func(Progress))
	if !ok {
		return func(string) {}
	}
	begun, last := time.Now(), ""
	return func(state string) {
		if state == "" || state == last {
			return
		}
		last = state
		observe(Progress{What: what, State: state, Elapsed: time.Since(begun)})
	}
}
