// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Reply is what a handler returns. Body nil sends no body; a []byte or a string
// is sent as it is, with ContentType; anything else is sent as JSON.
type Reply struct {
	Status      int
	Header      http.Header
	ContentType string
	Body        any

	// Later gives the reply in the place of this one, without the lock: it may take its time.
	Later func(context.Context) (*Reply, error)

	// Stream writes status and body in the place of Body, without the lock, until it returns.
	Stream func(http.ResponseWriter, *http.Request)
}

// Timestamp is the form of every time in the API, ISO 8601 in UTC.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// OK is a 200; a nil body is none.
func OK(body any) *Reply { return &Reply{Status: http.StatusOK, Body: body} }

// With adds a header.
func (r *Reply) With(name, value string) *Reply {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
	return r
}

// Response is a reply in bytes, ready to be sent (or spoilt by a fault).
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	Date   time.Time // zero is the time of sending
	Held   bool      // a fault's answer, which its Delay holds back
	Stream func(http.ResponseWriter, *http.Request)
}

// Render turns a handler's result into bytes. It is called with the lock held,
// because a reply's body may alias the store; only what Later gives may not.
func Render(p Plane, result *Reply, err error) Response {
	if err != nil {
		result = errorReply(p, err)
	}
	out := Response{Status: result.Status, Header: http.Header{}, Stream: result.Stream}
	for name, values := range result.Header {
		out.Header[name] = values
	}
	switch body := result.Body.(type) {
	case nil:
	case []byte:
		out.Body = body
		out.Header.Set("Content-Type", result.ContentType)
	case string:
		out.Body = []byte(body)
		out.Header.Set("Content-Type", result.ContentType)
	default:
		var buffer bytes.Buffer
		encoder := json.NewEncoder(&buffer)
		// Scoring URIs and log texts travel as they are, without \u0026.
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			return Render(p, nil, fmt.Errorf("encode reply: %w", err))
		}
		out.Body = bytes.TrimRight(buffer.Bytes(), "\n")
		out.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return out
}

// ownReply is an error with an envelope of its own, whatever the plane.
type ownReply interface {
	error
	Reply() *Reply
}

func errorReply(p Plane, err error) *Reply {
	var own ownReply
	if errors.As(err, &own) {
		return own.Reply()
	}
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = &Error{
			Status: http.StatusInternalServerError, Code: "InternalServerError",
			Message: "An internal server error occurred. Please try again. If the problem persists, contact support.",
		}
	}
	result := &Reply{Status: refusal.Status, Header: refusal.Header}
	switch p {
	case PlaneARM:
		result.Body = refusal.wrapped()
	case PlaneArtifact:
		result.Body = refusal.artifact()
	case PlaneScoring:
		result.Body, result.ContentType = refusal.Message, "text/plain; charset=utf-8"
	default:
		result.Body = refusal.Flat()
	}
	return result
}
