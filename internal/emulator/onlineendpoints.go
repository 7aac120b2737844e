// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
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
	}
	if executes {
		d.Launch = e.launchDeployment
	}
	return onlineendpoint.New(d)
}

// deploymentLaunch is a launch as the layer of v2 sees it.
type deploymentLaunch struct{ *launch }

// Ended tells when init() ended, if it has.
func (l deploymentLaunch) Ended() (at time.Time, ended bool) {
	if !l.over() {
		return time.Time{}, false
	}
	return l.ended, true
}

// Wait returns when init() has ended.
func (l deploymentLaunch) Wait() { <-l.done }

// Container is the container of code that is up, or why it is not.
func (l deploymentLaunch) Container() (*pyrunner.Container, error) { return l.container, l.err }

// Log is what the container writes.
func (l deploymentLaunch) Log() *pyrunner.Log { return l.log }

// Abandon stops the code, as soon as it has come up.
func (l deploymentLaunch) Abandon() { l.abandon() }

// launchDeployment starts the code of a deployment as it does that of a service.
func (e *Emulator) launchDeployment(w *state.Workspace, given onlineendpoint.Program) onlineendpoint.Launch {
	p := &program{
		script: given.Script, variables: given.Variables, parallel: given.Parallel, runTimeout: given.RunTimeout, queueTimeout: given.QueueTimeout,
	}
	if !filepath.IsLocal(filepath.FromSlash(p.script)) {
		given.Problem = fmt.Errorf("%q leads out of the working directory", p.script)
	}
	for _, file := range given.Code {
		p.parts = append(p.parts, part{what: "code " + file.Path, blob: file.Artifact.Blob, target: file.Path})
	}
	var ids []string
	if given.ModelID != "" {
		ids = append(ids, given.ModelID)
	}
	p.models(w, ids)
	return deploymentLaunch{e.launchProgram(p, given.Problem)}
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
