// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
)

// call is one request of the API.
type call struct {
	method      string
	base        string // without a trailing slash
	path        string // percent-encoded, begins with a slash
	query       url.Values
	body        any    // marshalled as JSON; nil: none
	contentType string // default application/json
	anonymous   bool   // no Authorization header
	once        bool   // the pipeline must not repeat it
	secrets     []string
}

// reply is a successful answer.
type reply struct {
	method, path string
	status       int
	header       http.Header
	body         []byte
}

// do sends a call. Any status that is not 2xx is a *ResponseError.
func (c *Client) do(ctx context.Context, call call) (*reply, error) {
	tryCtx, last := withLastError(ctx)
	if call.once {
		tryCtx = policy.WithRetryOptions(tryCtx, once(c.timing))
	}
	target := call.base + call.path
	if len(call.query) > 0 {
		target += "?" + call.query.Encode()
	}
	req, err := runtime.NewRequest(tryCtx, call.method, target)
	if err != nil {
		return nil, fmt.Errorf("the request %s %s cannot be made: %w", call.method, call.path, err)
	}
	req.Raw().Header.Set("Accept", "application/json")
	if call.body != nil {
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
			return nil, interrupted(ctx, req.Raw(), *last)
		}
		return nil, newTransportError(req.Raw(), err)
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, newTransportError(req.Raw(), err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, newResponseError(resp, body, call.secrets)
	}
	return &reply{
		method: call.method, path: req.Raw().URL.Path,
		status: resp.StatusCode, header: resp.Header, body: body,
	}, nil
}

func setBody(req *policy.Request, call call) error {
	// The encoder's own escaping of < and > is legal JSON, but a needless
	// difference to what people read in their requests' logs.
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(call.body); err != nil {
		return fmt.Errorf("the body of %s %s cannot be encoded: %w", call.method, call.path, err)
	}
	contentType := call.contentType
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

// decode reads a reply's JSON into target.
func (r *reply) decode(target any) error {
	problem := ""
	if len(r.body) == 0 {
		problem = "its body is empty"
	} else if err := json.Unmarshal(r.body, target); err != nil {
		// The error of a wrong type names the field, and never the value of a string.
		problem = "its body does not have the expected form: " + strings.TrimPrefix(err.Error(), "json: ")
	}
	if problem != "" {
		return r.invalid(problem)
	}
	return nil
}

// invalid is the error of a reply that cannot be used.
func (r *reply) invalid(problem string) error {
	return &InvalidReplyError{Method: r.method, Path: r.path, Problem: problem}
}
