// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// States of operations and services, in the API's spelling.
const (
	stateNotStarted = "NotStarted"
	stateRunning    = "Running"

	StateTransitioning = state.Transitioning
	StateHealthy       = state.Healthy
	StateUnhealthy     = state.Unhealthy
	StateFailed        = state.Failed
	StateUnschedulable = state.Unschedulable
)

func applyEffect(f state.Effect, svc *state.Service, at time.Time) {
	switch {
	case f.Removes:
		removeService(svc)
	case f.SetsKey:
		setKey(svc, f.Primary, f.Key, at)
	}
}

func (e *Emulator) operationRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: api.ManagementScope + "/operations/{id}", Operation: "GetOperation", Plane: api.PlaneData, Action: api.Action("workspaces/services/read"), Handle: e.getOperation},
	}
}

// begin starts an operation of a service. The caller has checked busy.
func (e *Emulator) begin(svc *state.Service, deploys bool, effect state.Effect) *state.Operation {
	op := &state.Operation{ID: uuid.NewString(), Kind: "Service", Service: svc, Deploys: deploys, Effect: effect}
	svc.Operation = op
	svc.Workspace.Operations[op.ID] = op
	e.engine.Begin(serviceOperation{op})
	if deploys {
		svc.State, svc.Failure, runningOf(svc).log = StateTransitioning, nil, nil
		if l := e.launch(svc, svc.Doc); l != nil {
			op.Launch, runningOf(svc).log = l, l.log
		}
		cancelScheduled(svc)
	}
	return op
}

// SetOperationDuration changes how long operations take. It holds for those that
// run already too, so that a test can have one last until something has happened.
func (e *Emulator) SetOperationDuration(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.engine.SetDuration(d)
}

// refuseBusy refuses what comes while an operation runs. The details code is ours:
// the sources name only the status.
func refuseBusy(svc *state.Service) error {
	if svc.Operation != nil && svc.Operation.State == "" {
		return api.Conflict("OperationInProgress", "Service %s has an operation in progress. Wait until it has ended, then try again.", svc.Name)
	}
	return nil
}

// serviceOperation is an operation of a service, as the engine runs it.
type serviceOperation struct{ *state.Operation }

// Progress has the times and the outcome.
func (op serviceOperation) Progress() *state.Progress { return &op.Operation.Progress }

// Ready tells whether the code that the operation deploys has answered whether it works.
func (op serviceOperation) Ready() (at time.Time, ready bool) {
	l := launchOf(op.Operation)
	if l == nil || !l.over() {
		return time.Time{}, l == nil
	}
	return l.ended, true
}

// End gives the service the state that the outcome brings.
func (op serviceOperation) End(at time.Time) {
	svc, l := op.Service, launchOf(op.Operation)
	if op.Outcome == state.Succeeded && l != nil && l.err != nil {
		var failure *api.Error
		op.Outcome, failure = l.failure(svc)
		op.Failure = failure.Failure()
	}
	if op.Outcome == state.Succeeded {
		applyEffect(op.Effect, svc, at)
		if op.Deploys {
			svc.State, svc.Live = StateHealthy, api.Clone(svc.Doc)
			adopt(svc, l)
			if op.GetsSick {
				svc.UnhealthyAt = at.Add(op.SickAfter)
			}
		}
		return
	}
	l.abandon()
	if !op.Deploys && svc.State == StateTransitioning {
		svc.State = StateFailed // a delete that failed
	}
	if op.Deploys {
		// A service stays after a failed deployment: it has to be deleted or overwritten.
		svc.State = StateFailed
		if op.Outcome == state.TimedOut {
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

// finishDue ends the operations that have run their time.
func (e *Emulator) finishDue() { e.engine.Finish() }

// tick changes the services that change by themselves, and forgets old operations.
func (e *Emulator) tick(now time.Time) {
	e.store.Prune()
	e.store.Each(func(svc *state.Service) {
		updateHealth(svc)
		if !svc.UnhealthyAt.IsZero() && !now.Before(svc.UnhealthyAt) {
			svc.State, svc.UnhealthyAt = StateUnhealthy, time.Time{}
		}
		e.recover(svc, now)
	})
}

// buildLogBlob is the name under which the storage account serves the build log.
func buildLogBlob(op *state.Operation) string { return "buildlog-" + op.ID }

// accepted is the 202 of an asynchronous call: no body, and a header of which
// clients can trust the last segment only.
func (e *Emulator) accepted(op *state.Operation) *api.Reply {
	return (&api.Reply{Status: http.StatusAccepted}).With("Operation-Location", e.operationLocation(op))
}

func (e *Emulator) operationLocation(op *state.Operation) string {
	path := op.Service.Workspace.ID + "/operations/" + op.ID
	switch e.behavior.OperationLocation {
	case "relative":
		return e.pathPrefix + "/modelmanagement/v1.0" + path
	case "legacy":
		return "/api" + path
	case "otherhost":
		return "https://" + op.Service.Workspace.Location + ".modelmanagement.azureml.invalid/api" + path
	default:
		return e.plainBase + "/modelmanagement/v1.0" + path
	}
}

func (e *Emulator) getOperation(c *api.Call) (*api.Reply, error) {
	op := c.Workspace.Operations[c.Param("id")]
	if op == nil {
		return nil, api.NotFound("Operation %s was not found.", c.Param("id"))
	}
	offset := 0
	if given := c.Query("offset"); given != "" {
		var err error
		if offset, err = strconv.Atoi(given); err != nil || offset < 0 {
			return nil, api.Invalid("InvalidValue", "offset", "'offset' must be a number of characters.")
		}
	}
	body := wireOperation(op, e.Now(), e.plainBase, offset)
	if buildsImage(op) && op.State != "" {
		body["operationLog"] = e.contentURI(op.Service.Workspace, buildLogBlob(op))
	}
	return api.OK(body), nil
}

// progressOf tells the state and the step that an operation has reached.
func progressOf(op *state.Operation, now time.Time) (reached, step, stepState string) {
	step = stepDeployService
	passed := now.Sub(op.Started)
	switch {
	case buildsImage(op):
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

// buildsImage tells whether the operation ends in a step that builds an image.
func buildsImage(op *state.Operation) bool {
	return op.Deploys && (op.EndsIn == stepBuildEnvironment || op.EndsIn == stepBuildImage)
}

func wireOperation(op *state.Operation, now time.Time, base string, offset int) map[string]any {
	current, step, stepState := progressOf(op, now)
	body := map[string]any{
		"id": op.ID, "operationType": op.Kind, "state": current, "createdTime": api.Timestamp(op.Started),
		"resourceLocation": base + "/modelmanagement/v1.0" + op.Service.ID(),
		"operationDetails": map[string]any{"subOperationType": step, "subOperationState": stepState},
		"parentRequestId":  op.ID,
	}
	if op.State != "" {
		body["endTime"] = api.Timestamp(op.Ended)
		if op.Failure != nil && current != state.Succeeded {
			body["error"] = op.Failure.Flat()
		}
	}
	// Offset counts the characters that the client has shown already; it may fall inside an item.
	log := streamingLog(op, now)
	body["streamingOperationLog"] = log[min(offset, len(log)):]
	return body
}

// streamingLog is ASCII "time|text" items joined by '#'; texts hold neither sign.
func streamingLog(op *state.Operation, now time.Time) string {
	type line struct {
		after time.Duration
		text  string
	}
	lines := []line{{0, "The operation was accepted."}}
	if op.Deploys {
		lines = append(lines, line{op.Duration / 10, "Building or finding the image of the environment."})
	}
	if op.Deploys && !buildsImage(op) {
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
