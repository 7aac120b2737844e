// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

const (
	maxMessage = 1000 // bytes of one message
	maxCode    = 200
	maxDetails = 10
)

// parseErrorBody reads the body of a refused request: the flat object, the
// wrapped one, the XML of a storage account, or something of a gateway, of which
// nothing is quoted.
func parseErrorBody(status int, body []byte, known redact.Secrets) (ServiceError, form) {
	body = bytes.TrimSpace(body)
	if len(body) > maxSearched {
		// A cut body is no JSON any more, and none of it is shown.
		return ServiceError{StatusCode: status, Message: fmt.Sprintf("the body is larger than %d KiB and gives no reason that can be read", maxSearched>>10)}, formOther
	}
	if Object(body) != nil {
		var e ServiceError
		shape := e.read(body)
		e.hide(known)
		if e.String() != "" {
			return e, shape
		}
		return ServiceError{StatusCode: status, Message: "the body gives no reason"}, formOther
	}
	if e, found := storageError(status, body); found {
		e.hide(known)
		return e, formStorage
	}
	switch kind := DescribeBody(body); {
	case len(body) == 0:
		return ServiceError{StatusCode: status}, formOther
	case kind == kindHTML:
		return ServiceError{
			StatusCode: status,
			Message:    fmt.Sprintf("the gateway answered %s with an HTML page, not the service itself", statusText(status)),
		}, formOther
	default:
		return ServiceError{StatusCode: status, Message: "the body is " + kind + " and gives no reason"}, formOther
	}
}

// storageError reads the error of a storage account, which is XML.
func storageError(status int, body []byte) (ServiceError, bool) {
	var refusal struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	if xml.Unmarshal(body, &refusal) != nil || refusal.Code == "" {
		return ServiceError{}, false
	}
	// The message goes on with the request's id and time on lines of their own.
	message, _, _ := strings.Cut(refusal.Message, "\n")
	return ServiceError{StatusCode: status, Code: refusal.Code, Message: message}, true
}

const kindHTML = "an HTML page"

// DescribeBody says what a body that should be a JSON object is.
func DescribeBody(body []byte) string {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return "empty"
	case body[0] == '<':
		return kindHTML
	case body[0] == '{' || body[0] == '[':
		if json.Valid(body) {
			return "JSON of another form"
		}
		return "cut-off JSON"
	}
	return "not JSON"
}

// hide takes the secrets out of every text, and makes one readable line of it.
func (e *ServiceError) hide(known redact.Secrets) {
	e.Code = oneLine(known, e.Code, maxCode)
	e.Message = oneLine(known, e.Message, maxMessage)
	for i := range e.Details {
		d := &e.Details[i]
		d.Code = oneLine(known, d.Code, maxCode)
		d.Message = oneLine(known, d.Message, maxMessage)
		d.Target = oneLine(known, d.Target, maxCode)
	}
}
