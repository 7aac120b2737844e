// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// running is what executed code has in this process.
type running struct {
	container *pyrunner.Container // answers scoring calls
	log       *pyrunner.Log       // of the latest deployment of code
	crashed   bool                // Unhealthy because of the container
	recovery  *Launch             // of a service that timed out and is to be Healthy later
}

// runningOf is what this process runs of a service.
func runningOf(svc *state.Service) *running {
	if svc.Running == nil {
		svc.Running = &running{}
	}
	return svc.Running.(*running)
}

// LaunchOf is the launch of an operation; nil if it runs no code.
func LaunchOf(op *state.Operation) *Launch {
	l, _ := op.Launch.(*Launch)
	return l
}

// Deploy starts the code of a deployment that begins: its launch, nil if no code is run.
// State changes that were scheduled for the former containers are cancelled.
func (x *Executor) Deploy(svc *state.Service) *Launch {
	runningOf(svc).log = nil
	l := x.Launch(svc, svc.Doc)
	if l != nil {
		runningOf(svc).log = l.log
	}
	cancelScheduled(svc)
	return l
}

// Log is the end of the log of the latest deployment of code. byCode is false if the
// service runs no code.
func (x *Executor) Log(svc *state.Service, lines int) (text string, byCode bool) {
	switch {
	case runningOf(svc).log != nil:
		return runningOf(svc).log.Tail(lines), true
	case x.runs(svc.Doc):
		return "The log of this deployment was not kept over the emulator's restart.\n", true
	}
	return "", false
}

// Remove stops the containers of a service that is deleted.
func (x *Executor) Remove(svc *state.Service) {
	cancelScheduled(svc)
	if runningOf(svc).container != nil {
		runningOf(svc).container.Stop()
	}
}

// Tick changes the state of a service that changes by itself: its script crashes or comes
// up again, or a fault was ordered.
func (x *Executor) Tick(svc *state.Service, now time.Time) {
	updateHealth(svc)
	if !svc.UnhealthyAt.IsZero() && !now.Before(svc.UnhealthyAt) {
		svc.State, svc.UnhealthyAt = state.Unhealthy, time.Time{}
	}
	x.recover(svc, now)
}

// Resume starts the containers of the services of a restored state, and returns when they
// are up again. A service is Unhealthy if its code does not come up.
func (x *Executor) Resume(s *state.State) {
	up := map[*state.Service]*Launch{}
	s.Each(func(svc *state.Service) {
		if l := x.Launch(svc, svc.Live); l != nil {
			up[svc] = l
		}
	})
	for svc, l := range up {
		l.Wait()
		Adopt(svc, l)
		if l.err != nil && svc.State == state.Healthy {
			svc.State = state.Unhealthy
		}
	}
}

// Adopt lets another container take the calls, or none; the former one answers
// what it has begun.
func Adopt(svc *state.Service, l *Launch) {
	former := runningOf(svc).container
	runningOf(svc).container, runningOf(svc).log = nil, nil
	if l != nil {
		runningOf(svc).container, runningOf(svc).log = l.container, l.log
	}
	if former != nil {
		former.Drain()
	}
}

// updateHealth makes a service Unhealthy while its script does not come up again after
// a crash.
func updateHealth(svc *state.Service) {
	failing := runningOf(svc).container != nil && runningOf(svc).container.Failing()
	switch {
	case failing && svc.State == state.Healthy:
		svc.State, runningOf(svc).crashed = state.Unhealthy, true
	case !failing && runningOf(svc).crashed:
		if svc.State == state.Unhealthy {
			svc.State = state.Healthy
		}
		runningOf(svc).crashed = false
	}
}

// recover makes a service Healthy after its deployment timed out: the text of that
// error says that the service keeps trying. Code that is executed has to come up
// first; if it does not, everything stays as it was.
func (x *Executor) recover(svc *state.Service, now time.Time) {
	if svc.HealthyAt.IsZero() || now.Before(svc.HealthyAt) {
		return
	}
	if runningOf(svc).recovery == nil {
		runningOf(svc).recovery = x.Launch(svc, svc.Doc)
	}
	if !runningOf(svc).recovery.Over() {
		return
	}
	l := runningOf(svc).recovery
	svc.HealthyAt, runningOf(svc).recovery = time.Time{}, nil
	if l != nil && l.err != nil {
		return
	}
	svc.State, svc.Failure, svc.Live = state.Healthy, nil, api.Clone(svc.Doc)
	Adopt(svc, l)
}

// cancelScheduled cancels state changes scheduled for containers that have been replaced.
func cancelScheduled(svc *state.Service) {
	runningOf(svc).recovery.Abandon()
	svc.UnhealthyAt, svc.HealthyAt, runningOf(svc).recovery = time.Time{}, time.Time{}, nil
}
