// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
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

// strictly decodes a control body into a struct.
func (c *call) strictly(target any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return invalid("InvalidRequestBody", "", "The request body does not fit: %v", err)
	}
	return nil
}

func controlRequests(c *call) (*reply, error) {
	return ok(map[string]any{"value": c.Requests()}), nil
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

func controlFault(c *call) (*reply, error) {
	var order faultOrder
	if err := c.strictly(&order); err != nil {
		return nil, err
	}
	for _, given := range []struct {
		text string
		into *time.Duration
	}{{order.RetryAfter, &order.Fault.RetryAfter}, {order.Delay, &order.Fault.Delay}} {
		if given.text == "" {
			continue
		}
		d, err := time.ParseDuration(given.text)
		if err != nil {
			return nil, invalid("InvalidValue", "", "%q is not a duration such as \"1.5s\".", given.text)
		}
		*given.into = d
	}
	if !order.Kind.known() {
		return nil, invalid("InvalidValue", "kind", "There is no fault of kind %q.", order.Kind)
	}
	c.orderFault(order.Fault)
	return &reply{Status: http.StatusNoContent}, nil
}

func controlFaults(c *call) (*reply, error) {
	items := []any{}
	for _, f := range c.faults {
		items = append(items, faultOrder{Fault: f.Fault, RetryAfter: f.Fault.RetryAfter.String(), Delay: f.Fault.Delay.String()})
	}
	return ok(map[string]any{"value": items, "kinds": faultKinds}), nil
}

func controlFaultsClear(c *call) (*reply, error) {
	c.clearFaults()
	return &reply{Status: http.StatusNoContent}, nil
}

func controlClock(c *call) (*reply, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := c.strictly(&body); err != nil {
		return nil, err
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		return nil, invalid("InvalidValue", "advance", "'advance' must be a duration such as \"13h\".")
	}
	c.AdvanceClock(d)
	return controlClockRead(c)
}

func controlClockRead(c *call) (*reply, error) {
	return ok(map[string]any{"now": timestamp(c.Now())}), nil
}

func controlBehavior(c *call) (*reply, error) {
	var b Behavior
	if err := c.strictly(&b); err != nil {
		return nil, err
	}
	c.behavior = b
	return controlBehaviorRead(c)
}

func controlBehaviorRead(c *call) (*reply, error) { return ok(c.behavior), nil }
