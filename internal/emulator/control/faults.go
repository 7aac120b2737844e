// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package control

import (
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
)

// FaultOrder is a Fault with its durations in Go's notation ("1.5s").
type FaultOrder struct {
	faults.Fault
	RetryAfter string `json:"retryAfter"`
	Delay      string `json:"delay"`
}

// OrderOf is the order of a fault.
func OrderOf(f faults.Fault) FaultOrder {
	return FaultOrder{Fault: f, RetryAfter: f.RetryAfter.String(), Delay: f.Delay.String()}
}

var faultFields = api.Fields{
	"operation": {Kind: api.Text}, "service": {Kind: api.Text}, "serviceToCome": {Kind: api.Boolean}, "operationId": {Kind: api.Text},
	"kind": {Kind: api.Text, Required: true}, "times": {Kind: api.Integer}, "skip": {Kind: api.Integer}, "probability": {Kind: api.Number},
	"retryAfter": {Kind: api.Text}, "retryAfterDate": {Kind: api.Boolean}, "delay": {Kind: api.Text},
	"status": {Kind: api.Integer}, "code": {Kind: api.Text}, "message": {Kind: api.Text}, "detailCode": {Kind: api.Text}, "detailMessage": {Kind: api.Text},
	"subOperation": {Kind: api.Text}, "buildLog": {Kind: api.Text}, "polls": {Kind: api.Integer}, "size": {Kind: api.Integer},
}

func (l *Layer) fault(c *api.Call) (*api.Reply, error) {
	var order FaultOrder
	if err := strictly(c, faultFields, &order); err != nil {
		return nil, err
	}
	var err error
	if order.Fault.RetryAfter, err = duration("retryAfter", order.RetryAfter); err != nil {
		return nil, err
	}
	if order.Fault.Delay, err = duration("delay", order.Delay); err != nil {
		return nil, err
	}
	if err := l.Faults.Order(order.Fault); err != nil {
		return nil, err
	}
	return &api.Reply{Status: http.StatusNoContent}, nil
}

func (l *Layer) faults(*api.Call) (*api.Reply, error) {
	items := []any{}
	for _, f := range l.Faults.All() {
		items = append(items, OrderOf(f.Fault))
	}
	return api.OK(map[string]any{"value": items, "kinds": faults.Kinds(), "operations": l.Faults.Operations(), "subOperations": faults.SubOperations()}), nil
}

func (l *Layer) faultsClear(*api.Call) (*api.Reply, error) {
	l.Faults.Clear()
	return &api.Reply{Status: http.StatusNoContent}, nil
}
