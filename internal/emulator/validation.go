// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "github.com/mlws/terraform-provider-mlws/internal/emulator/api"

func validationRoutes() []route {
	read := action("workspaces/services/read")
	return []route{
		{method: "POST", pattern: managementScope + "/services/validate", operation: "ValidateService", plane: api.PlaneData, action: read, handle: validateNothing},
		{method: "POST", pattern: managementScope + "/services/validate/resource", operation: "ValidateService", plane: api.PlaneData, action: read, handle: validateNothing},
		{method: "POST", pattern: managementScope + "/services/validate/name/{name}", operation: "ValidateService", plane: api.PlaneData, action: read, handle: validateNothing},
	}
}

// validateNothing answers the advisory calls: an empty 200 means no objection,
// and what is wrong with a request is said by the request itself.
func validateNothing(*call) (*api.Reply, error) { return api.OK(nil), nil }
