// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// ServeHTTP is the whole way of a request: route, order faults, authenticate,
// authorize, handle, write, log.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !e.guard.admitsHost(r) {
		http.Error(w, "The emulator answers to localhost, to the address that it listens on, and to the host of -public-url. It has no other name.", http.StatusMisdirectedRequest)
		return
	}
	if e.serveBlob(w, r) {
		return
	}
	entry := Request{Method: r.Method, Path: r.URL.RequestURI(), Time: e.Now()}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry.Body = string(body)

	path, mounted := strings.CutPrefix(r.URL.EscapedPath(), e.pathPrefix)
	segments := split(path)
	c := &call{Emulator: e, request: r, body: body}
	var known bool
	c.route, c.params, known = e.router.match(r.Method, segments)
	if c.route != nil && !mounted && c.route.plane != api.PlaneEntra {
		c.route, known = nil, false
		segments = []string{""}
	}

	var out api.Response
	var spoil *Fault
	switch {
	case err != nil:
		entry.Operation = "Unserved"
		out = api.Render(api.PlaneData, nil, unreadable(err))
	case c.route == nil:
		entry.Operation = "Unserved"
		p, err := unserved(segments, known)
		out = api.Render(p, nil, err)
	default:
		entry.Operation = c.route.operation
		if entry.Operation == "UploadArtifact" {
			entry.Body = "" // the content of a file would stay in memory
		}
		if c.route.plane != api.PlaneControl { // no fault may lock out the call that takes it back
			spoil = e.faultOf(c)
		}
		if c.fault = spoil; spoil != nil {
			entry.Fault = string(spoil.Kind)
		}
		if spoil != nil && spoil.Kind == FaultResetBefore {
			e.log.add(entry)
			cut(w)
			return
		}
		if c.route.plane == api.PlaneControl {
			err = e.guard.admitsOrigin(r)
		}
		if err != nil {
			out = api.Render(c.route.plane, nil, err)
		} else {
			out = e.run(c, spoil)
		}
		if c.principal != nil {
			entry.Principal = c.principal.DisplayName
		}
	}
	entry.Status = out.Status
	if spoil != nil && spoil.Kind == FaultResetAfter {
		entry.Status = 0
	}
	// The entry is there before the client can see the reply, so that a test reads a complete log.
	if c.route != nil && c.route.plane == api.PlaneControl {
		e.log.line(entry)
	} else {
		e.log.add(entry)
	}
	e.send(w, r, out, spoil)
}

// unreadable is the answer to a body that is too large, or that broke off.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &api.Error{Status: http.StatusRequestEntityTooLarge, Code: "RequestEntityTooLarge", Message: "The request body is larger than 100 MB."}
	}
	return api.Invalid("InvalidRequestBody", "", "The request body could not be read to its end.")
}

// faultOf takes the fault that is ordered for a call, if there is one.
func (e *Emulator) faultOf(c *call) *Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.takeFault(c.target())
}

// target tells what the call is about: a service in the path, in the body of a
// create, behind an operation or behind a scoring address.
func (c *call) target() faultTarget {
	target := faultTarget{operation: c.route.operation}
	switch {
	case !c.router.aboutService(target.operation):
	case target.operation == "CreateService":
		if body, err := c.object(nil); err == nil {
			target.service, _ = body["name"].(string)
		}
	case target.operation == "GetOperation":
		target.operationID = c.params["id"]
		if w := c.store.WorkspaceByID(c.scope()); w != nil && w.Operations[target.operationID] != nil {
			target.service = w.Operations[target.operationID].Service.Name
		}
	case c.route.plane == api.PlaneScoring:
		if svc := c.addressed(); svc != nil {
			target.service = svc.Name
		}
	default:
		target.service = c.params["name"]
	}
	return target
}

// scope is the id of the workspace in the path, or of the subscription above it.
func (c *call) scope() string {
	scope := "/subscriptions/" + c.params["sub"]
	if c.params["ws"] != "" {
		scope += "/resourceGroups/" + c.params["rg"] + "/providers/Microsoft.MachineLearningServices/workspaces/" + c.params["ws"]
	}
	return scope
}

// run does the work of a call: under the lock, and what takes long after it.
func (e *Emulator) run(c *call, spoil *Fault) api.Response {
	out, later := e.runLocked(c, spoil)
	if later != nil {
		result, err := later(c.request.Context())
		out = api.Render(c.route.plane, result, err)
	}
	return out
}

func (e *Emulator) runLocked(c *call, spoil *Fault) (api.Response, func(context.Context) (*api.Reply, error)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finishDue()
	if spoil != nil {
		now := e.Now()
		if result, replaced, err := spoil.instead(now); replaced {
			out := api.Render(c.route.plane, result, err)
			out.Date, out.Held = now, true
			return out, nil
		}
	}
	var result *api.Reply
	err := e.admit(c)
	if err == nil {
		before := len(e.store.Pending)
		result, err = c.route.handle(c)
		if err == nil && spoil != nil && len(e.store.Pending) > before {
			err = e.spoilOperation(spoil, e.store.Pending[len(e.store.Pending)-1])
		}
		if err == nil && c.changes() {
			err = e.save()
		}
		if err == nil && result.Later != nil {
			return api.Response{}, result.Later
		}
	}
	return api.Render(c.route.plane, result, err), nil
}

// admit answers 401, 404 for the workspace, 403, or nothing.
func (e *Emulator) admit(c *call) error {
	switch c.route.plane {
	case api.PlaneData, api.PlaneARM, api.PlaneArtifact:
	default:
		return nil
	}
	var err error
	if c.principal, err = e.authenticate(c.request, c.route.plane); err != nil {
		return err
	}
	scope := c.scope()
	if c.params["ws"] != "" {
		c.workspace = e.store.WorkspaceByID(scope)
	}
	if c.route.action != nil {
		if err := authorize(c.principal, c.route.action(c), scope, c.route.plane); err != nil {
			return err
		}
	}
	if c.params["ws"] != "" && c.workspace == nil {
		return e.missingWorkspace(c)
	}
	return nil
}

// send writes a response, spoilt if a fault was ordered. Its Date is the
// emulator's clock, as every other time in it.
func (e *Emulator) send(w http.ResponseWriter, r *http.Request, out api.Response, spoil *Fault) {
	if out.Held && spoil.Delay > 0 && !spoil.delay(r) {
		return
	}
	if out.Date.IsZero() {
		out.Date = e.Now()
	}
	w.Header().Set("Date", out.Date.Format(http.TimeFormat))
	for name, values := range out.Header {
		w.Header()[name] = values
	}
	w.Header().Set("x-ms-request-id", uuid.NewString())
	if id := r.Header.Get("x-ms-client-request-id"); id != "" && len(id) <= 100 {
		w.Header().Set("x-ms-client-request-id", id)
	}
	if spoil != nil && spoil.sendSpoilt(w, r, out) {
		return
	}
	w.WriteHeader(out.Status)
	_, _ = w.Write(out.Body)
}
