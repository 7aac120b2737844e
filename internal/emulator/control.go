// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The control API is for tests in other languages and for people; it asks for
// no credential, and is not part of Azure.
func (e *Emulator) controlRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/_emulator/requests", Operation: "ControlRequests", Plane: api.PlaneControl, Handle: e.controlRequests},
		{Method: "DELETE", Pattern: "/_emulator/requests", Operation: "ControlRequests", Plane: api.PlaneControl, Handle: e.controlRequestsReset},
		{Method: "POST", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: e.controlFault},
		{Method: "GET", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: e.controlFaults},
		{Method: "DELETE", Pattern: "/_emulator/faults", Operation: "ControlFaults", Plane: api.PlaneControl, Handle: e.controlFaultsClear},
		{Method: "POST", Pattern: "/_emulator/clock", Operation: "ControlClock", Plane: api.PlaneControl, Handle: e.controlClock},
		{Method: "GET", Pattern: "/_emulator/clock", Operation: "ControlClock", Plane: api.PlaneControl, Handle: e.controlClockRead},
		{Method: "GET", Pattern: "/_emulator/shell/{client}", Operation: "ControlShell", Plane: api.PlaneControl, Handle: e.controlShell},
		{Method: "GET", Pattern: "/_emulator/env", Operation: "ControlEnvironment", Plane: api.PlaneControl, Handle: e.controlEnvironment},
		{Method: "GET", Pattern: "/_emulator/ca", Operation: "ControlCA", Plane: api.PlaneControl, Handle: e.controlCA},
		{Method: "GET", Pattern: "/_emulator/health", Operation: "ControlHealth", Plane: api.PlaneControl, Handle: e.controlHealth},
		{Method: "POST", Pattern: "/_emulator/reset", Operation: "ControlReset", Plane: api.PlaneControl, Handle: e.controlReset},
		{Method: "POST", Pattern: "/_emulator/behavior", Operation: "ControlBehavior", Plane: api.PlaneControl, Handle: e.controlBehavior},
		{Method: "GET", Pattern: "/_emulator/behavior", Operation: "ControlBehavior", Plane: api.PlaneControl, Handle: e.controlBehaviorRead},
	}
}

// strictly decodes a control body into a struct. Every refusal says what there
// is: a misspelt member would leave a test without what it ordered.
func (e *Emulator) strictly(c *api.Call, described api.Fields, target any) error {
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

func (e *Emulator) controlRequests(*api.Call) (*api.Reply, error) {
	requests := e.Requests()
	if requests == nil {
		requests = []Request{}
	}
	return api.OK(map[string]any{"value": requests}), nil
}

func (e *Emulator) controlRequestsReset(*api.Call) (*api.Reply, error) {
	e.ResetRequests()
	return &api.Reply{Status: http.StatusNoContent}, nil
}

// faultOrder is a Fault with its durations in Go's notation ("1.5s").
type faultOrder struct {
	faults.Fault
	RetryAfter string `json:"retryAfter"`
	Delay      string `json:"delay"`
}

func orderOf(f faults.Fault) faultOrder {
	return faultOrder{Fault: f, RetryAfter: f.RetryAfter.String(), Delay: f.Delay.String()}
}

var faultFields = api.Fields{
	"operation": {Kind: api.Text}, "service": {Kind: api.Text}, "serviceToCome": {Kind: api.Boolean}, "operationId": {Kind: api.Text},
	"kind": {Kind: api.Text, Required: true}, "times": {Kind: api.Integer}, "skip": {Kind: api.Integer}, "probability": {Kind: api.Number},
	"retryAfter": {Kind: api.Text}, "retryAfterDate": {Kind: api.Boolean}, "delay": {Kind: api.Text},
	"status": {Kind: api.Integer}, "code": {Kind: api.Text}, "message": {Kind: api.Text}, "detailCode": {Kind: api.Text}, "detailMessage": {Kind: api.Text},
	"subOperation": {Kind: api.Text}, "buildLog": {Kind: api.Text}, "polls": {Kind: api.Integer}, "size": {Kind: api.Integer},
}

func (e *Emulator) controlFault(c *api.Call) (*api.Reply, error) {
	var order faultOrder
	if err := e.strictly(c, faultFields, &order); err != nil {
		return nil, err
	}
	var err error
	if order.Fault.RetryAfter, err = duration("retryAfter", order.RetryAfter); err != nil {
		return nil, err
	}
	if order.Fault.Delay, err = duration("delay", order.Delay); err != nil {
		return nil, err
	}
	if err := e.faults.Order(order.Fault); err != nil {
		return nil, err
	}
	return &api.Reply{Status: http.StatusNoContent}, nil
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

func (e *Emulator) controlFaults(*api.Call) (*api.Reply, error) {
	items := []any{}
	for _, f := range e.faults.All() {
		items = append(items, orderOf(f.Fault))
	}
	return api.OK(map[string]any{"value": items, "kinds": faults.Kinds(), "operations": e.operations(), "subOperations": faults.SubOperations()}), nil
}

func (e *Emulator) controlFaultsClear(*api.Call) (*api.Reply, error) {
	e.faults.Clear()
	return &api.Reply{Status: http.StatusNoContent}, nil
}

func (e *Emulator) controlClock(c *api.Call) (*api.Reply, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := e.strictly(c, api.Fields{"advance": {Kind: api.Text, Required: true}}, &body); err != nil {
		return nil, err
	}
	if body.Advance == "" {
		return nil, api.Invalid("InvalidValue", "advance", "advance is empty. Give a duration such as \"13h\".")
	}
	d, err := duration("advance", body.Advance)
	if err != nil {
		return nil, err
	}
	e.AdvanceClock(d)
	return e.controlClockRead(c)
}

func (e *Emulator) controlClockRead(*api.Call) (*api.Reply, error) {
	return api.OK(map[string]any{"now": api.Timestamp(e.Now())}), nil
}

var behaviorFields = api.Fields{
	"patchStatus": {Kind: api.Integer}, "deleteStatus": {Kind: api.Integer}, "regenerateStatus": {Kind: api.Integer}, "operationLocation": {Kind: api.Text},
	"overwriteChangesKeys": {Kind: api.Boolean}, "overwriteChangesAddress": {Kind: api.Boolean}, "pageSize": {Kind: api.Integer},
}

func (e *Emulator) controlBehavior(c *api.Call) (*api.Reply, error) {
	var b Behavior
	if err := e.strictly(c, behaviorFields, &b); err != nil {
		return nil, err
	}
	if found := b.Check(); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	e.behavior = b
	return e.controlBehaviorRead(c)
}

func (e *Emulator) controlBehaviorRead(*api.Call) (*api.Reply, error) {
	return api.OK(e.behavior), nil
}
