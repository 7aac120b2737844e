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

// lastErrorPolicy remembers why the latest try of a request failed. If the
// context ends during the pause before the next try, azcore returns no more
// than the context's error.
type lastErrorPolicy struct{ secrets *secrets }

type lastErrorKey struct{}

// lastTry is what lastErrorPolicy remembers of one request.
type lastTry struct {
	about target
	err   error
}

// withLastTry returns a context in which lastErrorPolicy keeps its memory.
func withLastTry(ctx context.Context, about target) (context.Context, *lastTry) {
	last := &lastTry{about: about}
	return context.WithValue(ctx, lastErrorKey{}, last), last
}

// lastError returns the error of the latest try of a request; nil if it is not known.
func lastError(ctx context.Context) error {
	if last, ok := ctx.Value(lastErrorKey{}).(*lastTry); ok {
		return last.err
	}
	return nil
}

// Do implements policy.Policy.
func (p lastErrorPolicy) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	last, ok := req.Raw().Context().Value(lastErrorKey{}).(*lastTry)
	switch {
	case !ok:
	case err != nil:
		last.err = newTransportError(req.Raw(), err, p.secrets.all())
	case slices.Contains(transientStatus, resp.StatusCode), resp.StatusCode == http.StatusNotFound:
		if body, readErr := runtime.Payload(resp); readErr == nil {
			last.err = newResponseError(resp, body, last.about, p.secrets.all())
		}
	}
	return resp, err
}
