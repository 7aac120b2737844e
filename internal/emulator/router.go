// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// maxBody bounds what one call may send; the front end's own limit is 100 MB.
const maxBody = 100 << 20

func (e *Emulator) newRouter() *api.Router {
	return api.NewRouter(
		e.entra.Routes(), e.armRoutes(), e.subscriptionRoutes(), e.workspaceListRoutes(), e.discoveryRoutes(), e.metadataRoutes(),
		e.serviceRoutes(), e.operationRoutes(), e.keyRoutes(), e.validationRoutes(), e.registry.Routes(), e.artifactRoutes(),
		e.scoringRoutes(), e.endpoints.Routes(), e.controlRoutes(), e.pageRoutes(),
	)
}

// operations names every operation that faults can be ordered for.
func (e *Emulator) operations() []string {
	names := slices.Concat(e.router.Operations(), blobOperations)
	slices.Sort(names)
	return slices.Compact(names)
}
