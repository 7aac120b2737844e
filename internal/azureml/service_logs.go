// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// ServiceLogs returns the last tail lines of the service's container log; empty
// if there is none yet. The author of the service decides what it prints: it may
// hold secrets.
func (w *Workspace) ServiceLogs(ctx context.Context, service string, tail int) (string, error) {
	get, err := w.serviceCall(ctx, http.MethodGet, service, "/logs")
	if err != nil {
		return "", err
	}
	// "False" with a capital, and init, are what the Python SDK sends: not the
	// log of the init container.
	get.Query = url.Values{"tail": {strconv.Itoa(tail)}, "init": {"False"}}
	r, err := w.client.Do(ctx, get)
	if err != nil || len(r.Body) == 0 {
		return "", err
	}
	var body struct{ Content string }
	if err := r.Decode(&body); err != nil {
		return "", err
	}
	return body.Content, nil
}
