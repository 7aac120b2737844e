// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// reply is what a handler returns. Body nil sends no body; a []byte or a string
// is sent as it is, with ContentType; anything else is sent as JSON.
type reply struct {
	Status      int
	Header      http.Header
	ContentType string
	Body        any

	// later gives the reply in the place of this one, without the lock: it may take its time.
	later func(context.Context) (*reply, error)
}

func ok(body any) *reply { return &reply{Status: http.StatusOK, Body: body} }

// with adds a header.
func (r *reply) with(name, value string) *reply {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
	return r
}

// response is a reply in bytes, ready to be sent (or spoilt by a fault).
type response struct {
	status int
	header http.Header
	body   []byte
	date   time.Time // zero is the time of sending
	held   bool      // a fault's answer, which its Delay holds back
}

// render turns a handler's result into bytes. It is called with the lock held,
// because a reply's body may alias the store; only what later gives may not.
func render(p plane, result *reply, err error) response {
	if err != nil {
		result = errorReply(p, err)
	}
	out := response{status: result.Status, header: http.Header{}}
	for name, values := range result.Header {
		out.header[name] = values
	}
	switch body := result.Body.(type) {
	case nil:
	case []byte:
		out.body = body
		out.header.Set("Content-Type", result.ContentType)
	case string:
		out.body = []byte(body)
		out.header.Set("Content-Type", result.ContentType)
	default:
		var buffer bytes.Buffer
		encoder := json.NewEncoder(&buffer)
		// Scoring URIs and log texts travel as they are, without \u0026.
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			return render(p, nil, fmt.Errorf("encode reply: %w", err))
		}
		out.body = bytes.TrimRight(buffer.Bytes(), "\n")
		out.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return out
}

// ownReply is an error with an envelope of its own, whatever the plane.
type ownReply interface {
	error
	reply() *reply
}

func errorReply(p plane, err error) *reply {
	var own ownReply
	if errors.As(err, &own) {
		return own.reply()
	}
	var refusal *apiError
	if !errors.As(err, &refusal) {
		refusal = &apiError{
			status: http.StatusInternalServerError, code: "InternalServerError",
			message: "An internal server error occurred. Please try again. If the problem persists, contact support.",
		}
	}
	result := &reply{Status: refusal.status, Header: refusal.header}
	switch p {
	case planeARM:
		result.Body = refusal.wrapped()
	case planeArtifact:
		result.Body = refusal.artifact()
	case planeScoring:
		result.Body, result.ContentType = refusal.message, "text/plain; charset=utf-8"
	default:
		result.Body = refusal.flat()
	}
	return result
}
