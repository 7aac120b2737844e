// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/arm"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// maxBody bounds what one call may send; the front end's own limit is 100 MB.
const maxBody = 100 << 20

func (e *Emulator) newRouter() *api.Router {
	return api.NewRouter(
		e.entra.Routes(), e.resourceManager().Routes(),
		e.services.Routes(), e.registry.Routes(), e.artifactRoutes(),
		e.scoring.Routes(), e.endpoints.Routes(), e.controlRoutes(), e.page.Routes(),
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
			Create: e.services.Create, Get: e.services.Get, List: e.services.List, Delete: e.services.DeleteNow,
			WriteAction: services.WriteAction, DeleteAction: services.Action("delete"),
		},
	})
}

// pageSize is the most items of a page of any list.
func (e *Emulator) pageSize() int { return e.behavior.Page() }

// operations names every operation that faults can be ordered for.
func (e *Emulator) operations() []string {
	names := slices.Concat(e.router.Operations(), blobOperations)
	slices.Sort(names)
	return slices.Compact(names)
}
