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
		Transport:        newTransport(Config{Transport: c.config.Transport}),
		Retry:            retries(c.timing),
		PerCallPolicies:  []policy.Policy{userAgentPolicy(c.config.UserAgent)},
		PerRetryPolicies: []policy.Policy{lastErrorPolicy{c.secrets}, securePolicy{}, bodyPolicy{}},
	}
}

// StorageRequest is a request that a client of a storage account sends.
type StorageRequest struct {
	Method  string
	Address url.URL  // without the query, for errors
	Secrets []string // of the address
}

// SendStorage runs send, types its error, and takes the secrets out of it.
func (c *Client) SendStorage(ctx context.Context, r StorageRequest, send func(context.Context) error) error {
	c.Hide(r.Secrets...)
	about := target{File, []form{formStorage}}
	tryCtx, last := withLastTry(ctx, about)
	err := send(tryCtx)
	if err == nil {
		return nil
	}
	req := &http.Request{Method: r.Method, URL: &r.Address}
	if ctx.Err() != nil {
		return interrupted(ctx, req, last.err)
	}
	var refused *azcore.ResponseError
	if errors.As(err, &refused) && refused.RawResponse != nil {
		body, _ := runtime.Payload(refused.RawResponse)
		return newResponseError(refused.RawResponse, body, about, c.Secrets())
	}
	return newTransportError(req, err, c.Secrets())
}

// ReadSigned reads the file at an address that has its own signature. It is asked for
// once; no token is sent, and no redirect is followed. The signature stays out of errors.
func (c *Client) ReadSigned(ctx context.Context, u *url.URL) ([]byte, error) {
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	address := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery} // a user would become an Authorization header
	options := c.StorageOptions()
	pipeline := runtime.NewPipeline("mlws", "", runtime.PipelineOptions{}, &options)
	var content []byte
	about := StorageRequest{Method: http.MethodGet, Address: bare, Secrets: []string{u.RawQuery, u.Query().Get("sig")}}
	err := c.SendStorage(c.WithoutRetries(ctx), about, func(ctx context.Context) error {
		request, err := runtime.NewRequest(ctx, http.MethodGet, address.String())
		if err != nil {
			return err
		}
		reply, err := pipeline.Do(request)
		if err != nil {
			return err
		}
		if !runtime.HasStatusCode(reply, http.StatusOK) {
			return runtime.NewResponseError(reply)
		}
		content, err = runtime.Payload(reply)
		return err
	})
	return content, err
}
