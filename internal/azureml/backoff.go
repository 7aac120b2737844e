// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// backoff is the growing pause of a poll: it starts fast, because most
// operations of a small service are short, and grows by 1.6.
type backoff struct{ next, max time.Duration }

func (t Timing) backoff() *backoff { return &backoff{next: t.FirstPoll, max: t.MaxPoll} }

// wait pauses, at least for what the service asked for. It returns ctx's error.
func (b *backoff) wait(ctx context.Context, asked time.Duration) error {
	pause := max(b.next, asked)
	b.next = min(b.next*8/5, b.max)
	return sleep(ctx, pause)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter reads Retry-After, in seconds or as an HTTP date; 0 where there is
// none or it lies in the past.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(0, seconds), 86400)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
