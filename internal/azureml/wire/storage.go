// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// StorageOptions are those of a client of a storage account. The signature in
// the address is all the credential there is: no token is ever sent there.
func (c *Client) StorageOptions() azcore.ClientOptions {
	return azcore.ClientOptions{
		Logging:          policy.LogOptions{IncludeBody: false},
		Telemetry:        policy.TelemetryOptions{Disabled: true},
		Transport:        newTransport(c.config.Transport),
		Retry:            retries(c.timing),
		PerCallPolicies:  []policy.Policy{userAgentPolicy(c.config.UserAgent)},
		PerRetryPolicies: []policy.Policy{lastErrorPolicy{}, securePolicy{}, bodyPolicy{}},
	}
}

// StorageRequest is a request that a client of a storage account sends.
type StorageRequest struct {
	Method  string
	Address url.URL // without the query, for errors
	Secrets []string
}

// Send runs send, types its error, and takes the secrets out of it.
func (r StorageRequest) Send(ctx context.Context, send func(context.Context) error) error {
	tryCtx, last := withLastError(ctx)
	err := send(tryCtx)
	if err == nil {
		return nil
	}
	req := &http.Request{Method: r.Method, URL: &r.Address}
	if ctx.Err() != nil {
		// Only a refusal of this very request: deeper down there may be the error of
		// another file, for which the context was cancelled.
		if before, refused := (*last).(*ResponseError); refused { //nolint:errorlint // see above
			before.scrub(r.Secrets)
		}
		return interrupted(ctx, req, *last)
	}
	var refused *azcore.ResponseError
	if errors.As(err, &refused) && refused.RawResponse != nil {
		body, _ := runtime.Payload(refused.RawResponse)
		refusal := newResponseError(refused.RawResponse, body, r.Secrets)
		if refusal.Code == "" {
			refusal.Code = OneLine(refused.ErrorCode, maxCode) // the reply to a HEAD has no body
		}
		return refusal
	}
	return newTransportError(req, WithoutSecrets(err, r.Secrets))
}

// WithoutSecrets takes the secrets, and the whole URL that net/http's own error
// repeats, out of an error's text. What the error is stays known to errors.As.
func WithoutSecrets(err error, secrets []string) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	text := scrubText(err.Error(), secrets)
	if text == err.Error() {
		return err
	}
	return &scrubbedError{text: text, err: err}
}

// scrubbedError is an error without the secrets in its text.
type scrubbedError struct {
	text string
	err  error
}

// Error implements error.
func (e *scrubbedError) Error() string { return e.text }

// Unwrap implements error.
func (e *scrubbedError) Unwrap() error { return e.err }
