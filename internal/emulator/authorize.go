// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
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

// authorize refuses with 403 in the text that Resource Manager uses.
func authorize(p *state.Principal, action, scope string, on api.Plane) error {
	full := action
	if !strings.HasPrefix(action, "Microsoft.") {
		full = state.ProviderNamespace + action
	}
	if p.May(full, scope) {
		return nil
	}
	code := "Forbidden" // the flat API's own 403 is not described anywhere: the text is Resource Manager's
	if on == api.PlaneARM {
		code = "AuthorizationFailed"
	}
	return &api.Error{Status: http.StatusForbidden, Code: code, Message: fmt.Sprintf(
		"The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. "+
			"If access was recently granted, please refresh your credentials.", p.ClientID, p.ObjectID, full, scope)}
}
