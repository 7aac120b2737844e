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

// Backoff is the growing pause of a wait: it starts short, because most
// operations of a small service are short, and grows by 1.6.
type Backoff struct{ next, max time.Duration }

// Backoff returns the pauses of one wait, from FirstPoll to MaxPoll.
func (t Timing) Backoff() *Backoff { return &Backoff{next: t.FirstPoll, max: t.MaxPoll} }

// Wait pauses, at least for what the service asked for. It returns ctx's error.
func (b *Backoff) Wait(ctx context.Context, asked time.Duration) error {
	pause := max(Jitter(b.next), asked)
	b.next = min(b.next*8/5, b.max)
	return Sleep(ctx, pause)
}

// Jitter spreads a pause by a tenth to either side, so that clients that were
// refused together do not come back together.
func Jitter(pause time.Duration) time.Duration {
	if pause <= 0 {
		return pause
	}
	return pause*9/10 + rand.N(pause/5+1) //nolint:gosec // a pause is no secret
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
