// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Call is one request.
type Call struct {
	Method      string
	Base        string // without a trailing slash
	Path        string // percent-encoded, begins with a slash
	Query       url.Values
	Body        any    // marshalled as JSON; nil: none
	ContentType string // default application/json
	Once        bool   // the pipeline must not repeat it
	Secrets     []string
	// About is what the API says does not exist, if it answers 404 in its own form.
	About Subject

	forms     []form // of the API's own errors
	anonymous bool   // no Authorization header
	// undiscovered says what discovery lacks, if the address is one of last resort
	// although the workspace has a discovery document.
	undiscovered string
}

// Reply is a successful answer.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte

	method, path string
	secrets      redact.Secrets
}

// Do sends a call. Any status that is not 2xx is a *ResponseError. A failure at an
// address that discovery should have given is an *UndiscoveredError around it.
func (c *Client) Do(ctx context.Context, call Call) (*Reply, error) {
	r, err := c.do(ctx, call)
	if err != nil && call.undiscovered != "" {
		err = &UndiscoveredError{Missing: call.undiscovered, Err: err}
	}
	return r, err
}

func (c *Client) do(ctx context.Context, call Call) (*Reply, error) {
	c.Hide(call.Secrets...)
	about := target{call.About, call.forms}
	tryCtx, last := withLastTry(ctx, about)
	if call.Once {
		tryCtx = policy.WithRetryOptions(tryCtx, once(c.timing))
	}
	address := call.Base + call.Path
	if len(call.Query) > 0 {
		address += "?" + call.Query.Encode()
	}
	req, err := runtime.NewRequest(tryCtx, call.Method, address)
	if err != nil {
		return nil, fmt.Errorf("the request %s %s cannot be made: %w", call.Method, call.Path, err)
	}
	req.Raw().Header.Set("Accept", "application/json")
	if call.Body != nil {
		if err := setBody(req, call); err != nil {
			return nil, err
		}
	}
	pipeline := c.authorised
	if call.anonymous {
		pipeline = c.anonymous
	}
	resp, err := pipeline.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, interrupted(ctx, req.Raw(), last.err)
		}
		return nil, newTransportError(req.Raw(), err, c.Secrets())
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, newTransportError(req.Raw(), err, c.Secrets())
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, newResponseError(resp, body, about, c.Secrets())
	}
	return &Reply{
		method: call.Method, path: req.Raw().URL.Path,
		Status: resp.StatusCode, Header: resp.Header, Body: body, secrets: c.Secrets(),
	}, nil
}

// WithoutRetries returns a context in which a failed request is not repeated by
// the pipeline: a poll is its own retry, and remembers the errors.
func (c *Client) WithoutRetries(ctx context.Context) context.Context {
	return policy.WithRetryOptions(ctx, once(c.timing))
}

func setBody(req *policy.Request, call Call) error {
	// The encoder's own escaping of < and > is legal JSON, but a needless
	// difference to what people read in their requests' logs.
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(call.Body); err != nil {
		return fmt.Errorf("the body of %s %s cannot be encoded: %w", call.Method, call.Path, err)
	}
	contentType := call.ContentType
	if contentType == "" {
		contentType = "application/json"
	}
	return req.SetBody(streaming.NopCloser(bytes.NewReader(bytes.TrimSpace(buffer.Bytes()))), contentType)
}

// interrupted is the error of a request that its context ended.
func interrupted(ctx context.Context, req *http.Request, last error) error {
	what := fmt.Sprintf("%s %s", req.Method, shortPath(req.URL.Path))
	if last != nil && !errors.Is(last, context.Canceled) && !errors.Is(last, context.DeadlineExceeded) {
		return &WaitTimeoutError{What: what, LastErr: last, Cause: ctx.Err()}
	}
	return fmt.Errorf("%s: %w", what, ctx.Err())
}

// Decode reads a reply's JSON into target.
func (r *Reply) Decode(target any) error {
	problem := ""
	if len(r.Body) == 0 {
		problem = "its body is empty"
	} else if err := Unmarshal(r.Body, target); err != nil {
		// The error of a wrong type names the field, and never the value of a string.
		problem = "its body does not have the expected form: " + strings.TrimPrefix(err.Error(), "json: ")
	}
	if problem != "" {
		return r.Invalid(problem)
	}
	return nil
}

// Invalid is the error of a reply that cannot be used.
func (r *Reply) Invalid(problem string) error {
	return &InvalidReplyError{Method: r.method, Path: r.path, Problem: oneLine(r.secrets, problem, maxMessage)}
}

// RetryAfter is how long the reply asks to wait; 0 if it does not.
func (r *Reply) RetryAfter() time.Duration { return retryAfter(r.Header) }
