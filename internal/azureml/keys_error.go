// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import "fmt"

// OldKey says what is known of the key that a regenerate was to replace.
type OldKey int

// What is known of the key that a regenerate was to replace.
const (
	OldKeyUnknown OldKey = iota // the keys could not be read
	OldKeyListed                // the service still lists it, so it works
	OldKeyDead                  // the service lists another key in its place
)

// RegenerateError is a regenerate that Azure accepted and that did not end well.
type RegenerateError struct {
	Service string
	Slot    KeyType
	Old     OldKey
	// Keys are the keys of the service, the new one included. Only if Old is
	// OldKeyDead; else they are zero.
	Keys Keys
	Err  error // *OperationError, or why the operation or the keys could not be followed
}

// Error says what happened to the key, whether the old one works, and why.
func (e *RegenerateError) Error() string {
	key := fmt.Sprintf("the %s key of service %q", e.Slot, e.Service)
	switch e.Old {
	case OldKeyDead:
		return fmt.Sprintf("%s has changed, and the old one no longer works, although its operation did not succeed: %v", key, e.Err)
	case OldKeyListed:
		return fmt.Sprintf("Azure accepted to regenerate %s, and the service still lists the old one, which works until that changes: %v", key, e.Err)
	}
	return fmt.Sprintf("Azure accepted to regenerate %s, and whether the old one still works is not known: %v", key, e.Err)
}

// Unwrap gives what went wrong.
func (e *RegenerateError) Unwrap() error { return e.Err }
