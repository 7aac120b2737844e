// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// States of operations and services, in the API's spelling.
const (
	stateNotStarted = "NotStarted"
	stateRunning    = "Running"
	stateSucceeded  = "Succeeded"
	stateFailed     = "Failed"
	stateCancelled  = "Cancelled"
	stateTimedOut   = "TimedOut"

	StateTransitioning = "Transitioning"
	StateHealthy       = "Healthy"
	StateUnhealthy     = "Unhealthy"
	StateFailed        = "Failed"
	StateUnschedulable = "Unschedulable"
)

// operation is one asynchronous change of a service.
type operation struct {
	ID, Kind  string // Kind is the operationType: Service
	Deploys   bool   // it ends with new containers: it has build steps, and moves the service's state
	Endless   bool
	Started   time.Time
	Ended     time.Time
	Duration  time.Duration
	Outcome   string // the terminal state that it will reach
	State     string // terminal, once it is over
	Failure   *api.Error
	Effect    effect
	GetsSick  bool
	SickAfter time.Duration // the service becomes Unhealthy this long after the end
	GetsWell  bool
	WellAfter time.Duration // the service becomes Healthy this long after the operation timed out
	EndsIn    string        `json:",omitempty"` // the step of a deployment that does not succeed; empty is the last one

	ServiceInstance string   `json:"Service"`
	Service         *service `json:"-"`
	launch          *launch  // of the code that it deploys, if that is executed
}

// effect is what an operation does at its end, besides new containers. It is
// data and no function, so that a state file can hold an operation on its way.
type effect struct {
	Removes bool   `json:"removes,omitempty"`
	SetsKey bool   `json:"setsKey,omitempty"`
	Primary bool   `json:"primary,omitempty"` // the slot that Key goes to
	Key     string `json:"key,omitempty"`
}

func (f effect) on(svc *service) {
	switch {
	case f.Removes:
		svc.remove()
	case f.SetsKey:
		svc.setKey(f.Primary, f.Key)
	}
}

func operationRoutes() []route {
	return []route{
		{method: "GET", pattern: managementScope + "/operations/{id}", operation: "GetOperation", plane: api.PlaneData, action: action("workspaces/services/read"), handle: getOperation},
	}
}

// begin starts an operation of a service. The caller has checked busy.
func (e *Emulator) begin(svc *service, deploys bool, effect effect) *operation {
	op := &operation{
		ID: uuid.NewString(), Kind: "Service", Service: svc, Deploys: deploys, Started: e.Now(),
		Duration: e.operationDuration, Outcome: stateSucceeded, Effect: effect,
	}
	svc.Operation = op
	svc.Workspace.Operations[op.ID] = op
	e.store.pending = append(e.store.pending, op)
	if deploys {
		svc.State, svc.Failure, svc.log = StateTransitioning, nil, nil
		if op.launch = e.launch(svc, svc.Doc); op.launch != nil {
			svc.log = op.launch.log
		}
		svc.forget()
	}
	return op
}

// SetOperationDuration changes how long operations take. It holds for those that
// run already too, so that a test can have one last until something has happened.
func (e *Emulator) SetOperationDuration(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.operationDuration = d
	for _, op := range e.store.pending {
		op.Duration = d
	}
}

// busy refuses what comes while an operation runs. The details code is ours:
// the sources name only the status.
func (svc *service) busy() error {
	if svc.Operation != nil && svc.Operation.State == "" {
		return api.Conflict("OperationInProgress", "Service %s has an operation in progress. Wait until it is over, then try again.", svc.Name)
	}
	return nil
}

// over tells whether an operation has come to its end: its time has passed,
// and the code that it deploys has answered whether it works.
func (op *operation) over(now time.Time) bool {
	return !op.Endless && !now.Before(op.Started.Add(op.Duration)) && (op.Outcome != stateSucceeded || op.launch.over())
}

// end is when an operation that is over came to its end.
func (op *operation) end() time.Time {
	end := op.Started.Add(op.Duration)
	if op.Outcome == stateSucceeded && op.launch != nil && op.launch.ended.After(end) {
		return op.launch.ended
	}
	return end
}

// settle ends the operations that are over, in the order of their end.
func (e *Emulator) settle() {
	now := e.Now()
	var due []*operation
	e.store.pending = slices.DeleteFunc(e.store.pending, func(op *operation) bool {
		over := op.over(now)
		if over {
			due = append(due, op)
		}
		return over
	})
	slices.SortStableFunc(due, func(a, b *operation) int { return a.end().Compare(b.end()) })
	for _, op := range due {
		op.finish(op.end())
	}
	e.store.each(func(svc *service) {
		svc.feel()
		if !svc.UnhealthyAt.IsZero() && !now.Before(svc.UnhealthyAt) {
			svc.State, svc.UnhealthyAt = StateUnhealthy, time.Time{}
		}
		e.recover(svc, now)
	})
}

