// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// ResponseError is a refused request: status, and what the body said.
type ResponseError struct {
	Method, Path string // no host, no query
	// StatusCode is the status of HTTP; it hides that of the embedded body,
	// which may be missing or differ.
	StatusCode int
	// RequestID is what support asks for: the correlation id of the body or the
	// request id of the headers; empty if the reply has neither.
	RequestID string
	ServiceError

	gone       Subject // what the reply says does not exist
	about      Subject // what was asked for
	foreign    bool    // a 404 that is not the API's own
	retryAfter time.Duration
}

// Error is one sentence: the request, the status, and the service's reason.
func (e *ResponseError) Error() string {
	text := fmt.Sprintf("%s %s was answered with %s", e.Method, shortPath(e.Path), statusText(e.StatusCode))
	if reason := e.ServiceError.String(); reason != "" {
		text += ": " + reason
	}
	if e.foreign {
		text += fmt.Sprintf("; this is not the API's own answer, so it does not say whether the %s exists", e.about)
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	return text
}

// HasDetail reports whether the error, or one of its details, has this code.
func (e *ServiceError) HasDetail(code string) bool {
	if e == nil {
		return false
	}
	if strings.EqualFold(e.Code, code) {
		return true
	}
	for _, d := range e.Details {
		if strings.EqualFold(d.Code, code) {
			return true
		}
	}
	return false
}

// newResponseError reads a refusal of a request that was about something, from
// an API with errors in one of the forms.
func newResponseError(resp *http.Response, body []byte, about target, known redact.Secrets) *ResponseError {
	e := &ResponseError{StatusCode: resp.StatusCode, retryAfter: retryAfter(resp.Header)}
	if resp.Request != nil {
		e.Method, e.Path = resp.Request.Method, resp.Request.URL.Path
	}
	var got form
	e.ServiceError, got = parseErrorBody(resp.StatusCode, body, known)
	if code := resp.Header.Get("x-ms-error-code"); code != "" && e.Code == "" && slices.Contains(about.forms, formStorage) {
		e.Code, got = oneLine(known, code, maxCode), formStorage // the reply to a HEAD has no body
	}
	e.gone = goneBy(resp.StatusCode, about.subject, about.forms, got, e.ServiceError)
	e.about = about.subject
	e.foreign = resp.StatusCode == http.StatusNotFound && e.gone == Nothing && about.subject != Nothing
	if location, err := resp.Location(); err == nil && resp.StatusCode < 400 {
		e.Message = oneLine(known, fmt.Sprintf("it redirects to %s, and redirects are not followed: check the endpoint", location.Host), maxMessage)
	}
	e.RequestID = requestID(resp.Header, e.correlation, known)
	return e
}

// target is what a request is about, and the forms of the errors of its API.
type target struct {
	subject Subject
	forms   []form
}

func requestID(h http.Header, correlation map[string]string, known redact.Secrets) string {
	for _, candidate := range []string{
		correlation["RequestId"], correlation["requestId"], correlation["operation"], correlation["request"],
		h.Get("x-ms-request-id"), h.Get("x-ms-correlation-request-id"), h.Get("x-ms-client-request-id"),
	} {
		if id := oneLine(known, candidate, 100); id != "" {
			return id
		}
	}
	return ""
}

// newTransportError types what a try failed with, other than by a reply.
func newTransportError(req *http.Request, err error, known redact.Secrets) error {
	var (
		authentication *AuthenticationError
		insecure       *InsecureEndpointError
		invalid        *InvalidReplyError
		connection     *ConnectionError
	)
	switch {
	case errors.As(err, &authentication):
		return authentication
	case errors.As(err, &insecure):
		return insecure
	case errors.As(err, &invalid):
		return invalid
	case errors.As(err, &connection):
		return connection
	}
	return &ConnectionError{Method: req.Method, Path: req.URL.Path, Host: req.URL.Host, Err: withoutSecrets(err, known)}
}

// shortPath leaves out what every path of a workspace begins with.
func shortPath(path string) string {
	lower := strings.ToLower(path)
	if i := strings.Index(lower, "/workspaces/"); i >= 0 {
		rest := path[i+len("/workspaces/"):]
		if j := strings.IndexByte(rest, '/'); j >= 0 {
			return rest[j:]
		}
		return path[i:]
	}
	return path
}

func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("%d %s", status, text)
	}
	return fmt.Sprintf("%d", status)
}
