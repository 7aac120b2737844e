// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/arm"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
)

// ServeHTTP is the whole way of a request: route, order faults, authenticate,
// authorize, handle, write, log.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.handling.RLock()
	defer e.handling.RUnlock()
	if e.closed {
		panic(http.ErrAbortHandler)
	}
	if !e.guard.admitsHost(r) {
		http.Error(w, "The emulator answers to localhost, to the address that it listens on, and to the names of -host and -public-url. It has no other name.", http.StatusMisdirectedRequest)
		return
	}
	time.Sleep(e.latency)
	if e.serveBlob(w, r) {
		return
	}
	entry := Request{Method: r.Method, Path: r.URL.RequestURI(), Time: e.Now()}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry.Body = string(body)

	path, mounted := strings.CutPrefix(r.URL.EscapedPath(), e.pathPrefix)
	segments := api.Split(path)
	c := &api.Call{Request: r, Body: body, Base: e.plainBase}
	if r.TLS != nil {
		c.Base = e.tlsBase + e.pathPrefix // a client of Azure sends its token to no other address
	}
	var known bool
	c.Route, c.Params, known = e.router.Match(r.Method, segments)
	if c.Route != nil && !mounted && c.Route.Plane != api.PlaneEntra {
		c.Route, known = nil, false
		segments = []string{""}
	}

	var out api.Response
	var spoil *faults.Fault
	switch {
	case err != nil:
		entry.Operation = "Unserved"
		out = api.Render(api.PlaneData, nil, unreadable(err))
	case c.Route == nil:
		entry.Operation = "Unserved"
		p, err := api.Unserved(segments, known)
		out = api.Render(p, nil, err)
	default:
		entry.Operation = c.Route.Operation
		if entry.Operation == "UploadArtifact" {
			entry.Body = "" // the content of a file would stay in memory
		}
		if c.Route.Plane != api.PlaneControl { // no fault may lock out the call that takes it back
			spoil, entry.Service = e.faultOf(c)
		}
		if spoil != nil {
			c.Fault = string(spoil.Kind)
			entry.Fault = c.Fault
		}
		if spoil != nil && spoil.Kind == faults.ResetBefore {
			e.log.Add(entry)
			faults.Cut(w)
			return
		}
		if c.Route.Plane == api.PlaneControl {
			err = e.guard.admitsOrigin(r)
		}
		if err != nil {
			out = api.Render(c.Route.Plane, nil, err)
		} else {
			out = e.run(c, spoil)
		}
		if c.Principal != nil {
			entry.Principal = c.Principal.DisplayName
		}
	}
	entry.Status = out.Status
	if spoil != nil && spoil.Kind == faults.ResetAfter {
		entry.Status = 0
	}
	// The entry is there before the client can see the reply, so that a test reads a complete log.
	if c.Route != nil && c.Route.Plane == api.PlaneControl {
		e.log.Line(entry)
	} else {
		e.log.Add(entry)
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

// faultOf takes the fault that is ordered for a call, if there is one, and names
// the service that the call is about.
func (e *Emulator) faultOf(c *api.Call) (spoil *faults.Fault, service string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	target := e.target(c)
	return e.faults.Take(target), target.Service
}

// target tells what the call is about, as far as faults are limited by it.
func (e *Emulator) target(c *api.Call) faults.Target {
	target := faults.Target{Operation: c.Route.Operation}
	if c.Route.Subject != nil {
		target.Service = c.Route.Subject(c)
	}
	if target.Operation == "GetOperation" {
		target.OperationID = c.Param("id")
	}
	return target
}

// run does the work of a call: under the lock, and what takes long after it.
func (e *Emulator) run(c *api.Call, spoil *faults.Fault) api.Response {
	out, later, changed := e.runLocked(c, spoil)
	if changed > 0 {
		if err := e.saveUntil(changed); err != nil {
			return api.Render(c.Route.Plane, nil, unsaved(err))
		}
	}
	if later != nil {
		result, err := later(c.Request.Context())
		out = api.Render(c.Route.Plane, result, err)
	}
	return out
}

// runLocked does the part of a call that needs the lock. If changed is not 0, the
// reply must not be sent before that many changes are saved.
func (e *Emulator) runLocked(c *api.Call, spoil *faults.Fault) (out api.Response, later func(context.Context) (*api.Reply, error), changed uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finishDue()
	if spoil != nil {
		now := e.Now()
		if result, replaced, err := spoil.Instead(now); replaced {
			out := api.Render(c.Route.Plane, result, err)
			out.Date, out.Held = now, true
			return out, nil, 0
		}
	}
	var result *api.Reply
	err := e.admit(c)
	if err == nil {
		before := len(e.engine.Pending())
		result, err = c.Route.Handle(c)
		if pending := e.engine.Pending(); err == nil && spoil != nil && len(pending) > before {
			err = e.faults.Spoil(spoil, pending[len(pending)-1])
		}
		if err == nil && changes(c) {
			e.changed++
			changed = e.changed
		}
		if err == nil && result.Later != nil {
			return api.Response{}, result.Later, changed
		}
	}
	return api.Render(c.Route.Plane, result, err), nil, changed
}

// admit answers 401, 404 for the workspace, 403, or nothing.
func (e *Emulator) admit(c *api.Call) error {
	switch c.Route.Plane {
	case api.PlaneData, api.PlaneARM, api.PlaneArtifact:
	default:
		return nil
	}
	var err error
	if c.Principal, err = e.entra.Authenticate(c.Request, c.Route.Plane); err != nil {
		return err
	}
	scope := c.Scope()
	if c.Params["ws"] != "" {
		c.Workspace = e.store.WorkspaceByID(scope)
	}
	if c.Route.Action != nil {
		if err := api.Authorize(c.Principal, c.Route.Action(c), scope, c.Route.Plane); err != nil {
			return err
		}
	}
	if c.Params["ws"] != "" && c.Workspace == nil {
		return arm.MissingWorkspace(c)
	}
	return nil
}

// send writes a response, spoilt if a fault was ordered. Its Date is the
// emulator's clock, as every other time in it.
func (e *Emulator) send(w http.ResponseWriter, r *http.Request, out api.Response, spoil *faults.Fault) {
	if out.Held && spoil.Delay > 0 && !spoil.Hold(r) {
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
	if spoil != nil && spoil.SendSpoilt(w, r, out) {
		return
	}
	if out.Stream != nil {
		out.Stream(w, r)
		return
	}
	w.WriteHeader(out.Status)
	_, _ = w.Write(out.Body)
}
