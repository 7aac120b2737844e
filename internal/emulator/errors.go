// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// detail is one entry of an error's details; target names the field at fault.
type detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target,omitempty"`
}

// apiError is a refusal. The adapter gives it the envelope of the plane that
// the call came in on.
type apiError struct {
	status  int
	code    string
	message string
	details []detail
	header  http.Header
}

func (e *apiError) Error() string {
	text := fmt.Sprintf("%d %s: %s", e.status, e.code, e.message)
	for _, d := range e.details {
		text += " " + d.Message
	}
	return text
}

// flat is the error body of the model-management API. The same object stands in
// a failed operation and in a failed service.
func (e *apiError) flat() map[string]any {
	body := map[string]any{"code": e.code, "statusCode": e.status, "message": e.message}
	if len(e.details) > 0 {
		body["details"] = e.details
	}
	return body
}

// wrapped is the error body of Resource Manager.
func (e *apiError) wrapped() map[string]any {
	inner := map[string]any{"code": e.code, "message": e.message}
	if len(e.details) > 0 {
		inner["details"] = e.details
	}
	return map[string]any{"error": inner}
}

// artifact is the error body of the artifact API: wrapped, with more around it.
func (e *apiError) artifact() map[string]any {
	body := e.wrapped()
	inner := body["error"].(map[string]any)
	if len(e.details) > 0 {
		inner["target"] = e.details[0].Target
	}
	inner["innerError"] = map[string]any{"code": e.code}
	body["correlation"] = map[string]any{"request": uuid.NewString()}
	body["environment"], body["location"] = "emulator", "local"
	return body
}

// badRequest is the reply to an invalid request; its text is the service's own.
func badRequest(details ...detail) *apiError {
	return &apiError{status: http.StatusBadRequest, code: "BadRequest", message: "The request is invalid.", details: details}
}

func invalid(code, target, format string, args ...any) *apiError {
	return badRequest(detail{Code: code, Message: fmt.Sprintf(format, args...), Target: target})
}

func notFound(format string, args ...any) *apiError {
	return &apiError{status: http.StatusNotFound, code: "NotFound", message: fmt.Sprintf(format, args...)}
}

func conflict(code, format string, args ...any) *apiError {
	return &apiError{
		status: http.StatusConflict, code: "Conflict", message: "Conflict",
		details: []detail{{Code: code, Message: fmt.Sprintf(format, args...)}},
	}
}

// notImplemented answers for what the emulator knows to exist and does not do.
func notImplemented(format string, args ...any) *apiError {
	return &apiError{status: http.StatusNotImplemented, code: "NotImplemented", message: fmt.Sprintf(format, args...)}
}
