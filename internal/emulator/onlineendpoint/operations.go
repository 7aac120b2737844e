// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// States of objects and of operations, in the spelling of the types.
const (
	creating   = "Creating"
	updating   = "Updating"
	deleting   = "Deleting"
	succeeded  = "Succeeded"
	failed     = "Failed"
	canceled   = "Canceled"
	inProgress = "InProgress" // of operations
)

// retryAfter is how long a client should wait between polls, in seconds.
const retryAfter = "1"

// running is an operation as the engine runs it.
type running struct {
	*state.OnlineOperation
	workspace *state.Workspace
}

// Progress has the times and the outcome.
func (op running) Progress() *state.Progress { return &op.OnlineOperation.Progress }

// Ready tells whether the code that the operation deploys has answered whether it works.
func (op running) Ready() (at time.Time, ready bool) {
	if launch := op.launch(); launch != nil {
		return launch.Ended()
	}
	return time.Time{}, true
}

func (op running) launch() Launch {
	launch, _ := op.OnlineOperation.Launch.(Launch)
	return launch
}

// End gives the object the state that the outcome brings. What was asked for becomes live
// if the operation succeeds; after a failure, the object stays in the state Failed.
func (op running) End(time.Time) {
	e := op.workspace.OnlineEndpoint(op.Endpoint)
	if e == nil {
		return
	}
	if op.Deployment != "" {
		op.endDeployment(e)
		return
	}
	switch {
	case op.Effect.SetsKey && op.Outcome == succeeded:
		e.SetKey(op.Effect.Primary, op.Effect.Key)
	case op.Effect.SetsKey:
	case op.Outcome != succeeded:
		e.State = failed
	case op.Effect.Removes:
		for _, d := range e.Deployments {
			adopt(d, nil)
		}
		delete(op.workspace.OnlineEndpoints, op.Endpoint)
	default:
		e.State, e.Live = succeeded, api.Clone(e.Doc)
	}
}

func (op running) endDeployment(e *state.OnlineEndpoint) {
	d, launch := e.Deployment(op.Deployment), op.launch()
	if d == nil {
		return
	}
	if op.Outcome == succeeded && launch != nil {
		if _, err := launch.Container(); err != nil {
			op.Outcome, op.Failure = failed, crashed(err)
		}
	}
	switch {
	case op.Outcome != succeeded:
		d.State, d.Failure = failed, op.Failure
		if launch != nil {
			launch.Abandon()
		}
	case op.Effect.Removes:
		adopt(d, nil)
		delete(e.Deployments, op.Deployment)
	default:
		d.State, d.Live = succeeded, api.Clone(d.Doc)
		adopt(d, launch)
	}
}

// Clear stops the code of all deployments, and forgets the operations that have not
// ended: the state is about to be replaced.
func (l *Layer) Clear() {
	for _, w := range l.State().Workspaces {
		for _, e := range w.OnlineEndpoints {
			for _, d := range e.Deployments {
				adopt(d, nil)
			}
		}
	}
	l.Engine.Drop(func(pending operations.Operation) bool {
		op, ours := pending.(running)
		if ours && op.launch() != nil {
			op.launch().Abandon()
		}
		return ours
	})
}

// begin starts an operation on an endpoint, or on the deployment of that name. The
// caller has checked busy.
func (l *Layer) begin(w *state.Workspace, e *state.OnlineEndpoint, deployment string, effect state.OnlineEffect) running {
	op := running{&state.OnlineOperation{
		ID: "oe:" + w.GUID + ":" + uuid.NewString(), Endpoint: strings.ToLower(e.Name), Deployment: strings.ToLower(deployment), Effect: effect,
	}, w}
	w.OnlineOperations[op.ID] = op.OnlineOperation
	l.Engine.Begin(op)
	return op
}

// Resume goes on with the operations of a state file, and starts the code of what is
// live. It returns when that code is up again; a deployment is Failed if it is not.
func (l *Layer) Resume() {
	up := map[*state.OnlineDeployment]Launch{}
	for _, w := range l.State().Workspaces {
		for _, e := range w.OnlineEndpoints {
			for _, d := range e.Deployments {
				if launch := l.start(w, d, d.Live); launch != nil {
					up[d] = launch
				}
			}
		}
		for _, id := range state.SortedKeys(w.OnlineOperations) {
			op := w.OnlineOperations[id]
			if op.State != "" {
				continue
			}
			if e := w.OnlineEndpoint(op.Endpoint); e != nil && e.Deployment(op.Deployment) != nil && !op.Effect.Removes {
				d := e.Deployment(op.Deployment)
				op.Launch = l.start(w, d, d.Doc)
			}
			l.Engine.Resume(running{op, w})
		}
	}
	for d, launch := range up {
		launch.Wait()
		adopt(d, launch)
		if _, err := launch.Container(); err != nil && d.State == succeeded {
			d.State, d.Failure = failed, crashed(err)
		}
	}
}

