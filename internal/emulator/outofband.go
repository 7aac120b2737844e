// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// EditService changes a service as another person would, at once and without
// an operation. The function gets its wire form (without state, times, error,
// operation and URLs), and may change values, add and delete.
func (e *Emulator) EditService(workspaceID, name string, edit func(map[string]any)) error {
	return e.withService(workspaceID, name, func(svc *state.Service) error { return e.services.Edit(svc, edit) })
}

// RemoveService deletes a service at once, whatever runs on it.
func (e *Emulator) RemoveService(workspaceID, name string) error {
	return e.withService(workspaceID, name, func(svc *state.Service) error {
		e.services.Remove(svc)
		return nil
	})
}

// SetServiceState sets a state such as StateUnhealthy.
func (e *Emulator) SetServiceState(workspaceID, name, to string) error {
	return e.withService(workspaceID, name, func(svc *state.Service) error {
		svc.State = to
		return nil
	})
}

// SetKeys replaces the keys as somebody else's regenerate would; an empty value
// leaves that slot alone.
func (e *Emulator) SetKeys(workspaceID, name, primary, secondary string) error {
	return e.withService(workspaceID, name, func(svc *state.Service) error {
		svc.SetKeys(cmp.Or(primary, svc.Primary), cmp.Or(secondary, svc.Secondary), e.Now())
		return nil
	})
}

// Keys returns both keys, empty if there is no such service or no key yet.
func (e *Emulator) Keys(workspaceID, name string) (primary, secondary string) {
	_ = e.withService(workspaceID, name, func(svc *state.Service) error {
		primary, secondary = svc.Primary, svc.Secondary
		return nil
	})
	return primary, secondary
}

// ServiceJSON returns a service as GET with expand=true answers.
func (e *Emulator) ServiceJSON(workspaceID, name string) (map[string]any, bool) {
	var body map[string]any
	err := e.withService(workspaceID, name, func(svc *state.Service) error {
		raw, err := json.Marshal(e.services.Render(svc, true))
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &body)
	})
	return body, err == nil
}

// ServiceNames returns the names of a workspace's services, sorted.
func (e *Emulator) ServiceNames(workspaceID string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finishDue()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil {
		return nil
	}
	return state.SortedKeys(w.Services)
}

func (e *Emulator) withService(workspaceID, name string, f func(*state.Service) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finishDue()
	w := e.store.WorkspaceByID(workspaceID)
	if w == nil {
		return fmt.Errorf("the emulator has no workspace %s", workspaceID)
	}
	svc := w.Services[name]
	if svc == nil {
		return fmt.Errorf("the emulator has no service %s in %s", name, workspaceID)
	}
	return f(svc)
}
