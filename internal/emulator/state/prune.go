// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import "slices"

// keptOperations is how many ended operations of a kind a workspace keeps beside those
// that its services name. How many Azure keeps is not known.
const keptOperations = 100

// Prune forgets ended operations, so that the cost of a call does not grow with their
// number: all but the latest 100 of each kind, and those that a service names.
func (s *State) Prune() {
	for _, w := range s.Workspaces {
		prune(w.Operations, func(op *Operation) (*Progress, bool) {
			return &op.Progress, op.Service.Operation == op && w.Services[op.Service.Name] == op.Service
		})
		prune(w.OnlineOperations, func(op *OnlineOperation) (*Progress, bool) { return &op.Progress, false })
	}
}

// prune deletes the oldest ended operations that are not named.
func prune[T interface{ key() string }](operations Table[T], describe func(T) (p *Progress, named bool)) {
	if len(operations) <= keptOperations {
		return
	}
	type ended struct {
		key string
		p   *Progress
	}
	var found []ended
	for key, op := range operations {
		if p, named := describe(op); p.State != "" && !named {
			found = append(found, ended{key, p})
		}
	}
	slices.SortFunc(found, func(a, b ended) int { return b.p.Ended.Compare(a.p.Ended) })
	for _, op := range found[min(keptOperations, len(found)):] {
		delete(operations, op.key)
	}
}
