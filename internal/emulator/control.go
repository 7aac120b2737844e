// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The control API is for tests in other languages and for people; it asks for
// no credential, and is not part of Azure.
func controlRoutes() []route {
	return []route{
		{method: "GET", pattern: "/_emulator/requests", operation: "ControlRequests", plane: api.PlaneControl, handle: controlRequests},
		{method: "DELETE", pattern: "/_emulator/requests", operation: "ControlRequests", plane: api.PlaneControl, handle: controlRequestsReset},
		{method: "POST", pattern: "/_emulator/faults", operation: "ControlFaults", plane: api.PlaneControl, handle: controlFault},
		{method: "GET", pattern: "/_emulator/faults", operation: "ControlFaults", plane: api.PlaneControl, handle: controlFaults},
		{method: "DELETE", pattern: "/_emulator/faults", operation: "ControlFaults", plane: api.PlaneControl, handle: controlFaultsClear},
		{method: "POST", pattern: "/_emulator/clock", operation: "ControlClock", plane: api.PlaneControl, handle: controlClock},
		{method: "GET", pattern: "/_emulator/clock", operation: "ControlClock", plane: api.PlaneControl, handle: controlClockRead},
		{method: "GET", pattern: "/_emulator/shell/{client}", operation: "ControlShell", plane: api.PlaneControl, handle: controlShell},
		{method: "POST", pattern: "/_emulator/behavior", operation: "ControlBehavior", plane: api.PlaneControl, handle: controlBehavior},
		{method: "GET", pattern: "/_emulator/behavior", operation: "ControlBehavior", plane: api.PlaneControl, handle: controlBehaviorRead},
	}
}

// strictly decodes a control body into a struct. Every refusal says what there
// is: a misspelt member would leave a test without what it ordered.
func (c *call) strictly(described api.Fields, target any) error {
	value, err := c.json()
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
	return json.Unmarshal(c.body, target)
}

func controlRequests(c *call) (*api.Reply, error) {
	requests := c.Requests()
	if requests == nil {
		requests = []Request{}
	}
	return api.OK(map[string]any{"value": requests}), nil
}

func controlRequestsReset(c *call) (*api.Reply, error) {
	c.ResetRequests()
	return &api.Reply{Status: http.StatusNoContent}, nil
}

// faultOrder is a Fault with its durations in Go's notation ("1.5s").
type faultOrder struct {
	Fault
	RetryAfter string `json:"retryAfter"`
	Delay      string `json:"delay"`
}

var faultFields = api.Fields{
	"operation": {Kind: api.Text}, "service": {Kind: api.Text}, "serviceToCome": {Kind: api.Boolean}, "operationId": {Kind: api.Text},
	"kind": {Kind: api.Text, Required: true}, "times": {Kind: api.Integer}, "skip": {Kind: api.Integer}, "probability": {Kind: api.Number},
	"retryAfter": {Kind: api.Text}, "retryAfterDate": {Kind: api.Boolean}, "delay": {Kind: api.Text},
	"status": {Kind: api.Integer}, "code": {Kind: api.Text}, "message": {Kind: api.Text}, "detailCode": {Kind: api.Text}, "detailMessage": {Kind: api.Text},
	"subOperation": {Kind: api.Text}, "buildLog": {Kind: api.Text}, "polls": {Kind: api.Integer}, "size": {Kind: api.Integer},
}

func controlFault(c *call) (*api.Reply, error) {
	var order faultOrder
	if err := c.strictly(faultFields, &order); err != nil {
		return nil, err
	}
	var err error
	if order.Fault.RetryAfter, err = duration("retryAfter", order.RetryAfter); err != nil {
		return nil, err
	}
	if order.Fault.Delay, err = duration("delay", order.Delay); err != nil {
		return nil, err
	}
	if err := c.orderFault(order.Fault); err != nil {
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

func controlFaults(c *call) (*api.Reply, error) {
	items := []any{}
	for _, f := range c.faults {
		items = append(items, faultOrder{Fault: f.Fault, RetryAfter: f.Fault.RetryAfter.String(), Delay: f.Fault.Delay.String()})
	}
	return api.OK(map[string]any{"value": items, "kinds": FaultKinds(), "operations": c.router.operations(), "subOperations": subOperations}), nil
}

func controlFaultsClear(c *call) (*api.Reply, error) {
	c.clearFaults()
	return &api.Reply{Status: http.StatusNoContent}, nil
}

func controlClock(c *call) (*api.Reply, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := c.strictly(api.Fields{"advance": {Kind: api.Text, Required: true}}, &body); err != nil {
		return nil, err
	}
	if body.Advance == "" {
		return nil, api.Invalid("InvalidValue", "advance", "advance is empty. Give a duration such as \"13h\".")
	}
	d, err := duration("advance", body.Advance)
	if err != nil {
		return nil, err
	}
	c.AdvanceClock(d)
	return controlClockRead(c)
}

func controlClockRead(c *call) (*api.Reply, error) {
	return api.OK(map[string]any{"now": timestamp(c.Now())}), nil
}

var behaviorFields = api.Fields{
	"patchStatus": {Kind: api.Integer}, "deleteStatus": {Kind: api.Integer}, "regenerateStatus": {Kind: api.Integer}, "operationLocation": {Kind: api.Text},
	"overwriteChangesKeys": {Kind: api.Boolean}, "overwriteChangesAddress": {Kind: api.Boolean}, "pageSize": {Kind: api.Integer},
}

func controlBehavior(c *call) (*api.Reply, error) {
	var b Behavior
	if err := c.strictly(behaviorFields, &b); err != nil {
		return nil, err
	}
	if found := b.check(); len(found) > 0 {
		return nil, api.BadRequest(found...)
	}
	c.behavior = b
	return controlBehaviorRead(c)
}

func controlBehaviorRead(c *call) (*api.Reply, error) { return api.OK(c.behavior), nil }
