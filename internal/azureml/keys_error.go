// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"errors"
	"fmt"
)

// OldKey says what is known of the key that a regenerate was to replace.
type OldKey int

// Knowledge of the key that a regenerate was to replace.
const (
	OldKeyUnknown OldKey = iota // the keys could not be read
	OldKeyListed                // the service still lists it, so it works
	OldKeyDead                  // the service lists another key in its place
)

// RegenerateError is a regenerate that Azure accepted, or may have accepted, and that
// did not end well.
type RegenerateError struct {
	Service string
	Slot    KeyType
	Old     OldKey
	// Before are the keys before the regenerate.
	Before Keys
	// Keys are the keys of the service, the new one included. Only if Old is
	// OldKeyDead; else they are zero.
	Keys Keys
	Err  error // *OperationError, or why the operation or the keys could not be followed
}

// Open reports that the key may still change: neither has it changed, nor did the
// operation end without success.
func (e *RegenerateError) Open() bool {
	var failed *OperationError
	return e.Old == OldKeyUnknown || e.Old == OldKeyListed && !errors.As(e.Err, &failed)
}

// Outcome says what happened to the key, and whether the old one works: a clause.
func (e *RegenerateError) Outcome() string {
	var lost *UnknownOutcomeError
	switch {
	case e.Old == OldKeyDead:
		return fmt.Sprintf("the %s key of service %q has changed, and the old one no longer works, although its operation did not succeed", e.Slot, e.Service)
	case e.Old == OldKeyListed:
		return fmt.Sprintf("Azure accepted to regenerate the %s key of service %q, and the service still lists the old one, which works until that changes", e.Slot, e.Service)
	case errors.As(e.Err, &lost):
		return fmt.Sprintf("whether the old %s key of service %q still works is not known", e.Slot, e.Service)
	}
	return fmt.Sprintf("Azure accepted to regenerate the %s key of service %q, and whether the old one still works is not known", e.Slot, e.Service)
}

// Error is the outcome, and why.
func (e *RegenerateError) Error() string { return fmt.Sprintf("%s: %v", e.Outcome(), e.Err) }

// Unwrap gives what went wrong.
func (e *RegenerateError) Unwrap() error { return e.Err }
