// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// bodyPolicy gives each try a reader of its own. A reply may come before the
// request was read to its end, and then net/http goes on reading the body while
// azcore rewinds the same one for the next try, which would be sent from
// somewhere in its middle. After the try nothing reads the bytes any more.
type bodyPolicy struct{}

type bodyKey struct{}

// WithBody saves a try the copy of a large body. The bytes belong to the
// request until it returns.
func WithBody(ctx context.Context, content []byte) context.Context {
	return context.WithValue(ctx, bodyKey{}, content)
}

// Do implements policy.Policy.
func (bodyPolicy) Do(req *policy.Request) (*http.Response, error) {
	if req.Body() == nil {
		return req.Next()
	}
	content, ok := req.Raw().Context().Value(bodyKey{}).([]byte)
	if !ok {
		var err error
		if content, err = io.ReadAll(req.Body()); err != nil {
			return nil, err
		}
	}
	if len(content) == 0 {
		return req.Next()
	}
	body := &tryBody{content: content}
	defer func() { _ = body.Close() }()
	req.Raw().Body = body
	return req.Next()
}

// tryBody is the body of one try.
type tryBody struct {
	mu      sync.Mutex
	content []byte
	closed  bool
}

// Read implements io.Reader.
func (b *tryBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return 0, http.ErrBodyReadAfterClose
	case len(b.content) == 0:
		return 0, io.EOF
	}
	n := copy(p, b.content)
	b.content = b.content[n:]
	return n, nil
}

// Close implements io.Closer.
func (b *tryBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.content, b.closed = nil, true
	return nil
}
