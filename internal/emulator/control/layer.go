// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package control serves the control API, for tests in other languages and for people. It
// asks for no credential, and is not part of Azure.
package control

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/requestlog"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer needs of the emulator around it. The lock is held while
// it calls them.
type Dependencies struct {
	State       func() *state.State
	Log         *requestlog.Log
	Faults      *faults.Orders
	Now         func() time.Time
	Advance     func(time.Duration) // moves the clock
	Behavior    func() services.Behavior
	SetBehavior func(services.Behavior)
	Reset       func() error  // brings everything back to the seed
	SaveFailure func() error  // why the state cannot be saved; nil if it can
	PlainURL    func() string // of Resource Manager, without a slash at the end
	SecureURL   func() string // of the TLS listener
	CAFile      func() string
	Authority   func() []byte // the certificate in CAFile
}

// Layer serves the control API.
type Layer struct{ Dependencies }

// New is the layer over an emulator.
func New(d Dependencies) *Layer { return &Layer{d} }

// Routes are those of the control API. Those of the page are elsewhere.
func (l *Layer) Routes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/_emulator/requests", Operation: "ControlRequests", Plane: api.PlaneControl, Handle: l.requests},
		{Method: "DELETE", Pattern: "/_emulator/requests", Operation: "ControlRequests", Plane: api.PlaneControl, Handle: l.requestsReset},
		{Method: "POST", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: l.fault},
		{Method: "GET", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: l.faults},
		{Method: "DELETE", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: l.faultsClear},
		{Method: "POST", Pattern: "/_emulator/clock", Operation: "ControlClock", Plane: api.PlaneControl, Handle: l.clock},
		{Method: "GET", Pattern: "/_emulator/clock", Operation: "ControlClock", Plane: api.PlaneControl, Handle: l.clockRead},
		{Method: "GET", Pattern: "/_emulator/shell/{client}", Operation: "ControlShell", Plane: api.PlaneControl, Handle: l.shell},
		{Method: "GET", Pattern: "/_emulator/env", Operation: "ControlEnvironment", Plane: api.PlaneControl, Handle: l.environment},
		{Method: "GET", Pattern: "/_emulator/ca", Operation: "ControlCA", Plane: api.PlaneControl, Handle: l.ca},
		{Method: "GET", Pattern: "/_emulator/health", Operation: "ControlHealth", Plane: api.PlaneControl, Handle: l.health},
		{Method: "POST", Pattern: "/_emulator/reset", Operation: "ControlReset", Plane: api.PlaneControl, Handle: l.reset},
		{Method: "POST", Pattern: "/_emulator/behavior", Operation: "ControlBehavior", Plane: api.PlaneControl, Handle: l.behavior},
		{Method: "GET", Pattern: "/_emulator/behavior", Operation: "ControlBehavior", Plane: api.PlaneControl, Handle: l.behaviorRead},
	}
}

// strictly decodes a control body into a struct. Every refusal says what there
// is: a misspelt member would leave a test without what it ordered.
func strictly(c *api.Call, described api.Fields, target any) error {
	value, err := c.JSON()
	if err != nil {
		return err
	}
	body, isObject := value.(map[string]any)
	if !isObject {
		return api.Invalid("InvalidRequestBody", "", "The request body must be a JSON object with members of %s.", strings.Join(state.SortedKeys(described), ", "))
	}
	for _, name := range state.SortedKeys(body) {
		if _, known := described[name]; !known {
			return api.Invalid("UnknownField", name, "There is no member %q. The members are %s.", name, strings.Join(state.SortedKeys(described), ", "))
		}
	}
	if found := described.Check(described.Tidy(body), ""); len(found) > 0 {
		return api.BadRequest(found...)
	}
	return json.Unmarshal(c.Body, target)
}

// duration reads a member in Go's notation; empty is 0.
func duration(name, given string) (time.Duration, error) {
	if given == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(given)
	if err != nil {
		return 0, api.Invalid("InvalidValue", name, "%s is %q. Give a duration such as \"1.5s\" or \"13h\".", name, given)
	}
	return d, nil
}

func (l *Layer) requests(*api.Call) (*api.Reply, error) {
	requests := l.Log.All()
	if requests == nil {
		requests = []requestlog.Request{}
	}
	return api.OK(map[string]any{"value": requests}), nil
}

func (l *Layer) requestsReset(*api.Call) (*api.Reply, error) {
	l.Log.Reset()
	return &api.Reply{Status: http.StatusNoContent}, nil
}

func (l *Layer) reset(*api.Call) (*api.Reply, error) {
	if err := l.Reset(); err != nil {
		return nil, &api.Error{Status: http.StatusInternalServerError, Code: "ResetFailed", Message: "The emulator could not go back to its seed: " + err.Error()}
	}
	return &api.Reply{Status: http.StatusNoContent}, nil
}

// health answers 200, or 503 while the state cannot be saved.
func (l *Layer) health(*api.Call) (*api.Reply, error) {
	if failure := l.SaveFailure(); failure != nil {
		return &api.Reply{Status: http.StatusServiceUnavailable, Body: map[string]any{"status": "failing", "reason": failure.Error()}}, nil //nolint:nilerr // the failure is the reply
	}
	return api.OK(map[string]any{"status": "ok"}), nil
}

// ca answers the certificate of the emulator's authority, for clients that do not
// share its file system.
func (l *Layer) ca(*api.Call) (*api.Reply, error) {
	return &api.Reply{Status: http.StatusOK, ContentType: "application/x-pem-file", Body: l.Authority()}, nil
}
