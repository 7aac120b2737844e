// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
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
	*store
}

// savedAuthority is a certificate, and its key in SEC 1 form.
type savedAuthority struct {
	Certificate []byte `json:"certificate"`
	Key         []byte `json:"key"`
}

func (e *Emulator) snapshot() (savedState, error) {
	authority, err := e.authority.saved()
	return savedState{
		Version: stateVersion, Authority: authority, SigningKey: x509.MarshalPKCS1PrivateKey(e.signer().key),
		SASSecret: e.sasSecret, IdentityHeader: e.identityHeader, ClockAhead: e.clock.ahead(), store: e.store,
	}, err
}

// restore takes over a state file. Operations that were on their way go on: their
// time counts from their start.
func (e *Emulator) restore(saved savedState) error {
	key, err := x509.ParsePKCS1PrivateKey(saved.SigningKey)
	if err != nil {
		return fmt.Errorf("the signing key: %w", err)
	}
	if e.authority, err = restoredAuthority(saved.Authority); err != nil {
		return err
	}
	restored := &signer{key: key, id: fingerprint(key.N.String())}
	e.signer = func() *signer { return restored }
	e.sasSecret, e.identityHeader = saved.SASSecret, saved.IdentityHeader
	e.clock.advance(saved.ClockAhead)
	e.store = saved.store
	for _, id := range sortedKeys(e.store.Workspaces) {
		e.store.link(e.store.Workspaces[id])
	}
	return nil
}

// link prepares a workspace that was read: documents have the numbers of a request,
// and operations that are not over are pending.
func (s *store) link(w *workspace) {
	for _, svc := range w.Services {
		svc.Doc, svc.Live, svc.Failure = serviceFields.Numbers(svc.Doc), serviceFields.Numbers(svc.Live), api.Fields(nil).Numbers(svc.Failure)
	}
	for _, m := range w.Models {
		m.Doc = modelFields.Numbers(m.Doc)
	}
	for _, a := range w.Assets {
		a.Doc = assetFields.Numbers(a.Doc)
	}
	for _, id := range sortedKeys(w.Operations) {
		if op := w.Operations[id]; op.State == "" {
			s.pending = append(s.pending, op)
		}
	}
}

// plainWorkspace is a workspace without its own marshalling. Its list of services
// has the deleted ones too that an operation still names.
type plainWorkspace struct {
	*workspaceFields
	Services []*service `json:"services"`
}

type workspaceFields workspace

// MarshalJSON writes ids for what services and operations point to.
func (w *workspace) MarshalJSON() ([]byte, error) {
	stored := plainWorkspace{workspaceFields: (*workspaceFields)(w)}
	store := func(svc *service, there bool) {
		svc.There, svc.OperationID = there, ""
		if svc.Operation != nil {
			svc.OperationID = svc.Operation.ID
		}
		stored.Services = append(stored.Services, svc)
	}
	known := map[*service]bool{}
	for _, name := range sortedKeys(w.Services) {
		known[w.Services[name]] = true
		store(w.Services[name], true)
	}
	for _, id := range sortedKeys(w.Operations) {
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
func (w *workspace) UnmarshalJSON(raw []byte) error {
	*w = *newWorkspace()
	stored := plainWorkspace{workspaceFields: (*workspaceFields)(w)}
	if err := decode(raw, &stored); err != nil {
		return err
	}
	w.identify()
	instances := map[string]*service{}
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
