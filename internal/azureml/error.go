// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import "fmt"

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
	Cause   *ServiceError // nil if the service gives none
}

// Error says which service failed, and why.
func (e *DeploymentError) Error() string {
	text := fmt.Sprintf("service %q is %s", e.Service, e.State)
	if reason := e.Cause.String(); reason != "" {
		return text + ": " + reason
	}
	return text + "; the service gave no reason, its container log may"
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
