// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// scoreByCode answers a scoring call through the service's own code: the
// request is let in with the lock held, and run() is called without.
func (l *Layer) scoreByCode(c *api.Call, svc *state.Service) (*api.Reply, error) {
	if runningOf(svc).container == nil {
		return nil, &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Service Unavailable"}
	}
	headers := map[string]string{}
	for name, values := range c.Request.Header {
		if name != "Authorization" { // the front end's, and a secret
			headers[name] = strings.Join(values, ", ")
		}
	}
	request, body := pyrunner.Request{Method: c.Request.Method, Path: "/score", Query: c.Request.URL.RawQuery, Headers: headers}, c.Body
	visit := runningOf(svc).container.Admit()
	return &api.Reply{Later: func(ctx context.Context) (*api.Reply, error) {
		answer, err := visit.Score(ctx, request, body)
		if err != nil {
			return nil, scoringFailure(err)
		}
		return answered(answer)
	}}, nil
}

// answered is the reply of the inference server, as the front end passes it on:
// an exception in run() is a bad gateway.
func answered(answer pyrunner.Answer) (*api.Reply, error) {
	header := http.Header{}
	header.Set("x-ms-run-function-failed", "False")
	switch {
	case answer.Refused != nil && answer.Status == http.StatusOK: // OPTIONS
		return api.OK(nil), nil
	case answer.Refused != nil:
		return nil, &api.Error{Status: answer.Status, Message: *answer.Refused, Header: header}
	}
	header.Set("x-ms-run-fn-exec-ms", strconv.FormatFloat(float64(answer.Took)/float64(time.Millisecond), 'f', 3, 64))
	if answer.Failed != "" {
		header.Set("x-ms-run-function-failed", "True")
		return nil, &api.Error{Status: http.StatusBadGateway, Message: "Unexpected exception in run(): " + answer.Failed, Header: header}
	}
	if answer.Status < 200 || answer.Status > 599 {
		return nil, &api.Error{Status: http.StatusBadGateway, Message: "run() returned the status " + strconv.Itoa(answer.Status), Header: header}
	}
	if answer.Status >= http.StatusInternalServerError {
		header.Set("x-ms-run-function-failed", "True")
	}
	media := ""
	for name, value := range answer.Headers {
		if strings.EqualFold(name, "Content-Type") {
			media = value
			continue
		}
		header.Set(name, value)
	}
	return &api.Reply{Status: answer.Status, Header: header, ContentType: media, Body: answer.Body}, nil
}

// scoringFailure is the front end's answer if run() gave none.
func scoringFailure(err error) error {
	switch {
	case errors.Is(err, pyrunner.ErrBusy):
		return &api.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "Service Unavailable: every replica is busy"}
	case errors.Is(err, pyrunner.ErrTimedOut):
		return &api.Error{Status: http.StatusGatewayTimeout, Code: "GatewayTimeout", Message: "Gateway Timeout: run() did not come to an end within scoringTimeoutMs"}
	}
	return &api.Error{Status: http.StatusBadGateway, Code: "BadGateway", Message: "Bad Gateway: the container crashed in run()"}
}
