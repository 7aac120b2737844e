// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxMessage = 1000 // characters of one message
	maxCode    = 200
	maxDetails = 10
)

// parseErrorBody reads the body of a refused request: the flat object, the
// wrapped one, or a page of a gateway, of which nothing is quoted.
func parseErrorBody(status int, body []byte, secrets []string) (e ServiceError, html bool) {
	body = bytes.TrimSpace(body)
	if Object(body) != nil {
		e.read(body)
		e.scrub(secrets)
		if e.String() != "" {
			return e, false
		}
		return ServiceError{StatusCode: status, Message: "the body gives no reason"}, false
	}
	if e, found := storageError(status, body); found {
		e.scrub(secrets)
		return e, false
	}
	kind := DescribeBody(body)
	html = kind == kindHTML
	switch {
	case len(body) == 0:
		return ServiceError{StatusCode: status}, false
	case html:
		return ServiceError{
			StatusCode: status,
			Message:    fmt.Sprintf("the gateway answered %s with an HTML page, not the service itself", statusText(status)),
		}, true
	}
	return ServiceError{StatusCode: status, Message: "the body is " + kind + " and gives no reason"}, false
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

// secretPatterns are secrets by their look, in whatever the service echoes.
var secretPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)bearer\s+[A-Za-z0-9._~+/=-]{8,}`),
	regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+`),
	regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`),
	regexp.MustCompile(`(?i)\b(sig|sharedaccesssignature|accountkey)=[A-Za-z0-9%+/=_-]{8,}`),
}

const removed = "(removed)"

// scrub takes out the secrets that were sent and what looks like one, and then
// cuts every text to one readable line.
func (e *ServiceError) scrub(secrets []string) {
	e.Code = OneLine(scrubText(e.Code, secrets), maxCode)
	e.Message = OneLine(scrubText(e.Message, secrets), maxMessage)
	for i := range e.Details {
		d := &e.Details[i]
		d.Code = OneLine(scrubText(d.Code, secrets), maxCode)
		d.Message = OneLine(scrubText(d.Message, secrets), maxMessage)
		d.Target = OneLine(scrubText(d.Target, secrets), maxCode)
	}
}

func scrubText(s string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, removed)
		}
	}
	for _, p := range secretPatterns {
		s = p.ReplaceAllString(s, removed)
	}
	return s
}

// OneLine joins the lines of s, drops what does not print, and cuts it at limit
// characters.
func OneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError {
			return -1
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}
