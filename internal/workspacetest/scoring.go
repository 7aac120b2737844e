// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package workspacetest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// Scorer answers the requests to all scoring endpoints of a test.
type Scorer func(r *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (s Scorer) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// Scored is an answer of this status with a body of JSON.
func Scored(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// ServeScoring makes a function answer what is sent by Go's default transport, as
// scoring requests are, until the test ends. There is no network, so that the time of
// a synctest bubble passes only between requests. The test must not be parallel.
func ServeScoring(t testing.TB, answer Scorer) {
	t.Helper()
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = answer
}
