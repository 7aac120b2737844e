// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// ServiceError is the error object of the API: the flat body of a refused
// request, the error of an operation, and the error of a service.
type ServiceError struct {
	Code       string               `json:"code"`
	StatusCode int                  `json:"statusCode"`
	Message    string               `json:"message"`
	Details    []ServiceErrorDetail `json:"details"`

	correlation map[string]string
	raw         []byte // as it came, for Hide
}

// ServiceErrorDetail is one cause of a ServiceError.
type ServiceErrorDetail struct {
	Code, Message, Target string
}

// UnmarshalJSON reads the object as it comes: flat (the model-management API),
// or wrapped in "error" (Resource Manager, and the error of a deployment
// status). A member of an unexpected type is left out rather than refused: this
// Object explains a failure, and must not become one.
func (e *ServiceError) UnmarshalJSON(data []byte) error {
	*e = ServiceError{raw: bytes.Clone(data)}
	e.Hide(redact.Secrets{})
	return nil
}

// Hide takes secrets out of an error that was read without knowing them. It
// reads the error again: a text that was cut may end with a part of one.
func (e *ServiceError) Hide(known redact.Secrets) {
	if e == nil || e.raw == nil {
		return
	}
	raw := e.raw
	*e = ServiceError{}
	e.read(raw)
	e.hide(known)
	e.raw = raw
}

// read reads the object, and returns its form.
func (e *ServiceError) read(data []byte) form {
	shape := formFlat
	var text string
	if json.Unmarshal(data, &text) == nil {
		e.Message = text
		return formOther
	}
	members := Object(data)
	if inner := Object(members["error"]); inner != nil {
		outer := members
		members, shape = inner, formWrapped
		if members["correlation"] == nil {
			members["correlation"] = outer["correlation"]
		}
	} else if members["message"] == nil && members["error"] != nil {
		members["message"] = members["error"] // {"error":"text"}
	}
	e.Code = Text(members["code"])
	e.Message = Text(members["message"])
	e.StatusCode, _ = strconv.Atoi(strings.TrimSuffix(Text(members["statusCode"]), ".0"))
	var details []json.RawMessage
	_ = json.Unmarshal(members["details"], &details)
	for _, raw := range details {
		d := Object(raw)
		detail := ServiceErrorDetail{
			Code: Text(d["code"]), Message: Text(d["message"]), Target: Text(d["target"]),
		}
		if detail != (ServiceErrorDetail{}) && len(e.Details) < maxDetails {
			e.Details = append(e.Details, detail)
		}
	}
	for name, value := range Object(members["correlation"]) {
		if e.correlation == nil {
			e.correlation = map[string]string{}
		}
		e.correlation[name] = Text(value)
	}
	return shape
}

// String joins code, message and details to one line. It is empty for nil and
// for an error that says nothing.
func (e *ServiceError) String() string {
	if e == nil {
		return ""
	}
	parts := []string{codeAndMessage(e.Code, e.Message)}
	for _, d := range e.Details {
		part := codeAndMessage(d.Code, d.Message)
		if d.Target != "" {
			part += " [" + d.Target + "]"
		}
		parts = append(parts, part)
	}
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, strings.TrimRight(p, ". "))
		}
	}
	return redact.Cut(strings.Join(strings.Fields(strings.Join(said, "; ")), " "), 2*maxMessage)
}

// codeAndMessage leaves out a message that only repeats the code ("Conflict: Conflict").
func codeAndMessage(code, message string) string {
	switch {
	case message == "" || strings.EqualFold(code, strings.TrimRight(message, ".")):
		return code
	case code == "":
		return message
	}
	return code + ": " + message
}

// Object is nil for anything but a JSON object.
func Object(data []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return nil
	}
	return members
}

// Text reads a string or a number; anything else is empty.
func Text(data []byte) string {
	var s string
	if json.Unmarshal(data, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(data, &n) == nil {
		return n.String()
	}
	return ""
}
