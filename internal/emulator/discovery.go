// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

func discoveryRoutes() []route {
	return []route{
		{method: "GET", pattern: "/discovery/workspaces/{guid}", operation: "Discovery", plane: api.PlaneAnonymous, handle: discover},
	}
}

// discover maps service names to base URLs. It is asked without a credential.
// The SDK fails with a KeyError unless the first six keys are there.
func discover(c *call) (*api.Reply, error) {
	for _, w := range c.store.Workspaces {
		if strings.EqualFold(w.GUID, c.param("guid")) {
			services := map[string]string{}
			for _, name := range []string{
				"api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio",
				"catalog", "gallery", "labeling", "pipelines", "studiocoreservices",
			} {
				services[name] = c.plainBase
			}
			return api.OK(services), nil
		}
	}
	return nil, api.NotFound("Workspace %s was not found.", c.param("guid"))
}
