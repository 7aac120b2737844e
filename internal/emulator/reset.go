// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

// Reset brings everything back to what a new emulator has: workspaces and principals of
// the seed, the clock, the behavior, no faults, no requests, no uploads. Addresses,
// certificates and tokens stay valid. It fails if the seed cannot be read.
func (e *Emulator) Reset() error {
	e.mu.Lock()
	err := e.reset()
	e.mu.Unlock()
	if err != nil {
		return err
	}
	return e.save()
}

// reset does the work of Reset; the caller holds the lock.
func (e *Emulator) reset() error {
	seed, err := e.seed()
	if err != nil {
		return err
	}
	e.clock.reset()
	fresh, err := newStore(seed, e.Now())
	if err != nil {
		return err
	}
	e.store.Each(e.services.Remove) // stops its code
	e.endpoints.Clear()
	e.faults.Forget()
	e.store, e.behavior = fresh, e.initial
	e.log.Reset()
	return e.files.Clear()
}
