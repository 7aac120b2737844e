// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// AddPrincipal adds a principal, or replaces the one with its client id.
func (e *Emulator) AddPrincipal(p state.Principal) error {
	principal, err := state.NewPrincipal(p)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.store.Principals = slices.DeleteFunc(e.store.Principals, func(old *state.Principal) bool { return old.ClientID == p.ClientID })
	e.store.Principals = append(e.store.Principals, principal)
	return nil
}
