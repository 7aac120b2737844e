// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// Operation is one asynchronous change of a service.
type Operation struct {
	ID, Kind  string // Kind is the operationType: Service
	Deploys   bool   // it ends with new containers: it has build steps, and moves the service's state
	Endless   bool
	Started   time.Time
	Ended     time.Time
	Duration  time.Duration
	Outcome   string // the terminal state that it will reach
	State     string // terminal, once it has ended
	Failure   *api.Error
	Effect    Effect
	GetsSick  bool
	SickAfter time.Duration // the service becomes Unhealthy this long after the end
	GetsWell  bool
	WellAfter time.Duration // the service becomes Healthy this long after the operation timed out
	EndsIn    string        `json:",omitempty"` // the step of a deployment that does not succeed; empty is the last one

	ServiceInstance string   `json:"Service"`
	Service         *Service `json:"-"`
	Launch          any      `json:"-"` // of the code that it deploys, if that is executed
}

// Effect is what an operation does at its end, apart from new containers. It is
// data and no function, so that a state file can hold an operation on its way.
type Effect struct {
	Removes bool   `json:"removes,omitempty"`
	SetsKey bool   `json:"setsKey,omitempty"`
	Primary bool   `json:"primary,omitempty"` // the slot that Key goes to
	Key     string `json:"key,omitempty"`
}
