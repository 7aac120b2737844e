// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Call is one request on its way through a handler: all that the handler is given
// of it. The emulator's lock is held until the handler returns.
type Call struct {
	Request   *http.Request
	Route     *Route
	Params    map[string]string // of the path, by the names in the route's pattern
	Body      []byte
	Principal *state.Principal // nil on planes without a bearer token
	Workspace *state.Workspace // of the path; nil if the path names none
	Fault     string           // the kind of fault that is ordered for this call, or ""
	Base      string           // of links that the client follows: the address that it has used, with the path prefix
}

// Faults that a handler looks at: it answers otherwise. All others change the reply or
// the operation around it.
const (
	FaultStaleKeys            = "staleKeys"
	FaultOverwriteChangesKeys = "overwriteChangesKeys"
	FaultOlderOperation       = "olderOperation"
)

// Param is a parameter of the path, "" if the route has none of this name.
func (c *Call) Param(name string) string { return c.Params[name] }

// Query is the first value of a query parameter.
func (c *Call) Query(name string) string { return c.Request.URL.Query().Get(name) }

// Object reads the body as one JSON object, and prepares it for its table. Its
// errors are refusals with status 400.
func (c *Call) Object(described Fields) (map[string]any, error) {
	value, err := c.JSON()
	if err != nil {
		return nil, err
	}
	object, isObject := value.(map[string]any)
	if !isObject {
		return nil, Invalid("InvalidRequestBody", "", "The request body must be a JSON object.")
	}
	return described.Tidy(object), nil
}

// JSON reads the body as one JSON value, with its numbers as json.Number. Its
// errors are refusals with status 400.
func (c *Call) JSON() (any, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(c.Body))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, Invalid("InvalidRequestBody", "", "The request body is not JSON.")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, Invalid("InvalidRequestBody", "", "The request body has something after its JSON value.")
	}
	return value, nil
}

// Scope is the id of the workspace in the path, or of the subscription above it.
func (c *Call) Scope() string {
	scope := "/subscriptions/" + c.Params["sub"]
	if c.Params["ws"] != "" {
		scope += "/resourceGroups/" + c.Params["rg"] + "/providers/Microsoft.MachineLearningServices/workspaces/" + c.Params["ws"]
	}
	return scope
}
