// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (e *Emulator) pageRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/", Operation: "Page", Plane: api.PlaneControl, Handle: e.showPage},
	}
}

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// pageRequests is how many of the last requests the page shows.
const pageRequests = 50

// The views hold what a person may see: no key, no token, no secret.
type (
	pageView struct {
		Base, Address, Authority, CAFile, Now string
		Workspaces                            []workspaceView
		Requests                              []requestView
		Faults                                []faultView
		Kinds                                 []FaultKind
		Operations, SubOperations             []string
	}
	workspaceView struct {
		ID, Name, Location   string
		Services             []serviceView
		Computes             []computeView
		Models, Environments []string
		Artifacts            int
	}
	serviceView struct {
		Name, Type, State, Mode, Keys, Models, Operation, Updated, URI string
	}
	computeView struct{ Name, Kind, Location, State string }
	requestView struct {
		Time, Method, Path, Short, Operation, Principal, Fault string
		Status                                                 int
	}
	faultView struct{ Kind, Operation, Service, Left, Skip string }
)

// showPage renders what there is as one page, for a person who wants to see.
func (e *Emulator) showPage(c *api.Call) (*api.Reply, error) {
	view := pageView{
		Base: e.pathPrefix, Address: e.plainBase, Authority: e.tlsBase, CAFile: e.caFile, Now: e.Now().Format(time.DateTime),
		Kinds: FaultKinds(), Operations: e.operations(), SubOperations: subOperations,
	}
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		view.Workspaces = append(view.Workspaces, e.viewWorkspace(e.store.Workspaces[id]))
	}
	requests := e.Requests()
	requests = requests[max(0, len(requests)-pageRequests):]
	slices.Reverse(requests)
	for _, r := range requests {
		view.Requests = append(view.Requests, requestView{
			Time: r.Time.Format("15:04:05.000"), Method: r.Method, Path: r.Path, Short: e.shortPath(r.Path), Operation: r.Operation, Principal: r.Principal, Fault: r.Fault, Status: r.Status,
		})
	}
	for _, f := range e.faults {
		left := "until cleared"
		if f.Times > 0 {
			left = fmt.Sprintf("%d of %d", f.left, f.Times)
		}
		view.Faults = append(view.Faults, faultView{
			Kind: string(f.Kind), Operation: cmp.Or(f.Fault.Operation, "any"), Service: cmp.Or(f.Service, "any"), Left: left, Skip: fmt.Sprint(f.skip),
		})
	}
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, view); err != nil {
		return nil, err
	}
	return (&api.Reply{Status: 200, ContentType: "text/html; charset=utf-8", Body: page.Bytes()}).With("Cache-Control", "no-store"), nil
}

// shortPath leaves out what is the same in nearly every request, so that the
// end of a path can be seen.
func (e *Emulator) shortPath(path string) string {
	for _, w := range e.store.Workspaces {
		if before, after, found := strings.Cut(path, w.ID); found && (after == "" || strings.ContainsAny(after[:1], "/?")) {
			return before + "/…/" + w.Name + after
		}
	}
	return path
}

func (e *Emulator) viewWorkspace(w *state.Workspace) workspaceView {
	view := workspaceView{ID: w.ID, Name: w.Name, Location: w.Location, Artifacts: len(w.Artifacts)}
	for _, name := range state.SortedKeys(w.Services) {
		view.Services = append(view.Services, e.viewService(w.Services[name]))
	}
	for _, name := range state.SortedKeys(w.Computes) {
		found := w.Computes[name]
		view.Computes = append(view.Computes, computeView{Name: found.Name, Kind: found.Kind, Location: found.Location, State: found.State})
	}
	for _, m := range w.Models {
		view.Models = append(view.Models, m.ID()+" ("+m.Framework+")")
	}
	for _, name := range slices.Sorted(maps.Keys(w.Environments)) {
		view.Environments = append(view.Environments, name+":"+w.Environment(name, "").Version)
	}
	return view
}

func (e *Emulator) viewService(svc *state.Service) serviceView {
	view := serviceView{Name: svc.Name, Type: svc.Kind, State: svc.State, Mode: authMode(svc), Keys: "none", Updated: svc.Updated.Format(time.DateTime)}
	if svc.Primary != "" || svc.Secondary != "" {
		view.Keys = "••••• / •••••"
	}
	ids := state.ModelIDs(svc.Doc)
	view.Models = fmt.Sprint(len(ids))
	if len(ids) <= 3 {
		view.Models = strings.Join(ids, ", ")
	}
	if svc.Operation != nil {
		view.Operation, _, _ = progressOf(svc.Operation, e.Now())
	}
	view.URI, _ = e.render(svc, false)["scoringUri"].(string)
	return view
}

// authMode names the authentication that a service asks for.
func authMode(svc *state.Service) string {
	switch {
	case svc.Doc["authEnabled"] == true:
		return "key"
	case svc.Doc["aadAuthEnabled"] == true:
		return "token"
	default:
		return "open"
	}
}
