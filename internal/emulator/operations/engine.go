// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package operations runs asynchronous operations on the emulator's clock: those of
// v1 services, and those of any other kind of object.
//
// Time is lazy. An operation has a start and a duration, and ends at the start of the
// next call that comes in after them. A package with operations of its own keeps a
// struct with a state.Progress in the state, and gives the engine a value that knows
// how to end it:
//
//	type ending struct {
//		*state.OnlineOperation
//		layer *Layer
//	}
//
//	func (o ending) Progress() *state.Progress { return &o.OnlineOperation.Progress }
//	func (o ending) Ready() (time.Time, bool)  { return time.Time{}, true }
//	func (o ending) End(at time.Time)          { o.layer.end(o.OnlineOperation, at) }
//
// A handler stores the struct and calls Begin; after a restart, Resume takes what has
// not ended. A reply reads state, times and failure from the Progress. Faults change
// the Outcome and the Failure of an operation that has just begun, or make it endless.
package operations

import (
	"slices"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Operation is what the engine needs of an operation.
type Operation interface {
	// Progress is what the engine reads and writes.
	Progress() *state.Progress
	// Ready tells whether everything but the clock allows an operation to end that is to
	// succeed, such as code that has to come up. at is when that was, zero if there was
	// nothing to wait for.
	Ready() (at time.Time, ready bool)
	// End does what the operation does at its end, which was at that time. It may change
	// the outcome and the failure.
	End(at time.Time)
}

// Engine has the operations that have not ended. It has no lock: the emulator's is held.
type Engine struct {
	now      func() time.Time
	duration time.Duration
	pending  []Operation
	after    []func(now time.Time)
}

// New makes an engine. Its operations take the duration on the clock.
func New(now func() time.Time, duration time.Duration) *Engine {
	return &Engine{now: now, duration: duration}
}

// After calls f at the end of each Finish, for changes of state that no operation makes.
func (e *Engine) After(f func(now time.Time)) { e.after = append(e.after, f) }

// Begin starts an operation that is to succeed.
func (e *Engine) Begin(op Operation) {
	p := op.Progress()
	p.Started, p.Duration, p.Outcome = e.now(), e.duration, state.Succeeded
	e.pending = append(e.pending, op)
}

// Resume goes on with an operation of a state file: its time counts from its start.
func (e *Engine) Resume(op Operation) { e.pending = append(e.pending, op) }

// Pending are the operations that have not ended, the latest last.
func (e *Engine) Pending() []Operation { return e.pending }

// Drop forgets operations without ending them.
func (e *Engine) Drop(match func(Operation) bool) {
	e.pending = slices.DeleteFunc(e.pending, match)
}

// SetDuration changes how long operations take, those that run included.
func (e *Engine) SetDuration(d time.Duration) {
	e.duration = d
	for _, op := range e.pending {
		op.Progress().Duration = d
	}
}

// EndNow ends an operation within the call that began it.
func (e *Engine) EndNow(op Operation) {
	op.Progress().Duration = 0
	e.Finish()
}

// Release ends the endless operations.
func (e *Engine) Release() {
	for _, op := range e.pending {
		if p := op.Progress(); p.Endless {
			p.Endless, p.Duration = false, e.now().Sub(p.Started)
		}
	}
	e.Finish()
}

// Finish ends the operations that have run their time, in the order of their end.
func (e *Engine) Finish() {
	now := e.now()
	type ended struct {
		op Operation
		at time.Time
	}
	var due []ended
	e.pending = slices.DeleteFunc(e.pending, func(op Operation) bool {
		at, over := end(op, now)
		if over {
			due = append(due, ended{op, at})
		}
		return over
	})
	slices.SortStableFunc(due, func(a, b ended) int { return a.at.Compare(b.at) })
	for _, next := range due {
		next.op.End(next.at)
		p := next.op.Progress()
		p.State, p.Ended = p.Outcome, next.at
	}
	for _, f := range e.after {
		f(now)
	}
}

// end tells whether an operation has come to its end, and when that was: its time has
// passed, and what it waits for has come.
func end(op Operation, now time.Time) (at time.Time, over bool) {
	p := op.Progress()
	at = p.Started.Add(p.Duration)
	if p.Endless || now.Before(at) {
		return at, false
	}
	if p.Outcome != state.Succeeded {
		return at, true
	}
	ready, isReady := op.Ready()
	if ready.After(at) {
		at = ready
	}
	return at, isReady
}
