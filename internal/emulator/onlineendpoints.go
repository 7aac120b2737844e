// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/scoring"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// newEndpoints is the layer of v2 over this emulator.
func (e *Emulator) newEndpoints(executes bool) *onlineendpoint.Layer {
	d := onlineendpoint.Dependencies{
		Engine:              e.engine,
		Now:                 e.Now,
		State:               func() *state.State { return e.store },
		BaseURL:             func() string { return e.plainBase },
		RegenerateStatus:    func() int { return cmp.Or(e.behavior.RegenerateStatus, http.StatusAccepted) },
		DeleteStatus:        func() int { return cmp.Or(e.behavior.DeleteStatus, http.StatusAccepted) },
		PageSize:            e.pageSize,
		Sign:                e.entra.Sign,
		Verify:              e.entra.Verify,
		Principal:           e.entra.MachineLearningPrincipal,
		RegisterModel:       e.registry.AddModelVersion,
		RegisterEnvironment: registry.AddEnvironmentVersion,
		ServicesWith:        registry.ServicesWith,
	}
	if executes {
		d.Launch = e.launchDeployment
	}
	return onlineendpoint.New(d)
}

// launchDeployment starts the code of a deployment as it does that of a service.
func (e *Emulator) launchDeployment(w *state.Workspace, given onlineendpoint.Program) onlineendpoint.Launch {
	code := scoring.Code{
		Script: given.Script, Variables: given.Variables, Parallel: given.Parallel, RunTimeout: given.RunTimeout, QueueTimeout: given.QueueTimeout, Problem: given.Problem,
	}
	for _, file := range given.Code {
		code.Files = append(code.Files, scoring.File{Blob: file.Artifact.Blob, Path: file.Path})
	}
	if given.ModelID != "" {
		code.Models = append(code.Models, given.ModelID)
	}
	return e.executor.LaunchCode(w, code)
}

// OnlineEndpointKeys are the keys of an online endpoint; empty if there is none.
func (e *Emulator) OnlineEndpointKeys(workspaceID, name string) (primary, secondary string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finishDue()
	if w := e.store.WorkspaceByID(workspaceID); w != nil {
		if endpoint := w.OnlineEndpoint(name); endpoint != nil {
			return endpoint.Primary, endpoint.Secondary
		}
	}
	return "", ""
}
