// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package registry serves what services are made of: models, the assets that models
// refer to, and environments.
package registry

import (
	"net/url"
	"slices"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what the layer needs of the emulator around it.
type Dependencies struct {
	Now      func() time.Time
	BaseURL  func() string // of all URLs that are handed out, without a slash at the end
	PageSize func() int
	Author   func(*state.Principal) map[string]any // shows who registered a model
}

// Layer serves the registry of each workspace.
type Layer struct{ Dependencies }

// New is the layer over an emulator.
func New(d Dependencies) *Layer { return &Layer{d} }

// Routes are the operations of the layer.
func (l *Layer) Routes() []api.Route {
	return slices.Concat(l.modelRoutes(), l.assetRoutes(), l.environmentRoutes())
}

// nextLink is the address of the next page of a list of model management.
func (l *Layer) nextLink(c *api.Call, path string, q url.Values, token string) string {
	return api.NextLink(l.BaseURL()+api.ManagementPrefix+c.Workspace.ID+path, q, token)
}

// LinkDocuments gives the documents of a workspace that was read from a state file the
// numbers of a request.
func LinkDocuments(w *state.Workspace) {
	for _, m := range w.Models {
		m.Doc = modelFields.Numbers(m.Doc)
	}
	for _, a := range w.Assets {
		a.Doc = assetFields.Numbers(a.Doc)
	}
}
