// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// OperationError is an operation that ended without success.
type OperationError struct{ Operation Operation }

// Error says which operation ended how, in which step, and the service's reason.
func (e *OperationError) Error() string {
	o := e.Operation
	text := "operation " + o.ID
	if o.OperationType != "" {
		text += " (" + o.OperationType + ")"
	}
	text += " ended " + o.State
	if o.SubOperationType != "" {
		text += " in its step " + o.SubOperationType
	}
	if reason := o.Error.String(); reason != "" {
		return text + ": " + reason
	}
	return text + "; the service gave no reason"
}

// DeploymentError is a service that ended Failed.
type DeploymentError struct {
	Service string
	State   ServiceState
	Cause   *ServiceError // nil where the service gives none
}

// Error says which service failed, and why.
func (e *DeploymentError) Error() string {
	text := fmt.Sprintf("service %q is %s", e.Service, e.State)
	if reason := e.Cause.String(); reason != "" {
		return text + ": " + reason
	}
	return text + "; the service gave no reason, its container log may"
}

// WaitTimeoutError is a wait that ctx ended; Unwrap gives the last server
// error, if any, and the context's.
type WaitTimeoutError struct {
	What    string // for example: operation 1234 of service "iris"
	Last    string // last state seen; empty where none was
	LastErr error  // last error of the server; nil where there was none
	Cause   error  // the context's error; nil where a bound of the client itself ended the wait
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

// ExistsError is a create that found a service of that name which it did not make.
type ExistsError struct{ Existing *Service }

// Error names the service that is in the way.
func (e *ExistsError) Error() string {
	if e.Existing == nil {
		return "a service of this name exists already"
	}
	text := fmt.Sprintf("a service named %q exists already (%s, %s", e.Existing.Name, e.Existing.ComputeType, e.Existing.State)
	if created := e.Existing.CreatedTime; !created.IsZero() {
		text += ", created " + created.UTC().Format("2006-01-02")
	}
	return text + ")"
}

// UnknownOutcomeError is a request that must not be repeated blindly and got no
// usable reply, where looking afterwards did not show that it was carried out.
type UnknownOutcomeError struct {
	What string // what was attempted and what is known of it, one clause
	Err  error  // why the reply was lost
}

// Error says what was attempted, what is known of it, and why.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%s; the request got no usable reply: %v", e.What, e.Err)
}

// Unwrap gives the reason for the lost reply.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

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

// InvalidReplyError is a success whose content cannot be used.
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

// IsNotFound reports a 404 for the object that was asked for. A 404 that is
// about the workspace or what contains it, and a gateway's HTML page, are not
// evidence that the object is gone.
func IsNotFound(err error) bool {
	var none *NoModelError
	if errors.As(err, &none) {
		return true
	}
	var e *ResponseError
	if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound || e.html {
		return false
	}
	switch strings.ToLower(e.Code) {
	case "workspacenotfound", "parentresourcenotfound", "resourcegroupnotfound", "subscriptionnotfound":
		return false
	}
	return true
}
