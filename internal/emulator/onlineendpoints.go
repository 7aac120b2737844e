// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// newEndpoints is the layer of v2 over this emulator.
func (e *Emulator) newEndpoints() *onlineendpoint.Layer {
	return onlineendpoint.New(onlineendpoint.Dependencies{
		Engine:           e.engine,
		Now:              e.Now,
		State:            func() *state.State { return e.store },
		BaseURL:          func() string { return e.plainBase },
		RegenerateStatus: func() int { return cmp.Or(e.behavior.RegenerateStatus, http.StatusAccepted) },
		DeleteStatus:     func() int { return cmp.Or(e.behavior.DeleteStatus, http.StatusAccepted) },
		PageSize:         e.pageSize,
		Sign:             e.entra.Sign,
		Verify:           e.entra.Verify,
	})
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
