// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/arm"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/control"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/page"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/storage"
)

// maxBody bounds what one call may send; the front end's own limit is 100 MB.
const maxBody = 100 << 20

// wire makes the layers, each with what it needs of the others and of the emulator, and
// the router over their routes.
func (e *Emulator) wire(c config) error {
	store := func() *state.State { return e.store }
	plain, secure := func() string { return e.plainBase }, func() string { return e.tlsBase }
	e.engine = operations.New(e.Now, c.operationDuration)
	e.engine.After(func(time.Time) { e.store.Prune() })
	e.entra = entra.New(entra.Dependencies{Now: e.Now, State: store, BaseURL: plain, AuthorityURL: secure})
	if c.execute {
		if err := c.onLoopback(); err != nil {
			return err
		}
		var err error
		if e.executor, err = scoring.NewExecutor(c.initTimeout, e.Now, e.files.Open); err != nil {
			return err
		}
	}
	e.storage = storage.New(storage.Dependencies{
		Files: &e.files, Now: e.Now, BaseURL: plain, SecureURL: secure, PathPrefix: e.pathPrefix,
		PageSize: e.pageSize, Host: c.blobHost, Secret: func() string { return e.sasSecret },
	})
	e.services = services.New(services.Dependencies{
		Engine: e.engine, Now: e.Now, State: store, Behavior: func() Behavior { return e.behavior }, PageSize: e.pageSize, Code: e.executor,
		BaseURL: plain, TLSBaseURL: func() string { return e.tlsBase + e.pathPrefix }, ScoringURL: func() string { return e.scoringBase },
		PathPrefix: e.pathPrefix, ContentURI: e.storage.ContentURI,
		Author: e.entra.Author, Sign: e.entra.Sign, Verify: e.entra.Verify,
	})
	e.scoring = scoring.New(scoring.Dependencies{State: store, AcceptsToken: e.services.AcceptsToken, Code: e.executor})
	e.registry = registry.New(registry.Dependencies{Now: e.Now, BaseURL: plain, PageSize: e.pageSize, Author: e.entra.Author})
	resourceManager := arm.New(arm.Dependencies{
		State: store, PlainURL: plain, SecureURL: secure, Prefix: e.pathPrefix, PageSize: e.pageSize,
		Services: arm.Services{
			Create: e.services.Create, Get: e.services.Get, List: e.services.List, Delete: e.services.DeleteNow,
			WriteAction: services.WriteAction, DeleteAction: services.Action("delete"),
		},
	})
	e.endpoints = e.newEndpoints(c.execute)
	e.faults = faults.New(faults.Dependencies{
		State: store, Operations: e.operations, AboutService: func(operation string) bool { return e.router.AboutService(operation) },
		Release: e.engine.Release, StoreLog: e.files.Put,
	})
	e.control = control.New(control.Dependencies{
		State: store, Log: e.log, Faults: e.faults, Now: e.Now, Advance: e.AdvanceClock,
		Behavior: func() Behavior { return e.behavior }, SetBehavior: func(b Behavior) { e.behavior = b },
		Reset: e.reset, SaveFailure: func() error { return e.disk.Failure() },
		PlainURL: plain, SecureURL: secure, CAFile: e.CAFile, Authority: e.CACertPEM,
	})
	e.page = page.New(pageSource{e}, e.log)
	e.router = api.NewRouter(
		e.entra.Routes(), resourceManager.Routes(), e.services.Routes(), e.registry.Routes(), e.storage.Routes(),
		e.scoring.Routes(), e.endpoints.Routes(), e.control.Routes(), e.page.Routes(),
	)
	e.guard = newGuard(c)
	return nil
}

// pageSize is the most items of a page of any list.
func (e *Emulator) pageSize() int { return e.behavior.Page() }

// operations names every operation that faults can be ordered for.
func (e *Emulator) operations() []string {
	names := slices.Concat(e.router.Operations(), storage.Operations)
	slices.Sort(names)
	return slices.Compact(names)
}