// busy refuses a change while another one of the endpoint, or of one of its
// deployments, is on its way.
func busy(w *state.Workspace, e *state.OnlineEndpoint) error {
	for _, op := range w.OnlineOperations {
		if op.State == "" && op.Endpoint == strings.ToLower(e.Name) {
			return api.Conflict("OperationInProgress", "Endpoint %s has an operation in progress. Wait until it has ended, then try again.", e.Name)
		}
	}
	return nil
}

// accepted is the 202 of an asynchronous call that returns no object.
func (l *Layer) accepted(c *api.Call, op running) *api.Reply {
	return (&api.Reply{Status: http.StatusAccepted}).With("Location", operationURL(c, op, "mfeOperationResults")).With("Retry-After", retryAfter)
}

// started is the reply to a PUT: the object as it is asked for, and where to ask for the
// state of the operation.
func (l *Layer) started(c *api.Call, op running, status int, body any) *api.Reply {
	return (&api.Reply{Status: status, Body: body}).With("Azure-AsyncOperation", operationURL(c, op, "mfeOperationsStatus")).
		With("x-ms-async-operation-timeout", "PT1H").With("Retry-After", retryAfter)
}

func operationURL(c *api.Call, op running, kind string) string {
	w := op.workspace
	return c.Base + "/subscriptions/" + w.Subscription + "/providers/Microsoft.MachineLearningServices/locations/" + w.Location + "/" + kind + "/" + op.ID + "?api-version=" + apiVersion
}

// apiVersion is the version of the types that the layer follows.
const apiVersion = "2026-05-01"

// operation finds an operation by the id in the path. Those of other subscriptions, and
// of workspaces that the caller cannot read, are missing.
func (l *Layer) operation(c *api.Call) (running, error) {
	for _, w := range l.State().Workspaces {
		op := w.OnlineOperations[c.Param("id")]
		if op == nil || !strings.EqualFold(w.Subscription, c.Param("sub")) || place(w.Location) != place(c.Param("location")) {
			continue
		}
		if c.Principal.May(state.ProviderNamespace+endpointActions+"read", w.ID) {
			return running{op, w}, nil
		}
	}
	return running{}, &api.Error{Status: http.StatusNotFound, Code: "NotFound", Message: "Operation " + c.Param("id") + " was not found."}
}

// operationStatus answers polls of Azure-AsyncOperation.
func (l *Layer) operationStatus(c *api.Call) (*api.Reply, error) {
	op, err := l.operation(c)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"id": idOf(c), "name": op.ID, "status": inProgress, "startTime": api.Timestamp(op.Started)}
	if op.State == "" {
		return api.OK(body).With("Retry-After", retryAfter), nil
	}
	body["status"], body["endTime"] = status(op.State), api.Timestamp(op.Ended)
	if op.Failure != nil {
		body["error"] = map[string]any{"code": op.Failure.Code, "message": op.Failure.Message, "details": op.Failure.Details}
	}
	return api.OK(body), nil
}

// status is the end of an operation as Resource Manager has it: it knows no time-out.
func status(ended string) string {
	switch ended {
	case state.Cancelled:
		return canceled
	case state.TimedOut:
		return failed
	}
	return ended
}

// operationResult answers polls of Location: 202 until the operation has ended.
func (l *Layer) operationResult(c *api.Call) (*api.Reply, error) {
	op, err := l.operation(c)
	if err != nil {
		return nil, err
	}
	switch {
	case op.State == "":
		return l.accepted(c, op), nil
	case op.Failure != nil:
		return nil, &api.Error{Status: op.Failure.Status, Code: op.Failure.Code, Message: op.Failure.Message, Details: op.Failure.Details}
	case op.Effect.Removes:
		return &api.Reply{Status: http.StatusNoContent}, nil
	}
	return api.OK(nil), nil
}
