// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"testing"
	"time"
)

// The latest ended operations are kept, those that a service names, and those that run.
func TestEndedOperationsArePruned(t *testing.T) {
	t.Parallel()
	w := NewWorkspace()
	all := &State{Workspaces: Table[*Workspace]{"ws": w}}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	svc := &Service{Name: "named", Workspace: w}
	gone := &Service{Name: "deleted", Workspace: w}
	w.Services["named"] = svc
	add := func(id string, of *Service, state string, age int) *Operation {
		op := &Operation{ID: id, Service: of, Progress: Progress{State: state, Ended: at.Add(-time.Duration(age) * time.Second)}}
		w.Operations[id] = op
		return op
	}
	svc.Operation = add("named", svc, "Succeeded", 5000)
	gone.Operation = add("of a deleted service", gone, "Succeeded", 5001)
	add("runs", svc, "", 0)
	for i := range keptOperations + 20 {
		add(string(rune('A'+i/26))+string(rune('a'+i%26)), svc, "Failed", i)
	}
	for i := range keptOperations + 20 {
		id := string(rune('A'+i/26)) + string(rune('a'+i%26))
		w.OnlineOperations[id] = &OnlineOperation{ID: id, Progress: Progress{State: Succeeded, Ended: at.Add(time.Duration(i) * time.Second)}}
	}
	all.Prune()
	if len(w.Operations) != keptOperations+2 {
		t.Errorf("%d operations are kept", len(w.Operations))
	}
	last := keptOperations - 1
	for id, kept := range map[string]bool{
		"named": true, "runs": true, "of a deleted service": false, "Aa": true,
		string(rune('A'+last/26)) + string(rune('a'+last%26)):         true,
		string(rune('A'+(last+1)/26)) + string(rune('a'+(last+1)%26)): false,
	} {
		if (w.Operations[id] != nil) != kept {
			t.Errorf("operation %s is kept: %t, want %t", id, !kept, kept)
		}
	}
	if len(w.OnlineOperations) != keptOperations || w.OnlineOperations["Aa"] != nil {
		t.Errorf("%d operations of endpoints are kept", len(w.OnlineOperations))
	}
}
