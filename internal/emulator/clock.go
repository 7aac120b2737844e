// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"sync"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/clock"
)

// movableClock runs with its base clock, moved by an offset that tests set.
type movableClock struct {
	base   clock.Clock
	mu     sync.Mutex
	offset time.Duration
}

func (c *movableClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Now().Add(c.offset).UTC()
}

func (c *movableClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

func (c *movableClock) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = 0
}

// Now returns the emulator's time. Token expiry, operations and every
// timestamp follow it.
func (e *Emulator) Now() time.Time { return e.clock.Now() }

// AdvanceClock moves the emulator's time. Operations end when their duration has
// passed, and expired tokens are refused. A negative duration moves it back.
func (e *Emulator) AdvanceClock(d time.Duration) { e.clock.advance(d) }
