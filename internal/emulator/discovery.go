// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

func (e *Emulator) discoveryRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/discovery/workspaces/{guid}", Operation: "Discovery", Plane: api.PlaneAnonymous, Handle: e.discover},
	}
}

// discover maps service names to base URLs. It is asked without a credential.
// The SDK fails with a KeyError unless the first six keys are there.
func (e *Emulator) discover(c *api.Call) (*api.Reply, error) {
	for _, w := range e.store.Workspaces {
		if strings.EqualFold(w.GUID, c.Param("guid")) {
			services := map[string]string{}
			for _, name := range []string{
				"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio",
				"catalog", "gallery", "labeling", "pipelines", "studiocoreservices",
			} {
				services[name] = e.plainBase
			}
			return api.OK(services), nil
		}
	}
	return nil, api.NotFound("Workspace %s was not found.", c.Param("guid"))
}
