// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/control"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/faults"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/page"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// pageSource gives the page what it shows.
type pageSource struct{ *Emulator }

// Locked calls f under the lock, after the operations that are due have ended.
func (s pageSource) Locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finishDue()
	f()
}

func (s pageSource) State() *state.State { return s.store }

func (s pageSource) Faults() []page.Fault {
	shown := []page.Fault{}
	for _, f := range s.faults.All() {
		shown = append(shown, page.Fault{Order: control.OrderOf(f.Fault), Left: f.Left, Skip: f.Skip})
	}
	return shown
}

func (s pageSource) Document(svc *state.Service) map[string]any { return s.services.Render(svc, false) }

func (s pageSource) Progress(op *state.Operation) (reached, step string) {
	reached, step, _ = services.ProgressOf(op, s.Now())
	return reached, step
}

func (s pageSource) StreamingLog(op *state.Operation) string {
	return services.StreamingLog(op, s.Now())
}

func (s pageSource) BuildLog(op *state.Operation) string {
	if !services.BuildsImage(op) || op.State == "" {
		return ""
	}
	log, _ := s.files.Read(services.BuildLogBlob(op))
	return string(log)
}

func (s pageSource) ContainerLog(svc *state.Service, lines int) string {
	return s.services.ContainerLog(svc, lines)
}

// Token hands out a token as to the principal that a person deploys with.
func (s pageSource) Token(svc *state.Service) (string, error) {
	if err := services.RequireTokenAuth(svc); err != nil {
		return "", err
	}
	to := s.store.Deployer()
	if to == nil {
		to = &state.Principal{DisplayName: "page"}
	}
	token, _, err := s.services.HandOut(svc, to)
	return token, err
}

func (s pageSource) Facts() page.Facts {
	facts := page.Facts{
		Base: s.pathPrefix, Address: s.plainBase, Loopback: s.plainAddress, Authority: s.tlsBase, CAFile: s.caFile,
		Operations: s.operations(), SubOperations: faults.SubOperations(),
	}
	for _, described := range faults.Descriptions() {
		facts.Kinds = append(facts.Kinds, page.Kind{
			Kind: string(described.Kind), Operations: described.Operations, Takes: strings.Fields(strings.Join(described.Takes, " ")),
		})
	}
	return facts
}
