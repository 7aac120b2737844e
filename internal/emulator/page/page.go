// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package page is the emulator's page for the browser: one document without a
// build or an outside resource, which events keep up to date. It is given what it
// shows by a Source, and shows no key and no token until the person asks for it.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/requestlog"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Source is what the page shows, and the little that it does by itself.
type Source interface {
	Now() time.Time
	// Locked calls f under the emulator's lock, after everything that is due has happened.
	Locked(f func())

	// Under the lock only, as it is held while a route's handler runs:
	State() *state.State
	Faults() []Fault
	Document(*state.Service) map[string]any            // as GET answers
	Progress(*state.Operation) (state, step string)    // that it has reached
	StreamingLog(*state.Operation) string              // "time|text" items joined by '#'
	BuildLog(*state.Operation) string                  // empty if it built no image
	ContainerLog(svc *state.Service, lines int) string // of the latest deployment
	Token(*state.Service) (string, error)

	// Facts do not change while the emulator runs.
	Facts() Facts
}

// Facts are what the page is made with.
type Facts struct {
	Base          string   `json:"base"`      // path prefix of every address
	Address       string   `json:"address"`   // of the plain listener, with the prefix, as clients reach it
	Loopback      string   `json:"-"`         // host and port of the plain listener, as this machine reaches it
	Authority     string   `json:"authority"` // of the token endpoint
	CAFile        string   `json:"caFile"`
	Kinds         []Kind   `json:"kinds"`
	Operations    []string `json:"operations"` // that faults can be ordered for
	SubOperations []string `json:"subOperations"`
}

// Kind describes one kind of fault for the form.
type Kind struct {
	Kind       string   `json:"kind"`
	Operations []string `json:"operations"` // that it can happen to; nil is all
	Takes      []string `json:"takes"`      // members of an order beside those that all take
	Happens    string   `json:"happens"`    // the page's own text
}

// Fault is one order that has not been used up.
type Fault struct {
	Order any `json:"order"` // as the control API shows it
	Left  int `json:"left"`  // how often it still happens; 0 is until it is cleared
	Skip  int `json:"skip"`  // matching calls that still pass
}

// Page serves the page and what it asks for.
type Page struct {
	source   Source
	log      *requestlog.Log
	hub      *hub
	instance string // tells a page that comes back whether this is the process that it knows
}

// New makes the page. It is told about each request by the log.
func New(source Source, log *requestlog.Log) *Page {
	p := &Page{source: source, log: log, hub: newHub(), instance: state.RandomText(8)}
	log.OnAdd(p.hub.wake)
	return p
}

// Close ends the streams of all open pages.
func (p *Page) Close() { p.hub.close() }

// Routes are of the control API: no credential, and no change from pages of another origin.
func (p *Page) Routes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/", Operation: "Page", Plane: api.PlaneControl, Handle: p.show},
		{Method: "GET", Pattern: "/_emulator/events", Operation: "ControlEvents", Plane: api.PlaneControl, Handle: p.events},
		{Method: "GET", Pattern: "/_emulator/service", Operation: "ControlService", Plane: api.PlaneControl, Handle: p.service},
		{Method: "POST", Pattern: "/_emulator/service/credential", Operation: "ControlServiceCredential", Plane: api.PlaneControl, Handle: p.credential},
		{Method: "POST", Pattern: "/_emulator/service/score", Operation: "ControlServiceScore", Plane: api.PlaneControl, Handle: p.score},
	}
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// contentPolicy allows the page's own script and style, calls of the emulator, and
// nothing else: no other page can frame it and have the person click there.
var contentPolicy = func() string {
	sum := sha256.Sum256([]byte(pageJS))
	return "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// show answers the page, which is the same document at all times.
func (p *Page) show(*api.Call) (*api.Reply, error) {
	facts := p.source.Facts()
	for i, kind := range facts.Kinds {
		facts.Kinds[i].Happens = happens[kind.Kind]
	}
	var document bytes.Buffer
	err := pageTemplate.Execute(&document, struct {
		Style  template.CSS
		Script template.JS
		Facts  Facts
	}{template.CSS(pageCSS), template.JS(pageJS), facts})
	if err != nil {
		return nil, err
	}
	reply := &api.Reply{Status: 200, ContentType: "text/html; charset=utf-8", Body: document.Bytes()}
	return reply.With("Cache-Control", "no-store").With("Content-Security-Policy", contentPolicy).With("X-Content-Type-Options", "nosniff"), nil
}
