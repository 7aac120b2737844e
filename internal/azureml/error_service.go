// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"encoding/json"
	"strconv"
	"strings"
)

// ServiceError is the error object of the API: the flat body of a refused
// request, the error of an operation, and the error of a service.
type ServiceError struct {
	Code       string               `json:"code"`
	StatusCode int                  `json:"statusCode"`
	Message    string               `json:"message"`
	Details    []ServiceErrorDetail `json:"details"`

	correlation map[string]string
}

// ServiceErrorDetail is one cause of a ServiceError.
type ServiceErrorDetail struct {
	Code, Message, Target string
}

// UnmarshalJSON reads the object as it comes: flat (the model-management API),
// or wrapped in "error" (Resource Manager, and the error of a deployment
// status). A member of an unexpected type is left out rather than refused: this
// object explains a failure, and must not become one.
func (e *ServiceError) UnmarshalJSON(data []byte) error {
	*e = ServiceError{}
	e.read(data)
	e.scrub(nil)
	return nil
}

func (e *ServiceError) read(data []byte) {
	var text string
	if json.Unmarshal(data, &text) == nil {
		e.Message = text
		return
	}
	members := object(data)
	if inner := object(members["error"]); inner != nil {
		outer := members
		members = inner
		if members["correlation"] == nil {
			members["correlation"] = outer["correlation"]
		}
	} else if members["message"] == nil && members["error"] != nil {
		members["message"] = members["error"] // {"error":"text"}
	}
	e.Code = textOf(members["code"])
	e.Message = textOf(members["message"])
	e.StatusCode, _ = strconv.Atoi(textOf(members["statusCode"]))
	var details []json.RawMessage
	_ = json.Unmarshal(members["details"], &details)
	for _, raw := range details {
		d := object(raw)
		detail := ServiceErrorDetail{
			Code: textOf(d["code"]), Message: textOf(d["message"]), Target: textOf(d["target"]),
		}
		if detail != (ServiceErrorDetail{}) && len(e.Details) < maxDetails {
			e.Details = append(e.Details, detail)
		}
	}
	for name, value := range object(members["correlation"]) {
		if e.correlation == nil {
			e.correlation = map[string]string{}
		}
		e.correlation[name] = textOf(value)
	}
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
	return oneLine(strings.Join(said, "; "), 2*maxMessage)
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

// object is nil for anything but a JSON object.
func object(data []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return nil
	}
	return members
}

// textOf reads a string or a number; anything else is empty.
func textOf(data []byte) string {
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
