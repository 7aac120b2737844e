// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"math/rand/v2"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

type orderedFault struct {
	Fault
	left, skip int
}

// Fault orders one. Faults are tried in the order in which they came. It panics
// if the order is one that the control API answers with 400: a fault with a
// misspelt name would let a test pass that tests nothing.
func (e *Emulator) Fault(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if found := f.check(e); len(found) > 0 {
		panic("emulator.Fault: " + found[0].Message)
	}
	e.placeFault(f)
}

// orderFault checks an order and stores it; the caller holds the lock.
func (e *Emulator) orderFault(f Fault) error {
	if found := f.check(e); len(found) > 0 {
		return api.BadRequest(found...)
	}
	e.placeFault(f)
	return nil
}

func (e *Emulator) placeFault(f Fault) {
	e.faults = append(e.faults, &orderedFault{Fault: f, left: f.Times, skip: f.Skip})
}

// ClearFaults takes back every order. Endless operations time out at once.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clearFaults()
}

func (e *Emulator) clearFaults() {
	e.faults = nil
	e.engine.Release()
}

// faultTarget is what a call is about, as far as orders are limited by it.
type faultTarget struct{ operation, service, operationID string }

// takeFault finds the fault of a call and counts it down; the caller holds the lock.
func (e *Emulator) takeFault(target faultTarget) *Fault {
	for i, f := range e.faults {
		if !f.hits(target) {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.Probability > 0 && rand.Float64() >= f.Probability {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				e.faults = slices.Delete(e.faults, i, i+1)
			}
		}
		taken := f.Fault
		return &taken
	}
	return nil
}

// hits tells whether a fault is about a call.
func (f *Fault) hits(target faultTarget) bool {
	if f.OperationID != "" && f.OperationID != target.operationID || f.Service != "" && f.Service != target.service {
		return false
	}
	if f.Operation != "" {
		return f.Operation == target.operation
	}
	possible := f.possible()
	return possible == nil || slices.Contains(possible, target.operation)
}

// possible are the operations that the fault makes sense for; nil is all.
func (f *Fault) possible() []string {
	if f.SubOperation != "" {
		return deployments // other operations have one step
	}
	return f.Kind.describe().operations
}
