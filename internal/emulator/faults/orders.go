// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"math/rand/v2"
	"slices"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Dependencies are what orders need of the emulator around them.
type Dependencies struct {
	State        func() *state.State
	Operations   func() []string                         // that a fault can be ordered for
	AboutService func(operation string) bool             // tells whether its calls are about one service
	Release      func()                                  // times the endless operations out
	StoreLog     func(blob string, content []byte) error // of a build
}

// Orders are the faults that are ordered. The emulator's lock guards them.
type Orders struct {
	Dependencies

	ordered []*Ordered
}

// New has no order yet.
func New(d Dependencies) *Orders { return &Orders{Dependencies: d} }

// Ordered is an order with what is left of it.
type Ordered struct {
	Fault Fault
	Left  int // of its Times
	Skip  int // calls that are still let pass
}

// All returns the orders, in the order in which they came. The caller holds the lock.
func (o *Orders) All() []Ordered {
	var all []Ordered
	for _, f := range o.ordered {
		all = append(all, *f)
	}
	return all
}

// Order checks an order and stores it; the caller holds the lock. It refuses one that
// would do nothing, with all that Check finds.
func (o *Orders) Order(f Fault) error {
	if found := o.Check(f); len(found) > 0 {
		return api.BadRequest(found...)
	}
	o.Place(f)
	return nil
}

// Place stores an order without a check; the caller holds the lock.
func (o *Orders) Place(f Fault) {
	o.ordered = append(o.ordered, &Ordered{Fault: f, Left: f.Times, Skip: f.Skip})
}

// Clear takes back every order. Endless operations time out at once. The caller holds the
// lock.
func (o *Orders) Clear() {
	o.Forget()
	o.Release()
}

// Forget takes back every order, and leaves operations alone. The caller holds the lock.
func (o *Orders) Forget() { o.ordered = nil }

// Target is what a call is about, as far as orders are limited by it.
type Target struct{ Operation, Service, OperationID string }

// Take finds the fault of a call and counts it down; nil if there is none. The caller
// holds the lock.
func (o *Orders) Take(target Target) *Fault {
	for i, f := range o.ordered {
		if !f.Fault.hits(target) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Fault.Probability > 0 && rand.Float64() >= f.Fault.Probability {
			continue
		}
		if f.Fault.Times > 0 {
			if f.Left--; f.Left == 0 {
				o.ordered = slices.Delete(o.ordered, i, i+1)
			}
		}
		taken := f.Fault
		return &taken
	}
	return nil
}

// hits tells whether a fault is about a call.
func (f *Fault) hits(target Target) bool {
	if f.OperationID != "" && f.OperationID != target.OperationID || f.Service != "" && f.Service != target.Service {
		return false
	}
	if f.Operation != "" {
		return f.Operation == target.Operation
	}
	possible := f.possible()
	return possible == nil || slices.Contains(possible, target.Operation)
}

// possible are the operations that the fault makes sense for; nil is all.
func (f *Fault) possible() []string {
	if f.SubOperation != "" {
		return deployments // other operations have one step
	}
	return f.Kind.describe().Operations
}
