// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"
	"net/http"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// lastErrorPolicy remembers why the latest try of a request failed. Where the
// context ends during the pause before the next try, azcore returns no more
// than the context's error.
type lastErrorPolicy struct{}

type lastErrorKey struct{}

// withLastError returns a context in which lastErrorPolicy keeps its memory.
func withLastError(ctx context.Context) (context.Context, *error) {
	last := new(error)
	return context.WithValue(ctx, lastErrorKey{}, last), last
}

// Do implements policy.Policy.
func (lastErrorPolicy) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	last, ok := req.Raw().Context().Value(lastErrorKey{}).(*error)
	switch {
	case !ok:
	case err != nil:
		*last = newTransportError(req.Raw(), err)
	case slices.Contains(transientStatus, resp.StatusCode):
		if body, readErr := runtime.Payload(resp); readErr == nil {
			*last = newResponseError(resp, body, nil)
		}
	default:
		*last = nil
	}
	return resp, err
}
