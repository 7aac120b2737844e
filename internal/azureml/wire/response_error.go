// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ResponseError is a refused request: status, and what the body said.
type ResponseError struct {
	Method, Path string // no host, no query
	// StatusCode is the status of HTTP; it hides that of the embedded body,
	// which may be missing or differ.
	StatusCode int
	// RequestID is what support asks for: the correlation id of the body or the
	// request id of the headers; empty where the reply has neither.
	RequestID string
	ServiceError

	html       bool
	retryAfter time.Duration
}

// Error is one sentence: the request, the status, and the service's reason.
func (e *ResponseError) Error() string {
	text := fmt.Sprintf("%s %s was answered with %s", e.Method, shortPath(e.Path), statusText(e.StatusCode))
	if reason := e.ServiceError.String(); reason != "" {
		text += ": " + reason
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

func newResponseError(resp *http.Response, body []byte, secrets []string) *ResponseError {
	e := &ResponseError{StatusCode: resp.StatusCode, retryAfter: retryAfter(resp.Header)}
	if resp.Request != nil {
		e.Method, e.Path = resp.Request.Method, resp.Request.URL.Path
	}
	e.ServiceError, e.html = parseErrorBody(resp.StatusCode, body, secrets)
	e.RequestID = requestID(resp.Header, e.correlation)
	return e
}

func requestID(h http.Header, correlation map[string]string) string {
	for _, candidate := range []string{
		correlation["RequestId"], correlation["requestId"], correlation["operation"], correlation["request"],
		h.Get("x-ms-request-id"), h.Get("x-ms-correlation-request-id"), h.Get("x-ms-client-request-id"),
	} {
		if id := OneLine(candidate, 100); id != "" {
			return id
		}
	}
	return ""
}

// newTransportError types what a try failed with, other than by a reply.
func newTransportError(req *http.Request, err error) error {
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
	// net/http's own error repeats the whole URL.
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &ConnectionError{Method: req.Method, Path: req.URL.Path, Host: req.URL.Host, Err: err}
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
