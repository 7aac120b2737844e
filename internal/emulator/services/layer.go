// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package services serves the v1 services of a workspace: create, patch, list, delete, keys,
// tokens, logs, and the operations that they start. Its rules are those of the service;
// scoring calls are another layer's.
package services

import (
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer needs of the emulator around it.
type Dependencies struct {
	Engine   *operations.Engine
	Now      func() time.Time
	State    func() *state.State
	Behavior func() Behavior
	PageSize func() int
	Code     *scoring.Executor // nil if no code is run

	BaseURL    func() string // of all URLs that are handed out, without a slash at the end
	ScoringURL func() string // of the scoring URLs of services without TLS, with the path prefix
	TLSBaseURL func() string // of the scoring URLs of services with TLS
	PathPrefix string        // of the path of BaseURL
	ContentURI func(w *state.Workspace, blob string) string

	Author func(*state.Principal) map[string]any // shows who made a service
	// Sign and Verify make and check the tokens of services.
	Sign   func(jwt.MapClaims) (string, error)
	Verify func(token, issuer string) (jwt.MapClaims, error)
}

// Layer serves the services of each workspace.
type Layer struct{ Dependencies }

// New is the layer over an emulator. The engine calls it at the end of each Finish.
func New(d Dependencies) *Layer {
	l := &Layer{d}
	d.Engine.After(l.tick)
	return l
}

// Routes are the operations of the layer.
func (l *Layer) Routes() []api.Route {
	return slices.Concat(l.serviceRoutes(), l.operationRoutes(), l.keyRoutes(), l.validationRoutes())
}

// LinkDocuments gives the documents of a workspace that was read from a state file the
// numbers of a request.
func LinkDocuments(w *state.Workspace) {
	for _, svc := range w.Services {
		svc.Doc, svc.Live, svc.Failure = serviceFields.Numbers(svc.Doc), serviceFields.Numbers(svc.Live), api.Fields(nil).Numbers(svc.Failure)
	}
}
