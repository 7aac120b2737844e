// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Detail is one entry of an error's details; Target names the field at fault.
type Detail = state.Detail

// Error is a refusal. The adapter gives it the envelope of the plane that
// the call came in on.
type Error struct {
	Status  int
	Code    string
	Message string
	Details []Detail
	Header  http.Header
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message)
	for _, d := range e.Details {
		text += " " + d.Message
	}
	return text
}

// Flat is the error body of the model-management API. The same object stands in
// a failed operation and in a failed service.
func (e *Error) Flat() map[string]any {
	return e.Failure().Flat()
}

// Failure is the refusal in the form that an operation keeps.
func (e *Error) Failure() *state.Failure {
	return &state.Failure{Status: e.Status, Code: e.Code, Message: e.Message, Details: e.Details}
}

// wrapped is the error body of Resource Manager.
func (e *Error) wrapped() map[string]any {
	inner := map[string]any{"code": e.Code, "message": e.Message}
	if len(e.Details) > 0 {
		inner["details"] = e.Details
	}
	return map[string]any{"error": inner}
}

// artifact is the error body of the artifact API: wrapped, with more around it.
func (e *Error) artifact() map[string]any {
	body := e.wrapped()
	inner := body["error"].(map[string]any)
	if len(e.Details) > 0 {
		inner["target"] = e.Details[0].Target
	}
	inner["innerError"] = map[string]any{"code": e.Code}
	body["correlation"] = map[string]any{"request": uuid.NewString()}
	body["environment"], body["location"] = "emulator", "local"
	return body
}

// BadRequest is the reply to an invalid request; its text is the service's own.
func BadRequest(details ...Detail) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "BadRequest", Message: "The request is invalid.", Details: details}
}

// Invalid is a 400 with one detail; target is the member at fault.
func Invalid(code, target, format string, args ...any) *Error {
	return BadRequest(Detail{Code: code, Message: fmt.Sprintf(format, args...), Target: target})
}

// NotFound is a 404 in the API's own form.
func NotFound(format string, args ...any) *Error {
	return &Error{Status: http.StatusNotFound, Code: "NotFound", Message: fmt.Sprintf(format, args...)}
}

// Conflict is a 409 with details that name the cause by code.
func Conflict(code, format string, args ...any) *Error {
	return &Error{
		Status: http.StatusConflict, Code: "Conflict", Message: "Conflict",
		Details: []Detail{{Code: code, Message: fmt.Sprintf(format, args...)}},
	}
}

// NotImplemented answers for what the emulator knows to exist and does not do.
func NotImplemented(format string, args ...any) *Error {
	return &Error{Status: http.StatusNotImplemented, Code: "NotImplemented", Message: fmt.Sprintf(format, args...)}
}
