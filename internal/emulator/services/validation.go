// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import "github.com/mlws/terraform-provider-mlws/internal/emulator/api"

func (l *Layer) validationRoutes() []api.Route {
	read := api.Action("workspaces/services/read")
	return []api.Route{
		{Method: "POST", Pattern: api.ManagementScope + "/services/validate", Operation: "ValidateService", Plane: api.PlaneData, Action: read, Reads: true, Handle: l.validateNothing},
		{Method: "POST", Pattern: api.ManagementScope + "/services/validate/resource", Operation: "ValidateService", Plane: api.PlaneData, Action: read, Reads: true, Handle: l.validateNothing},
		{Method: "POST", Pattern: api.ManagementScope + "/services/validate/name/{name}", Operation: "ValidateService", Plane: api.PlaneData, Action: read, Reads: true, Subject: api.Named, Handle: l.validateNothing},
	}
}

// validateNothing answers the advisory calls: an empty 200 means no objection,
// and what is wrong with a request is said by the request itself.
func (l *Layer) validateNothing(*api.Call) (*api.Reply, error) { return api.OK(nil), nil }
