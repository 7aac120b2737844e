// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

// Error says in one paragraph why there is no credential or no token, and what
// to do. It holds no secret and no raw reply, so it can be shown as it is.
type Error struct {
	// Summary is one line.
	Summary string
	// Detail is one paragraph: what, why, and what to do next.
	Detail string
	// Argument is the one provider argument to blame; empty if there is none.
	Argument string
	// Err is the cause, for errors.Is and errors.As. Its text may hold a raw
	// reply: show Detail instead.
	Err error
}

// Error implements error.
func (e *Error) Error() string { return e.Summary + ": " + e.Detail }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// NonRetriable tells azcore's retry policy not to ask again: azidentity has
// already retried what may pass by itself.
func (e *Error) NonRetriable() {}

const (
	signInFailed = "Sign-in to Azure failed"
	noCredential = "No credential for Azure is configured"
)
