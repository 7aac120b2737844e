// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import "time"

// Timing says how long a Client waits for what. It exists for tests; the
// defaults are meant for Azure.
type Timing struct {
	// FirstPoll is the pause before the second poll. Default 150 ms.
	FirstPoll time.Duration
	// MaxPoll bounds the growing pause between polls (see Polls), unless the service
	// asks for another one with Retry-After. Default 10 s.
	MaxPoll time.Duration
	// Retry is the base of the growing pause between tries of a request that
	// may be repeated. Default 800 ms (azcore's).
	Retry time.Duration
	// Try bounds a single try of a request. Default 100 s: gateways give up
	// after 60 s, the Python SDK after 80 s.
	Try time.Duration
	// Verify bounds the search for the effect of a key regeneration that lost
	// its reply. Default 15 s. A change that may be sent again is searched for
	// a quarter of that.
	Verify time.Duration
	// KeyVisible bounds the wait for a regenerated key to be listed: listkeys
	// may return the old one right after the operation. Default 60 s.
	KeyVisible time.Duration
	// Busy bounds the wait on "409 Conflict" while no operation is seen to run
	// on the service. While one runs, the wait is bounded by the context only.
	// Default 2 min.
	Busy time.Duration
	// Grace is how long the effect of a change that Azure accepted is looked for
	// after the wait for its operation ended badly. A Retry-After extends it, to
	// two and a half times as long at most. Default 2 min, so never beyond 5 min.
	Grace time.Duration
}

func (t Timing) withDefaults() Timing {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.FirstPoll, 150 * time.Millisecond},
		{&t.MaxPoll, 10 * time.Second},
		{&t.Retry, 800 * time.Millisecond},
		{&t.Try, 100 * time.Second},
		{&t.Verify, 15 * time.Second},
		{&t.KeyVisible, time.Minute},
		{&t.Busy, 2 * time.Minute},
		{&t.Grace, 2 * time.Minute},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return t
}

// Search bounds the search for what a lost request has led to, before it is sent
// again.
func (t Timing) Search() time.Duration { return t.Verify / 4 }
