// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package attempt

import "fmt"

// UnknownOutcomeError is a request that must not be repeated blindly and got no
// usable reply. A look at the service did not show that it was carried out.
type UnknownOutcomeError struct {
	What   string // what was attempted and what is known of it, one clause
	Unread bool   // it could not be looked at; else nothing was seen to come of it
	Err    error  // why the reply was lost
}

// Error says what was attempted, what is known of it, and why.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%s; the request got no usable reply: %v", e.What, e.Err)
}

// Unwrap gives the reason for the lost reply.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }
