// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// The control API is for tests in other languages and for people; it asks for
// no credential, and is not part of Azure.
func controlRoutes() []route {
	return []route{
		{method: "GET", pattern: "/_emulator/requests", operation: "ControlRequests", plane: planeControl, handle: controlRequests},
		{method: "DELETE", pattern: "/_emulator/requests", operation: "ControlRequests", plane: planeControl, handle: controlRequestsReset},
		{method: "POST", pattern: "/_emulator/faults", operation: "ControlFaults", plane: planeControl, handle: controlFault},
		{method: "GET", pattern: "/_emulator/faults", operation: "ControlFaults", plane: planeControl, handle: controlFaults},
		{method: "DELETE", pattern: "/_emulator/faults", operation: "ControlFaults", plane: planeControl, handle: controlFaultsClear},
		{method: "POST", pattern: "/_emulator/clock", operation: "ControlClock", plane: planeControl, handle: controlClock},
		{method: "GET", pattern: "/_emulator/clock", operation: "ControlClock", plane: planeControl, handle: controlClockRead},
		{method: "GET", pattern: "/_emulator/shell/{client}", operation: "ControlShell", plane: planeControl, handle: controlShell},
		{method: "POST", pattern: "/_emulator/behavior", operation: "ControlBehavior", plane: planeControl, handle: controlBehavior},
		{method: "GET", pattern: "/_emulator/behavior", operation: "ControlBehavior", plane: planeControl, handle: controlBehaviorRead},
	}
}

// strictly decodes a control body into a struct. Every refusal says what there
// is: a misspelt member would leave a test without what it ordered.
func (c *call) strictly(described fields, target any) error {
	value, err := c.json()
	if err != nil {
		return err
	}
	body, isObject := value.(map[string]any)
	if !isObject {
		return invalid("InvalidRequestBody", "", "The request body must be a JSON object with members of %s.", strings.Join(sortedKeys(described), ", "))
	}
	for _, name := range sortedKeys(body) {
		if _, known := described[name]; !known {
			return invalid("UnknownField", name, "There is no member %q. The members are %s.", name, strings.Join(sortedKeys(described), ", "))
		}
	}
	if found := described.check(described.tidy(body), ""); len(found) > 0 {
		return badRequest(found...)
	}
	return json.Unmarshal(c.body, target)
}

func controlRequests(c *call) (*reply, error) {
	requests := c.Requests()
	if requests == nil {
		requests = []Request{}
	}
	return ok(map[string]any{"value": requests}), nil
}

func controlRequestsReset(c *call) (*reply, error) {
	c.ResetRequests()
	return &reply{Status: http.StatusNoContent}, nil
}

// faultOrder is a Fault with its durations in Go's notation ("1.5s").
type faultOrder struct {
	Fault
	RetryAfter string `json:"retryAfter"`
	Delay      string `json:"delay"`
}

var faultFields = fields{
	"operation": {kind: text}, "service": {kind: text}, "serviceToCome": {kind: boolean}, "operationId": {kind: text},
	"kind": {kind: text, required: true}, "times": {kind: integer}, "skip": {kind: integer}, "probability": {kind: number},
	"retryAfter": {kind: text}, "retryAfterDate": {kind: boolean}, "delay": {kind: text},
	"status": {kind: integer}, "code": {kind: text}, "message": {kind: text}, "detailCode": {kind: text}, "detailMessage": {kind: text},
	"subOperation": {kind: text}, "buildLog": {kind: text}, "polls": {kind: integer}, "size": {kind: integer},
}

func controlFault(c *call) (*reply, error) {
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
	return &reply{Status: http.StatusNoContent}, nil
}

// duration reads a member in Go's notation; empty is 0.
func duration(name, given string) (time.Duration, error) {
	if given == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(given)
	if err != nil {
		return 0, invalid("InvalidValue", name, "%s is %q. Give a duration such as \"1.5s\" or \"13h\".", name, given)
	}
	return d, nil
}

func controlFaults(c *call) (*reply, error) {
	items := []any{}
	for _, f := range c.faults {
		items = append(items, faultOrder{Fault: f.Fault, RetryAfter: f.Fault.RetryAfter.String(), Delay: f.Fault.Delay.String()})
	}
	return ok(map[string]any{"value": items, "kinds": FaultKinds(), "operations": c.router.operations(), "subOperations": subOperations}), nil
}

func controlFaultsClear(c *call) (*reply, error) {
	c.clearFaults()
	return &reply{Status: http.StatusNoContent}, nil
}

func controlClock(c *call) (*reply, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := c.strictly(fields{"advance": {kind: text, required: true}}, &body); err != nil {
		return nil, err
	}
	if body.Advance == "" {
		return nil, invalid("InvalidValue", "advance", "advance is empty. Give a duration such as \"13h\".")
	}
	d, err := duration("advance", body.Advance)
	if err != nil {
		return nil, err
	}
	c.AdvanceClock(d)
	return controlClockRead(c)
}

func controlClockRead(c *call) (*reply, error) {
	return ok(map[string]any{"now": timestamp(c.Now())}), nil
}

var behaviorFields = fields{
	"patchStatus": {kind: integer}, "deleteStatus": {kind: integer}, "regenerateStatus": {kind: integer}, "operationLocation": {kind: text},
	"overwriteChangesKeys": {kind: boolean}, "overwriteChangesAddress": {kind: boolean}, "pageSize": {kind: integer},
}

func controlBehavior(c *call) (*reply, error) {
	var b Behavior
	if err := c.strictly(behaviorFields, &b); err != nil {
		return nil, err
	}
	if found := b.check(); len(found) > 0 {
		return nil, badRequest(found...)
	}
	c.behavior = b
	return controlBehaviorRead(c)
}

func controlBehaviorRead(c *call) (*reply, error) { return ok(c.behavior), nil }
