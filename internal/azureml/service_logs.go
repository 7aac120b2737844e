// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// LogOptions say which log of a service is read.
type LogOptions struct {
	Tail int  // how many lines, from the end
	Init bool // the log of the init container
}

// ServiceLogs returns the end of a log of a service; empty if there is none yet. The
// author of the service decides what it prints: it may hold secrets.
func (w *Workspace) ServiceLogs(ctx context.Context, service string, options LogOptions) (string, error) {
	get, err := w.serviceCall(ctx, http.MethodGet, service, "/logs")
	if err != nil {
		return "", err
	}
	// The Python SDK writes "False" with a capital.
	init := "False"
	if options.Init {
		init = "True"
	}
	get.Query = url.Values{"tail": {strconv.Itoa(options.Tail)}, "init": {init}}
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
