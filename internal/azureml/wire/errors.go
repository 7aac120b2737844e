// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
)

// WaitTimeoutError is a wait that ctx ended; Unwrap gives the last server
// error, if any, and the context's.
type WaitTimeoutError struct {
	What    string // for example: operation 1234 of service "iris"
	Last    string // last state seen; empty if none was
	LastErr error  // last error of the server; nil if there was none
	Cause   error  // the context's error; nil if a bound of the client itself ended the wait
	Begun   bool   // Azure has accepted what is waited for, and goes on with it
}

// Error says what was waited for, and what was last heard of it.
func (e *WaitTimeoutError) Error() string {
	text := "the time ran out while waiting for " + e.What
	if errors.Is(e.Cause, context.Canceled) {
		text = "the wait for " + e.What + " was cancelled"
	}
	if e.Last != "" {
		text += ", last seen as " + e.Last
	}
	if e.LastErr != nil {
		text += "; the last error was: " + e.LastErr.Error()
	}
	return text
}

// Unwrap gives the last server error and the context's error.
func (e *WaitTimeoutError) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.LastErr, e.Cause} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// AuthenticationError is a credential that gave no token. Nothing was sent to
// Azure Machine Learning.
type AuthenticationError struct{ Err error }

// Error passes on what the credential said.
func (e *AuthenticationError) Error() string {
	return "no access token for Azure was obtained: " + e.Err.Error()
}

// Unwrap gives the credential's error.
func (e *AuthenticationError) Unwrap() error { return e.Err }

// NonRetriable tells azcore that another try cannot help.
func (e *AuthenticationError) NonRetriable() {}

// ConnectionError is a request that got no reply: no such host, nothing
// listening, a certificate that is not trusted, a connection that broke.
type ConnectionError struct {
	Method, Path string // no query
	Host         string
	Err          error
}

// Error says which host could not be talked to.
func (e *ConnectionError) Error() string {
	return fmt.Sprintf("%s %s got no reply from %s: %v", e.Method, shortPath(e.Path), e.Host, e.Err)
}

// Unwrap gives the network's error.
func (e *ConnectionError) Unwrap() error { return e.Err }

// InvalidReplyError is a success with content that cannot be used.
type InvalidReplyError struct {
	Method, Path string
	Problem      string
}

// Error says what is wrong with the reply.
func (e *InvalidReplyError) Error() string {
	return fmt.Sprintf("the reply to %s %s cannot be used: %s", e.Method, shortPath(e.Path), e.Problem)
}

// InsecureEndpointError is an address to which no token may be sent.
type InsecureEndpointError struct{ Endpoint string }

// Error names the address.
func (e *InsecureEndpointError) Error() string {
	return fmt.Sprintf("%s was not asked, since it is not https; http is accepted on loopback only", e.Endpoint)
}

// NonRetriable tells azcore that another try cannot help.
func (e *InsecureEndpointError) NonRetriable() {}

// WorkspaceNotFoundError is a workspace that Resource Manager does not know, or
// that the caller may not see. It is not a "not found" of IsNotFound, so that a
// mistyped workspace never looks like a service that was removed.
type WorkspaceNotFoundError struct {
	ID     string
	Reason string // what Resource Manager said
}

// Error names the workspace.
func (e *WorkspaceNotFoundError) Error() string {
	return fmt.Sprintf("the workspace %s was not found: %s", e.ID, e.Reason)
}

// UndiscoveredError is a failure of a service that the discovery of the workspace
// does not name any more, at its address of last resort or for want of one.
type UndiscoveredError struct {
	Missing string // what discovery does not name
	Err     error
}

// Error says what discovery lacks, and what failed.
func (e *UndiscoveredError) Error() string { return e.Missing + ", and " + e.Err.Error() }

// Unwrap gives the failure.
func (e *UndiscoveredError) Unwrap() error { return e.Err }

// IsTransient reports errors that a later try of a request may not meet; a 404
// of a gateway is one.
func IsTransient(err error) bool {
	var refused *ResponseError
	var connection *ConnectionError
	var invalid *InvalidReplyError
	switch {
	case errors.As(err, &refused):
		return slices.Contains(transientStatus, refused.StatusCode) || refused.foreign
	case errors.As(err, &connection):
		return !isPermanentTransportError(connection.Err)
	}
	return errors.As(err, &invalid)
}

// WasNotSent reports failures that came before the first byte of the request.
func WasNotSent(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}
