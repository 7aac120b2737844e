// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package scoring calls the scoring endpoint of a deployed service. It knows
// no Terraform and keeps no credential.
package scoring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// attemptTimeout bounds one call: the default scoring timeout of the API is 60 s.
const attemptTimeout = 70 * time.Second

var client = &http.Client{
	Timeout: attemptTimeout,
	// A credential goes to the endpoint it belongs to, and nowhere else.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Post sends a JSON body with the credential (a key or a token; none where
// empty) as a bearer, and returns the status of the answer. Errors never
// contain the credential.
func Post(ctx context.Context, uri, credential string, body []byte) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("the scoring URI is not a URL")
	}
	request.Header.Set("Content-Type", "application/json")
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("the scoring endpoint did not answer: %w", withoutURL(err))
	}
	defer response.Body.Close()
	// The connection is reused only when the answer was read.
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, nil
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
