// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// The views hold what a person may see: no key, no token, no secret.
type (
	overview struct {
		Workspaces []workspaceView `json:"workspaces"`
		Faults     []Fault         `json:"faults"`
	}
	workspaceView struct {
		ID           string        `json:"id"`
		Name         string        `json:"name"`
		Location     string        `json:"location"`
		Services     []serviceView `json:"services"`
		Computes     []computeView `json:"computes"`
		Models       []string      `json:"models"`
		Environments []string      `json:"environments"`
		Artifacts    int           `json:"artifacts"`
		Endpoints    []string      `json:"endpoints"` // of v2, each with its deployments
	}
	computeView struct {
		Name     string `json:"name"`
		Kind     string `json:"kind"`
		Location string `json:"location"`
		State    string `json:"state"`
	}
	serviceView struct {
		ID          string         `json:"id"`
		Name        string         `json:"name"`
		Workspace   string         `json:"workspace"`
		Description string         `json:"description"`
		Type        string         `json:"type"`
		Place       string         `json:"place"` // cluster or region
		State       string         `json:"state"`
		Mode        string         `json:"mode"`
		Models      []string       `json:"models"`
		Created     time.Time      `json:"created"`
		Updated     time.Time      `json:"updated"`
		Operation   *operationView `json:"operation"` // the latest; nil if there was none
		Why         string         `json:"why"`       // it failed; empty if it did not
		Keys        []keyView      `json:"keys"`
		ValidTokens int            `json:"validTokens"`
	}
	keyView struct {
		Slot  string    `json:"slot"`
		Since time.Time `json:"since"`
	}
	operationView struct {
		ID      string     `json:"id"`
		What    string     `json:"what"`
		State   string     `json:"state"`
		Step    string     `json:"step"`
		Started time.Time  `json:"started"`
		Ended   *time.Time `json:"ended"`   // nil while it runs
		Seconds float64    `json:"seconds"` // that it takes; 0 if it has no end
		Why     string     `json:"why"`
	}
)

// overview is what the page lists.
func (p *Page) overview() overview {
	s := p.source.State()
	view := overview{Workspaces: []workspaceView{}, Faults: p.source.Faults()}
	for _, id := range state.SortedKeys(s.Workspaces) {
		view.Workspaces = append(view.Workspaces, p.workspaceView(s.Workspaces[id]))
	}
	return view
}

func (p *Page) workspaceView(w *state.Workspace) workspaceView {
	view := workspaceView{
		ID: w.ID, Name: w.Name, Location: w.Location, Artifacts: len(w.Artifacts),
		Services: []serviceView{}, Computes: []computeView{}, Models: []string{}, Environments: []string{},
	}
	for _, name := range state.SortedKeys(w.Services) {
		view.Services = append(view.Services, p.serviceView(w.Services[name]))
	}
	for _, name := range state.SortedKeys(w.Computes) {
		found := w.Computes[name]
		view.Computes = append(view.Computes, computeView{Name: found.Name, Kind: found.Kind, Location: found.Location, State: found.State})
	}
	for _, m := range w.Models {
		view.Models = append(view.Models, m.ID())
	}
	for _, name := range state.SortedKeys(w.Environments) {
		view.Environments = append(view.Environments, name+":"+w.Environment(name, "").Version)
	}
	view.Endpoints = endpoints(w)
	return view
}

// endpoints describes the online endpoints of v2, a line for each.
func endpoints(w *state.Workspace) []string {
	lines := []string{}
	for _, key := range state.SortedKeys(w.OnlineEndpoints) {
		endpoint := w.OnlineEndpoints[key]
		var deployments []string
		for _, name := range state.SortedKeys(endpoint.Deployments) {
			deployments = append(deployments, endpoint.Deployments[name].Name+" "+endpoint.Deployments[name].State)
		}
		line := endpoint.Name + " (" + endpoint.State + ")"
		if len(deployments) > 0 {
			line += " with " + strings.Join(deployments, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

func (p *Page) serviceView(svc *state.Service) serviceView {
	view := serviceView{
		ID: svc.ID(), Name: svc.Name, Workspace: svc.Workspace.Name, Type: svc.Kind, State: svc.State, Mode: mode(svc.Doc),
		Models: state.ModelIDs(svc.Doc), Created: svc.Created, Updated: svc.Updated, Keys: keys(svc), ValidTokens: len(svc.ValidTokens(p.source.Now())),
	}
	view.Description, _ = svc.Doc["description"].(string)
	view.Place, _ = svc.Doc["location"].(string)
	if cluster, _ := svc.Doc["computeName"].(string); cluster != "" {
		view.Place = cluster
	}
	if svc.Failure != nil {
		view.Why, _ = svc.Failure["message"].(string)
	}
	if svc.Operation != nil {
		operation := p.operationView(svc.Operation)
		view.Operation = &operation
	}
	return view
}

// keys tells how old the keys are, without a byte of them.
func keys(svc *state.Service) []keyView {
	views := []keyView{}
	for _, key := range []struct {
		slot, value string
		since       time.Time
	}{{state.SlotPrimary, svc.Primary, svc.PrimarySince}, {state.SlotSecondary, svc.Secondary, svc.SecondarySince}} {
		if key.value == "" {
			continue
		}
		if key.since.IsZero() {
			key.since = svc.Created
		}
		views = append(views, keyView{Slot: key.slot, Since: key.since})
	}
	return views
}

func (p *Page) operationView(op *state.Operation) operationView {
	view := operationView{ID: op.ID, What: what(op), Started: op.Started}
	view.State, view.Step = p.source.Progress(op)
	if !op.Deploys {
		view.Step = "" // it has one
	}
	if op.State != "" {
		view.Ended = &op.Ended
		if op.Failure != nil && op.State != state.Succeeded {
			view.Why = op.Failure.Message
		}
	} else if !op.Endless {
		view.Seconds = op.Duration.Seconds()
	}
	return view
}

// what names what an operation does.
func what(op *state.Operation) string {
	switch {
	case op.Effect.Removes:
		return "Delete"
	case op.Effect.SetsKey && op.Effect.Primary:
		return "Regenerate the primary key"
	case op.Effect.SetsKey:
		return "Regenerate the secondary key"
	case op.Deploys:
		return "Deploy"
	}
	return "Update"
}

// mode names the authentication that a service asks for.
func mode(doc map[string]any) string {
	switch {
	case doc["authEnabled"] == true:
		return "key"
	case doc["aadAuthEnabled"] == true:
		return "token"
	}
	return "open"
}
