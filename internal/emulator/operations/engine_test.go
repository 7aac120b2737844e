// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package operations_test

import (
	"slices"
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// operation is one that notes its end.
type operation struct {
	state.Progress
	name  string
	ready time.Time // zero: there is nothing to wait for
	waits bool
	fails bool
	ended *[]string
}

type running struct{ *operation }

func (o running) Progress() *state.Progress { return &o.operation.Progress }

func (o running) Ready() (time.Time, bool) { return o.ready, !o.waits }

func (o running) End(at time.Time) {
	if o.fails {
		o.Outcome = state.Failed
	}
	*o.ended = append(*o.ended, o.name+" "+at.Format(time.TimeOnly))
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

func start(t *testing.T) (*operations.Engine, *clock, func(name string) running, *[]string) {
	t.Helper()
	c := &clock{now: time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)}
	ended := &[]string{}
	return operations.New(c.Now, time.Minute), c, func(name string) running { return running{&operation{name: name, ended: ended}} }, ended
}

func check(t *testing.T, ended *[]string, want ...string) {
	t.Helper()
	if !slices.Equal(*ended, want) {
		t.Errorf("ended: %q, want %q", *ended, want)
	}
}

// Operations end when their time has passed, in the order of their end and not of their start.
func TestOperationsEndInOrder(t *testing.T) {
	t.Parallel()
	engine, c, operation, ended := start(t)
	first, second := operation("first"), operation("second")
	engine.Begin(first)
	first.operation.Duration = 2 * time.Minute
	engine.Begin(second)
	c.advance(time.Minute - 1)
	engine.Finish()
	check(t, ended)
	c.advance(time.Hour)
	engine.Finish()
	check(t, ended, "second 03:01:00", "first 03:02:00")
	if first.State != state.Succeeded || !first.Ended.Equal(first.Started.Add(2*time.Minute)) || len(engine.Pending()) != 0 {
		t.Errorf("%+v is left as %+v, with %d pending", first.name, first.operation.Progress, len(engine.Pending()))
	}
	engine.Finish()
	check(t, ended, "second 03:01:00", "first 03:02:00")
}

// An operation waits for what it deploys only if it is to succeed.
func TestOperationsWait(t *testing.T) {
	t.Parallel()
	engine, c, operation, ended := start(t)
	waits, fails := operation("waits"), operation("fails")
	waits.waits, fails.waits = true, true
	engine.Begin(waits)
	engine.Begin(fails)
	fails.Outcome = state.TimedOut
	c.advance(time.Hour)
	engine.Finish()
	check(t, ended, "fails 03:01:00")
	waits.waits, waits.ready, waits.fails = false, c.now.Add(-time.Minute), true
	engine.Finish()
	check(t, ended, "fails 03:01:00", "waits 03:59:00")
	if fails.State != state.TimedOut || waits.State != state.Failed {
		t.Errorf("states: %s, %s", fails.State, waits.State)
	}
}

// An endless operation ends when it is released. Others keep their time.
func TestReleaseEndsTheEndless(t *testing.T) {
	t.Parallel()
	engine, c, operation, ended := start(t)
	endless, other := operation("endless"), operation("other")
	engine.Begin(endless)
	endless.Endless = true
	c.advance(time.Hour)
	engine.Begin(other)
	engine.Finish()
	check(t, ended)
	engine.Release()
	check(t, ended, "endless 04:00:00")
}

func TestDurationsOfRunningOperations(t *testing.T) {
	t.Parallel()
	engine, c, operation, ended := start(t)
	running, now, dropped, later := operation("running"), operation("now"), operation("dropped"), operation("later")
	engine.Begin(running)
	engine.SetDuration(time.Hour)
	c.advance(30 * time.Minute)
	engine.Begin(now)
	engine.Begin(dropped)
	engine.EndNow(now)
	check(t, ended, "now 03:30:00")
	engine.Drop(func(op operations.Operation) bool { return op.Progress() == &dropped.operation.Progress })
	engine.Begin(later)
	ticks := 0
	engine.After(func(time.Time) { ticks += len(*ended) })
	c.advance(time.Hour)
	engine.Finish()
	check(t, ended, "now 03:30:00", "running 04:00:00", "later 04:30:00")
	if ticks != 3 {
		t.Errorf("what follows saw %d operations ended, want 3", ticks)
	}
}
