// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package scoring is the endpoints of deployed services, and the execution of their code:
// package pyrunner has the processes, and an Executor starts and stops them.
package scoring

import "github.com/mlws/terraform-provider-mlws/internal/emulator/state"

// Dependencies are what the layer needs of the emulator around it.
type Dependencies struct {
	State        func() *state.State
	AcceptsToken func(svc *state.Service, token string) bool // of a service with token auth
	Code         *Executor                                   // nil if no code is run
}

// Layer answers scoring calls.
type Layer struct{ Dependencies }

// New is the layer over an emulator.
func New(d Dependencies) *Layer { return &Layer{d} }
