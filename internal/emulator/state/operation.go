// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import "time"

// Terminal states of an operation, in the API's spelling.
const (
	Succeeded = "Succeeded"
	Failed    = "Failed"
	Cancelled = "Cancelled"
	TimedOut  = "TimedOut"
)

// The steps of a deployment, in their order.
const (
	StepBuildEnvironment = "BuildEnvironment"
	StepBuildImage       = "BuildImage"
	StepDeployService    = "DeployService"
)

// Progress is the part of an operation that is the same for every kind of object.
type Progress struct {
	Started  time.Time
	Ended    time.Time
	Duration time.Duration
	Endless  bool
	Outcome  string   // the terminal state that it will reach
	State    string   // terminal, once it has ended
	Failure  *Failure // if it does not succeed
}

// Operation is one asynchronous change of a service.
type Operation struct {
	ID, Kind string // Kind is the operationType: Service
	Deploys  bool   // it ends with new containers: it has build steps, and moves the service's state
	Progress
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

// Failure is why an operation did not succeed: an error of the API.
type Failure struct {
	Status  int
	Code    string
	Message string
	Details []Detail
}

// Detail is one entry of a failure's details; Target names the field at fault.
type Detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target,omitempty"`
}

// Flat is the error body of the model-management API.
func (f *Failure) Flat() map[string]any {
	body := map[string]any{"code": f.Code, "statusCode": f.Status, "message": f.Message}
	if len(f.Details) > 0 {
		body["details"] = f.Details
	}
	return body
}

// Effect is what an operation does at its end, apart from new containers. It is
// data and no function, so that a state file can hold an operation on its way.
type Effect struct {
	Removes bool   `json:"removes,omitempty"`
	SetsKey bool   `json:"setsKey,omitempty"`
	Primary bool   `json:"primary,omitempty"` // the slot that Key goes to
	Key     string `json:"key,omitempty"`
}
