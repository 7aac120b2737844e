// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/arm"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxBody bounds what one call may send; the front end's own limit is 100 MB.
const maxBody = 100 << 20

func (e *Emulator) newRouter() *api.Router {
	return api.NewRouter(
		e.entra.Routes(), e.resourceManager().Routes(),
		e.serviceRoutes(), e.operationRoutes(), e.keyRoutes(), e.validationRoutes(), e.registry.Routes(), e.artifactRoutes(),
		e.scoringRoutes(), e.endpoints.Routes(), e.controlRoutes(), e.page.Routes(),
	)
}

func (e *Emulator) resourceManager() *arm.Layer {
	return arm.New(arm.Dependencies{
		State:     func() *state.State { return e.store },
		PlainURL:  func() string { return e.plainBase },
		SecureURL: func() string { return e.tlsBase },
		Prefix:    e.pathPrefix,
		PageSize:  e.pageSize,
		Services: arm.Services{
			Create: e.createService, Get: e.getService, List: e.listServices, Delete: e.deleteServiceNow,
			WriteAction: createAction, DeleteAction: serviceAction("delete"),
		},
	})
}

// operations names every operation that faults can be ordered for.
func (e *Emulator) operations() []string {
	names := slices.Concat(e.router.Operations(), blobOperations)
	slices.Sort(names)
	return slices.Compact(names)
}
