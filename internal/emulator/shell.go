// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/control"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Shells are the clients that Shell knows.
var Shells = control.Shells

// Shell gives the lines that prepare a POSIX shell for a client of this
// emulator: "terraform" for the provider, "python" for azureml-core, which then
// runs without a changed line. They hold a client secret of the emulator.
func (e *Emulator) Shell(client string) ([]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.control.Shell(client)
}

// Inventory tells what there is to work with, a line for each thing, for people.
func (e *Emulator) Inventory() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var lines []string
	for _, p := range e.store.Principals {
		lines = append(lines, fmt.Sprintf("principal   %s  %s", p.ClientID, cmp.Or(p.Role, "custom actions")))
	}
	for _, id := range state.SortedKeys(e.store.Workspaces) {
		w := e.store.Workspaces[id]
		lines = append(lines, fmt.Sprintf("workspace   %s in %s", w.Name, w.Location))
		for _, name := range state.SortedKeys(w.Computes) {
			lines = append(lines, fmt.Sprintf("  compute     %s in %s", w.Computes[name].Name, w.Computes[name].Location))
		}
		for _, m := range w.Models {
			lines = append(lines, fmt.Sprintf("  model       %s (%s)", m.ID(), m.Framework))
		}
		for _, name := range state.SortedKeys(w.Environments) {
			for _, env := range w.Environments[name] {
				lines = append(lines, fmt.Sprintf("  environment %s:%s", env.Name, env.Version))
			}
		}
		for _, name := range state.SortedKeys(w.Services) {
			lines = append(lines, fmt.Sprintf("  service     %s (%s)", name, w.Services[name].Kind))
		}
	}
	return lines
}
