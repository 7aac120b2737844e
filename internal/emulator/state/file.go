// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"encoding/json"
	"fmt"
)

// plainWorkspace is a workspace without its own marshalling. Its list of services
// has the deleted ones too that an operation still names.
type plainWorkspace struct {
	*workspaceFields
	Services []*Service `json:"services"`
}

type workspaceFields Workspace

// MarshalJSON writes ids for what services and operations point to.
func (w *Workspace) MarshalJSON() ([]byte, error) {
	stored := plainWorkspace{workspaceFields: (*workspaceFields)(w)}
	store := func(svc *Service, there bool) {
		svc.There, svc.OperationID = there, ""
		if svc.Operation != nil {
			svc.OperationID = svc.Operation.ID
		}
		stored.Services = append(stored.Services, svc)
	}
	known := map[*Service]bool{}
	for _, name := range SortedKeys(w.Services) {
		known[w.Services[name]] = true
		store(w.Services[name], true)
	}
	for _, id := range SortedKeys(w.Operations) {
		op := w.Operations[id]
		op.ServiceInstance = op.Service.Instance
		if !known[op.Service] {
			known[op.Service] = true
			store(op.Service, false)
		}
	}
	return json.Marshal(stored)
}

// UnmarshalJSON finds what the ids point to.
func (w *Workspace) UnmarshalJSON(raw []byte) error {
	*w = *NewWorkspace()
	stored := plainWorkspace{workspaceFields: (*workspaceFields)(w)}
	if err := Decode(raw, &stored); err != nil {
		return err
	}
	w.Identify()
	instances := map[string]*Service{}
	for _, svc := range stored.Services {
		svc.Workspace, instances[svc.Instance] = w, svc
		if svc.There {
			w.Services[svc.Name] = svc
		}
	}
	for _, op := range w.Operations {
		if op.Service = instances[op.ServiceInstance]; op.Service == nil {
			return fmt.Errorf("operation %s names no service", op.ID)
		}
	}
	for _, svc := range stored.Services {
		svc.Operation = w.Operations[svc.OperationID]
	}
	return nil
}
