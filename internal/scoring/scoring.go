// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package scoring calls the scoring endpoint of a deployed service, with the
// credential that its auth mode asks for. It knows no Terraform and keeps no
// credential.
package scoring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// attemptTimeout bounds one call: the default scoring timeout of the API is 60 s.
	attemptTimeout = 70 * time.Second
	// maxAnswer bounds how much of an answer is read, and maxKept how much of it is kept.
	maxAnswer = 1 << 20
	maxKept   = 64 << 10
)

// JSON is the content type of a request that names none.
const JSON = "application/json"

var client = &http.Client{
	Timeout: attemptTimeout,
	// A credential goes to the endpoint it belongs to, and nowhere else.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Request is one scoring call.
type Request struct {
	URI         string
	Body        []byte
	ContentType string // empty: JSON
}

// Answer is what an endpoint answered.
type Answer struct {
	Status      int
	ContentType string
	// Body is its beginning.
	Body []byte
	// RunFailed: the inference server says that the user's run() has failed, so
	// that asking again would only fail again.
	RunFailed bool
}

// runFailedHeader is how the inference server tells a failure of run() from one
// of its own, which a router in front of it may answer with the same status.
const runFailedHeader = "x-ms-run-function-failed"

// Send sends the request with the credential (a key or a token; none where
// empty) as a bearer. Errors never contain the credential.
func (r Request) Send(ctx context.Context, credential string) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URI, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, errors.New("the scoring URI is not a URL")
	}
	request.Header.Set("Content-Type", JSON)
	if r.ContentType != "" {
		request.Header.Set("Content-Type", r.ContentType)
	}
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, fmt.Errorf("the scoring endpoint did not answer: %w", withoutURL(err))
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxKept))
	// The connection is reused only when the answer was read.
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	return Answer{
		Status: response.StatusCode, ContentType: response.Header.Get("Content-Type"), Body: body,
		RunFailed: strings.EqualFold(response.Header.Get(runFailedHeader), "true"),
	}, nil
}

// Post sends a JSON body, and returns the status of the answer alone.
func Post(ctx context.Context, uri, credential string, body []byte) (status int, err error) {
	answer, err := Request{URI: uri, Body: body}.Send(ctx, credential)
	return answer.Status, err
}

// Refused reports whether a status says that the credential was not accepted.
// Any other answer, even a failure of the model, came from behind that check.
func Refused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
