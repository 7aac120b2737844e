// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package clock

import (
	"sync"
	"time"
)

// maxApart is how far the clocks of this machine and of Azure may be apart unnoticed.
const maxApart = 5 * time.Minute

// API is the clock of the provider: that of this machine, or of an API on loopback,
// which is an emulator with a clock that tests move. The zero value is ready.
type API struct {
	// Machine is the clock of this machine; nil is System.
	Machine Clock

	mu    sync.Mutex
	ahead time.Duration // of the API on loopback
	apart time.Duration // of any other API
	told  bool
}

// Observe takes the Date of a reply. Only an API on loopback moves the clock: a wrong
// clock elsewhere must not rotate a key.
func (a *API) Observe(date time.Time, loopback bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ahead := date.Sub(a.machine().Now())
	if !loopback {
		a.apart = ahead
		return
	}
	// Date has no fractions of a second, and came a moment ago: round up.
	a.ahead = ahead.Truncate(time.Second)
	if a.ahead < ahead {
		a.ahead += time.Second
	}
}

// Now implements Clock.
func (a *API) Now() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.machine().Now().Add(a.ahead)
}

func (a *API) machine() Clock {
	if a.Machine == nil {
		return System{}
	}
	return a.Machine
}

// Apart returns how far the latest Date of an API that is not on loopback was ahead of
// the clock of this machine. It is negative if Date was behind, and 0 if both differ by 5
// minutes at most, if c is not an API, or if the difference was returned before.
func Apart(c Clock) time.Duration {
	a, ok := c.(*API)
	if !ok {
		return 0
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told || a.apart.Abs() <= maxApart {
		return 0
	}
	a.told = true
	return a.apart
}