func (op *operation) finish(at time.Time) {
	svc := op.Service
	if op.Outcome == stateSucceeded && op.launch != nil && op.launch.err != nil {
		op.Outcome, op.Failure = op.launch.failure(svc)
	}
	op.State, op.Ended = op.Outcome, at
	if op.Outcome == stateSucceeded {
		op.Effect.on(svc)
		if op.Deploys {
			svc.State, svc.Live = StateHealthy, api.Clone(svc.Doc)
			svc.adopt(op.launch)
			if op.GetsSick {
				svc.UnhealthyAt = at.Add(op.SickAfter)
			}
		}
		return
	}
	op.launch.abandon()
	if !op.Deploys && svc.State == StateTransitioning {
		svc.State = StateFailed // a delete that failed
	}
	if op.Deploys {
		// A service stays after a failed deployment: it has to be deleted or overwritten.
		svc.State = StateFailed
		if op.Outcome == stateTimedOut {
			svc.State = StateUnhealthy
			if op.GetsWell {
				svc.HealthyAt = at.Add(op.WellAfter)
			}
		}
		if op.Failure != nil {
			svc.Failure = op.Failure.Flat()
		}
	}
}

// buildLogBlob is the name under which the storage account serves the build log.
func (op *operation) buildLogBlob() string { return "buildlog-" + op.ID }

// accepted is the 202 of an asynchronous call: no body, and a header of which
// clients can trust the last segment only.
func (c *call) accepted(op *operation) *api.Reply {
	return (&api.Reply{Status: http.StatusAccepted}).With("Operation-Location", c.operationLocation(op))
}

func (c *call) operationLocation(op *operation) string {
	path := op.Service.Workspace.ID + "/operations/" + op.ID
	switch c.behavior.OperationLocation {
	case "relative":
		return c.pathPrefix + "/modelmanagement/v1.0" + path
	case "legacy":
		return "/api" + path
	case "otherhost":
		return "https://" + op.Service.Workspace.Location + ".modelmanagement.azureml.invalid/api" + path
	default:
		return c.plainBase + "/modelmanagement/v1.0" + path
	}
}

func getOperation(c *call) (*api.Reply, error) {
	op := c.workspace.Operations[c.param("id")]
	if op == nil {
		return nil, api.NotFound("Operation %s was not found.", c.param("id"))
	}
	offset := 0
	if given := c.query("offset"); given != "" {
		var err error
		if offset, err = strconv.Atoi(given); err != nil || offset < 0 {
			return nil, api.Invalid("InvalidValue", "offset", "'offset' must be a number of characters.")
		}
	}
	body := op.wire(c.Now(), c.plainBase, offset)
	if op.builds() && op.State != "" {
		body["operationLog"] = c.contentURI(op.Service.Workspace, op.buildLogBlob())
	}
	return api.OK(body), nil
}

// progress tells the state and the step that an operation has reached.
func (op *operation) progress(now time.Time) (state, step, stepState string) {
	step = stepDeployService
	passed := now.Sub(op.Started)
	switch {
	case op.builds():
		step = op.EndsIn
	case op.Deploys && passed < op.Duration/2:
		step = stepBuildImage
	}
	switch {
	case op.State != "":
		return op.State, step, op.State
	case passed < op.Duration/10:
		return stateNotStarted, step, stateNotStarted
	default:
		return stateRunning, step, stateRunning
	}
}

// builds tells whether the operation ends in a step that builds an image.
func (op *operation) builds() bool {
	return op.Deploys && (op.EndsIn == stepBuildEnvironment || op.EndsIn == stepBuildImage)
}

func (op *operation) wire(now time.Time, base string, offset int) map[string]any {
	state, step, stepState := op.progress(now)
	body := map[string]any{
		"id": op.ID, "operationType": op.Kind, "state": state, "createdTime": timestamp(op.Started),
		"resourceLocation": base + "/modelmanagement/v1.0" + op.Service.id(),
		"operationDetails": map[string]any{"subOperationType": step, "subOperationState": stepState},
		"parentRequestId":  op.ID,
	}
	if op.State != "" {
		body["endTime"] = timestamp(op.Ended)
		if op.Failure != nil && op.State != stateSucceeded {
			body["error"] = op.Failure.Flat()
		}
	}
	// Offset counts the characters that the client has shown already; it may fall inside an item.
	log := op.streamingLog(now)
	body["streamingOperationLog"] = log[min(offset, len(log)):]
	return body
}

// streamingLog is ASCII "time|text" items joined by '#'; texts hold neither sign.
func (op *operation) streamingLog(now time.Time) string {
	type line struct {
		after time.Duration
		text  string
	}
	lines := []line{{0, "The operation was accepted."}}
	if op.Deploys {
		lines = append(lines, line{op.Duration / 10, "Building or finding the image of the environment."})
	}
	if op.Deploys && !op.builds() {
		lines = append(lines,
			line{op.Duration / 2, "Deploying service " + op.Service.Name + " to " + op.Service.Kind + "."},
			line{op.Duration * 3 / 4, "Checking the status of the deployment."})
	}
	var items []string
	for _, l := range lines {
		if at := op.Started.Add(l.after); !now.Before(at) {
			items = append(items, at.Format("20060102150405")+"|"+l.text)
		}
	}
	if op.State != "" {
		items = append(items, op.Ended.Format("20060102150405")+"|The operation ended: "+op.State+".")
	}
	return strings.Join(items, "#")
}
