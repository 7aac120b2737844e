// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// recover makes a service Healthy after its deployment timed out: the text of that
// error says that the service keeps trying. Code that is executed has to come up
// first; if it does not, everything stays as it was.
func (e *Emulator) recover(svc *state.Service, now time.Time) {
	if svc.HealthyAt.IsZero() || now.Before(svc.HealthyAt) {
		return
	}
	if runningOf(svc).recovery == nil {
		runningOf(svc).recovery = e.launch(svc, svc.Doc)
	}
	if !runningOf(svc).recovery.over() {
		return
	}
	l := runningOf(svc).recovery
	svc.HealthyAt, runningOf(svc).recovery = time.Time{}, nil
	if l != nil && l.err != nil {
		return
	}
	svc.State, svc.Failure, svc.Live = StateHealthy, nil, api.Clone(svc.Doc)
	adopt(svc, l)
}

// cancelScheduled cancels state changes scheduled for containers that have been replaced.
func cancelScheduled(svc *state.Service) {
	runningOf(svc).recovery.abandon()
	svc.UnhealthyAt, svc.HealthyAt, runningOf(svc).recovery = time.Time{}, time.Time{}, nil
}
