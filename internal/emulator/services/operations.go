// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// States of operations and services, in the API's spelling.
const (
	stateNotStarted = "NotStarted"
	stateRunning    = "Running"
)

func (l *Layer) applyEffect(f state.Effect, svc *state.Service, at time.Time) {
	switch {
	case f.Removes:
		l.vanish(svc)
	case f.SetsKey:
		setKey(svc, f.Primary, f.Key, at)
	}
}

func (l *Layer) operationRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: api.ManagementScope + "/operations/{id}", Operation: "GetOperation", Plane: api.PlaneData, Action: api.Action("workspaces/services/read"), Subject: l.operationSubject, Handle: l.getOperation},
	}
}

// operationSubject is the service of an operation.
func (l *Layer) operationSubject(c *api.Call) string {
	w := l.State().WorkspaceByID(c.Scope())
	if w == nil || w.Operations[c.Param("id")] == nil {
		return ""
	}
	return w.Operations[c.Param("id")].Service.Name
}

// begin starts an operation of a service. The caller has checked busy.
func (l *Layer) begin(svc *state.Service, deploys bool, effect state.Effect) *state.Operation {
	op := &state.Operation{ID: uuid.NewString(), Kind: "Service", Service: svc, Deploys: deploys, Effect: effect}
	svc.Operation = op
	svc.Workspace.Operations[op.ID] = op
	l.Engine.Begin(Operation{op, l})
	if deploys {
		svc.State, svc.Failure = state.Transitioning, nil
		op.Launch = l.Code.Deploy(svc)
	}
	return op
}

// refuseBusy refuses what comes while an operation runs. The details code is ours:
// the sources name only the status.
func refuseBusy(svc *state.Service) error {
	if svc.Operation != nil && svc.Operation.State == "" {
		return api.Conflict("OperationInProgress", "Service %s has an operation in progress. Wait until it has ended, then try again.", svc.Name)
	}
	return nil
}

// Operation is an operation of a service, as the engine runs it.
type Operation struct {
	*state.Operation
	layer *Layer
}

// Progress has the times and the outcome.
func (op Operation) Progress() *state.Progress { return &op.Operation.Progress }

// Ready tells whether the code that the operation deploys has answered whether it works.
func (op Operation) Ready() (at time.Time, ready bool) {
	return scoring.LaunchOf(op.Operation).Ended()
}

// End gives the service the state that the outcome brings.
func (op Operation) End(at time.Time) {
	svc, launch := op.Service, scoring.LaunchOf(op.Operation)
	if op.Outcome == state.Succeeded {
		if _, err := launch.Container(); err != nil {
			var failure *api.Error
			op.Outcome, failure = failureOf(err, svc)
			op.Failure = failure.Failure()
		}
	}
	if op.Outcome == state.Succeeded {
		op.layer.applyEffect(op.Effect, svc, at)
		if op.Deploys {
			svc.State, svc.Live = state.Healthy, api.Clone(svc.Doc)
			scoring.Adopt(svc, launch)
			if op.GetsSick {
				svc.UnhealthyAt = at.Add(op.SickAfter)
			}
		}
		return
	}
	launch.Abandon()
	if !op.Deploys && svc.State == state.Transitioning {
		svc.State = state.Failed // a delete that failed
	}
	if op.Deploys {
		// A service stays after a failed deployment: it has to be deleted or overwritten.
		svc.State = state.Failed
		if op.Outcome == state.TimedOut {
			svc.State = state.Unhealthy
			if op.GetsWell {
				svc.HealthyAt = at.Add(op.WellAfter)
			}
		}
		if op.Failure != nil {
			svc.Failure = op.Failure.Flat()
		}
	}
}

// tick changes the services that change by themselves.
func (l *Layer) tick(now time.Time) {
	l.State().Each(func(svc *state.Service) { l.Code.Tick(svc, now) })
}

// Resume goes on with the operations of a restored state, and starts its containers.
func (l *Layer) Resume() {
	s := l.State()
	for _, id := range state.SortedKeys(s.Workspaces) {
		w := s.Workspaces[id]
		for _, id := range state.SortedKeys(w.Operations) {
			op := w.Operations[id]
			if op.State != "" {
				continue
			}
			if op.Deploys && op.Outcome == state.Succeeded {
				op.Launch = l.Code.Launch(op.Service, op.Service.Doc)
			}
			l.Engine.Resume(Operation{op, l})
		}
	}
	l.Code.Resume(s)
}

// BuildLogBlob is the name under which the storage account serves the build log.
func BuildLogBlob(op *state.Operation) string { return "buildlog-" + op.ID }

// accepted is the 202 of an asynchronous call: no body, and a header of which
// clients can trust the last segment only.
func (l *Layer) accepted(op *state.Operation) *api.Reply {
	return (&api.Reply{Status: http.StatusAccepted}).With("Operation-Location", l.operationLocation(op))
}

func (l *Layer) operationLocation(op *state.Operation) string {
	path := op.Service.Workspace.ID + "/operations/" + op.ID
	switch l.Behavior().OperationLocation {
	case "relative":
		return l.PathPrefix + "/modelmanagement/v1.0" + path
	case "legacy":
		return "/api" + path
	case "otherhost":
		return "https://" + op.Service.Workspace.Location + ".modelmanagement.azureml.invalid/api" + path
	default:
		return l.BaseURL() + "/modelmanagement/v1.0" + path
	}
}

func (l *Layer) getOperation(c *api.Call) (*api.Reply, error) {
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
	body := wireOperation(op, l.Now(), l.BaseURL(), offset)
	if BuildsImage(op) && op.State != "" {
		body["operationLog"] = l.ContentURI(op.Service.Workspace, BuildLogBlob(op))
	}
	return api.OK(body), nil
}

// ProgressOf tells the state and the step that an operation has reached.
func ProgressOf(op *state.Operation, now time.Time) (reached, step, stepState string) {
	step = state.StepDeployService
	passed := now.Sub(op.Started)
	switch {
	case BuildsImage(op):
		step = op.EndsIn
	case op.Deploys && passed < op.Duration/2:
		step = state.StepBuildImage
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

// BuildsImage tells whether the operation ends in a step that builds an image.
func BuildsImage(op *state.Operation) bool {
	return op.Deploys && (op.EndsIn == state.StepBuildEnvironment || op.EndsIn == state.StepBuildImage)
}

func wireOperation(op *state.Operation, now time.Time, base string, offset int) map[string]any {
	current, step, stepState := ProgressOf(op, now)
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
	log := StreamingLog(op, now)
	body["streamingOperationLog"] = log[min(offset, len(log)):]
	return body
}

// StreamingLog is ASCII "time|text" items joined by '#'; texts hold neither sign.
func StreamingLog(op *state.Operation, now time.Time) string {
	type line struct {
		after time.Duration
		text  string
	}
	lines := []line{{0, "The operation was accepted."}}
	if op.Deploys {
		lines = append(lines, line{op.Duration / 10, "Building or finding the image of the environment."})
	}
	if op.Deploys && !BuildsImage(op) {
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
