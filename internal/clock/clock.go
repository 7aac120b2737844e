// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package clock lets everything that compares times be tested without waiting:
// the code that needs "now" receives a Clock instead of calling time.Now.
package clock

import "time"

// Clock tells the current time. Implementations are safe for concurrent use.
type Clock interface {
	// Now returns the current time in UTC.
	Now() time.Time
}

// System is the machine's own clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now().UTC() }
