// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package page

import (
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

const (
	// maxOperations is how many of a service's operations are shown, the latest ones.
	maxOperations = 20
	// maxLogLines is how much of a container's log is shown.
	maxLogLines = 500
)

// detail is one service, opened.
type detail struct {
	serviceView
	Document     map[string]any    `json:"document"`
	ScoringURI   string            `json:"scoringUri"` // empty until the service was deployed once
	Rotations    []state.Rotation  `json:"rotations"`  // the latest first
	Tokens       []state.HandedOut `json:"tokens"`     // still valid, the latest first
	Operations   []operationSteps  `json:"operations"`
	Failure      *failureView      `json:"failure"`
	ContainerLog string            `json:"containerLog"`
}

type (
	operationSteps struct {
		operationView
		Steps []stepView `json:"steps"`
	}
	stepView struct {
		At   string `json:"at"` // yyyymmddhhmmss, UTC
		Text string `json:"text"`
	}
	failureView struct {
		Code     string   `json:"code"`
		Message  string   `json:"message"`
		Details  []string `json:"details"`
		BuildLog string   `json:"buildLog"`
	}
)

// service answers everything about the service that the query parameter id names.
func (p *Page) service(c *api.Call) (*api.Reply, error) {
	svc, err := p.find(c.Query("id"))
	if err != nil {
		return nil, err
	}
	return api.OK(p.detail(svc)).With("Cache-Control", "no-store"), nil
}

// find returns the service of a full id.
func (p *Page) find(id string) (*state.Service, error) {
	workspace, name, _ := cutLast(id, "/services/")
	if w := p.source.State().WorkspaceByID(workspace); w != nil && w.Services[name] != nil {
		return w.Services[name], nil
	}
	return nil, api.NotFound("There is no service %q. Give the full id of a service.", id)
}

func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

func (p *Page) detail(svc *state.Service) detail {
	view := detail{
		serviceView: p.serviceView(svc), Document: p.source.Document(svc), Rotations: []state.Rotation{},
		Tokens: svc.ValidTokens(p.source.Now()), Operations: p.operations(svc), ContainerLog: p.source.ContainerLog(svc, maxLogLines),
	}
	view.ScoringURI, _ = view.Document["scoringUri"].(string)
	view.Rotations = append(view.Rotations, svc.Rotations...)
	slices.Reverse(view.Rotations)
	if svc.Failure != nil {
		view.Failure = &failureView{Code: text(svc.Failure["code"]), Message: text(svc.Failure["message"]), Details: details(svc.Failure["details"])}
		if svc.Operation != nil {
			view.Failure.BuildLog = p.source.BuildLog(svc.Operation)
		}
	}
	return view
}

func (p *Page) operations(svc *state.Service) []operationSteps {
	var ops []*state.Operation
	for _, op := range svc.Workspace.Operations {
		if op.Service == svc {
			ops = append(ops, op)
		}
	}
	slices.SortFunc(ops, func(a, b *state.Operation) int {
		if order := b.Started.Compare(a.Started); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	views := []operationSteps{}
	for _, op := range ops[:min(len(ops), maxOperations)] {
		view := operationSteps{operationView: p.operationView(op), Steps: []stepView{}}
		for item := range strings.SplitSeq(p.source.StreamingLog(op), "#") {
			at, text, _ := strings.Cut(item, "|")
			view.Steps = append(view.Steps, stepView{At: at, Text: text})
		}
		views = append(views, view)
	}
	return views
}

// details are the texts of a failure's details, as this process or a state file has them.
func details(value any) []string {
	texts := []string{}
	switch items := value.(type) {
	case []api.Detail:
		for _, item := range items {
			texts = append(texts, item.Code+": "+item.Message)
		}
	case []any:
		for _, item := range items {
			if members, isObject := item.(map[string]any); isObject {
				texts = append(texts, text(members["code"])+": "+text(members["message"]))
			}
		}
	}
	return texts
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
