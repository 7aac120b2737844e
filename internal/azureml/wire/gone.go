// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// Subject is what a request is about: the object that a 404 in the API's own
// form says does not exist.
type Subject string

// Subjects of requests.
const (
	Nothing     Subject = "" // nothing is known to be gone
	Workspace   Subject = "workspace"
	Operation   Subject = "operation"
	Service     Subject = "service"
	Model       Subject = "model"
	Asset       Subject = "asset"
	Environment Subject = "environment"
	Compute     Subject = "compute target"
	File        Subject = "file"
	Endpoint    Subject = "online endpoint"
)

// form is the form of an error body.
type form int

const (
	formOther   form = iota // a gateway's, or none
	formFlat                // code, statusCode and message: model management (contract §3, §17)
	formWrapped             // code and message, in "error": Resource Manager, artifacts
	formStorage             // XML with a code, or the header x-ms-error-code
)

// Gone says what an error reports as not existing. It is one verdict, made from
// the form of the reply: only a 404 in the form of the API that was asked says
// that something does not exist. Everything else (a page, an empty body, text,
// JSON without the API's code) comes from a gateway or a proxy, and says Nothing.
func Gone(err error) Subject {
	var e *ResponseError
	if errors.As(err, &e) {
		return e.gone
	}
	return Nothing
}

// goneBy makes the verdict about one reply.
func goneBy(status int, about Subject, expected []form, got form, e ServiceError) Subject {
	if status != http.StatusNotFound || e.Code == "" || !slices.Contains(expected, got) {
		return Nothing
	}
	if got == formFlat && e.StatusCode != http.StatusNotFound {
		return Nothing
	}
	switch strings.ToLower(e.Code) {
	case "notsupported", "invalidresourcetype":
		return Nothing // the API itself is switched off, and the object may exist
	case "workspacenotfound", "parentresourcenotfound", "resourcegroupnotfound", "subscriptionnotfound":
		return Workspace
	}
	return about
}

// FromGateway reports a 404 that is not the API's own answer about an object, and
// so says nothing about the object that was asked for.
func (e *ResponseError) FromGateway() bool { return e.foreign }
