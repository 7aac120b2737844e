// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// prompt is how long a pause of a poll may be, however short the wait has been so far.
const prompt = time.Second

// Backoff is the growing pauses of one wait: they begin short, because most operations of
// a small service are short, and grow by 1.6.
type Backoff struct {
	next, max time.Duration
	begun     time.Time // of a wait for an operation; zero for one after refusals
}

// Backoff returns the pauses after refusals, from FirstPoll to MaxPoll.
func (t Timing) Backoff() *Backoff { return &Backoff{next: t.FirstPoll, max: t.MaxPoll} }

// Polls returns the pauses of a wait that begins now for an operation. None is longer
// than a tenth of the time that it has taken, or than a second if that is longer: so an
// apply goes on soon after the end of a short operation, and polls a long one less often.
func (t Timing) Polls() *Backoff {
	return &Backoff{next: t.FirstPoll, max: t.MaxPoll, begun: time.Now()}
}

// Wait pauses for what the service asked for, or else for the next pause. It returns ctx's
// error.
func (b *Backoff) Wait(ctx context.Context, asked time.Duration) error {
	pause := b.next
	if !b.begun.IsZero() {
		pause = min(pause, max(prompt, time.Since(b.begun)/10))
	}
	b.next = min(b.next*8/5, b.max)
	if asked > 0 {
		return Sleep(ctx, asked+spread(min(asked/10, time.Second)))
	}
	return Sleep(ctx, Jitter(pause))
}

// Jitter shortens a pause by up to a fifth, so that clients that were refused together do
// not come back together.
func Jitter(pause time.Duration) time.Duration { return pause - spread(pause/5) }

// spread returns a random pause, shorter than most.
func spread(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return rand.N(most) //nolint:gosec // a pause is no secret
}

// Sleep pauses for d, or until ctx ends; then it returns ctx's error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxAskedSeconds bounds what a Retry-After can ask for: a day.
const maxAskedSeconds = 86400

// retryAfter reads Retry-After in seconds; 0 if there is none. sinceDate has
// turned a date into seconds.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil {
		return 0
	}
	return time.Duration(min(max(0, seconds), maxAskedSeconds)) * time.Second
}

// sinceDate replaces a Retry-After that is an HTTP date by the seconds until
// then, for azcore as well. They are counted from the reply's own Date: the
// clock of this machine may be wrong.
func sinceDate(h http.Header) {
	at, err := http.ParseTime(h.Get("Retry-After"))
	if err != nil {
		return
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	h.Set("Retry-After", strconv.Itoa(int(max(0, at.Sub(now).Round(time.Second)/time.Second))))
}

// AskedPause is the Retry-After of a refusal; 0 if it has none.
func AskedPause(err error) time.Duration {
	var refused *ResponseError
	if errors.As(err, &refused) {
		return refused.retryAfter
	}
	return 0
}
