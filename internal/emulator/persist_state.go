// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/registry"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// stateVersion is the form of the state file.
const stateVersion = 1

// savedState is the state file: the store, and what belongs to the emulator itself.
type savedState struct {
	Version        int            `json:"version"`
	SigningKey     []byte         `json:"signingKey"` // PKCS #1
	SASSecret      string         `json:"sasSecret"`
	IdentityHeader string         `json:"identityHeader"`
	ClockAhead     time.Duration  `json:"clockAhead"`
	Authority      savedAuthority `json:"authority"`
	*state.State
}

// savedAuthority is a certificate, and its key in SEC 1 form.
type savedAuthority struct {
	Certificate []byte `json:"certificate"`
	Key         []byte `json:"key"`
}

func (e *Emulator) snapshot() (savedState, error) {
	authority, err := e.authority.saved()
	secrets := e.entra.Secrets()
	return savedState{
		Version: stateVersion, Authority: authority, SigningKey: secrets.SigningKey,
		SASSecret: e.sasSecret, IdentityHeader: secrets.IdentityHeader, ClockAhead: e.clock.ahead(), State: e.store,
	}, err
}

// restore takes over a state file. Operations that were on their way go on: their
// time counts from their start.
func (e *Emulator) restore(saved savedState) error {
	err := e.entra.Restore(entra.Secrets{SigningKey: saved.SigningKey, IdentityHeader: saved.IdentityHeader})
	if err != nil {
		return err
	}
	if e.authority, err = restoredAuthority(saved.Authority); err != nil {
		return err
	}
	e.sasSecret = saved.SASSecret
	e.clock.advance(saved.ClockAhead)
	e.store = saved.State
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		linkDocuments(e.store.Workspaces[id])
	}
	return nil
}

// linkDocuments prepares a workspace that was read: documents have the numbers of a request.
func linkDocuments(w *state.Workspace) {
	services.LinkDocuments(w)
	registry.LinkDocuments(w)
}
