// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package clock_test

import (
	"testing"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/clock"
)

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

// An API on loopback moves the clock, by whole seconds; no other API does.
func TestOnlyLoopbackMovesTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 300e6, time.UTC)
	for name, tc := range map[string]struct {
		date     time.Time
		loopback bool
		moved    time.Duration
	}{
		"the same second":   {now.Truncate(time.Second), true, 0},
		"a day ahead":       {now.Truncate(time.Second).Add(24 * time.Hour), true, 24 * time.Hour},
		"a day behind":      {now.Truncate(time.Second).Add(-24 * time.Hour), true, -24 * time.Hour},
		"elsewhere, ahead":  {now.Add(10 * 365 * 24 * time.Hour), false, 0},
		"elsewhere, behind": {now.Add(-time.Hour), false, 0},
	} {
		api := &clock.API{Machine: fixed(now)}
		if !api.Now().Equal(now) {
			t.Errorf("%s: moved before any reply", name)
		}
		api.Observe(tc.date, tc.loopback)
		if got := api.Now().Sub(now); got != tc.moved {
			t.Errorf("%s: moved by %s, want %s", name, got, tc.moved)
		}
	}
	api := &clock.API{Machine: fixed(now)}
	api.Observe(now.Add(time.Hour), true)
	api.Observe(now, true)
	if !api.Now().Equal(now) {
		t.Error("the clock does not follow one that is moved back")
	}
	if new(clock.API).Now().Sub((clock.System{}).Now()).Abs() > time.Minute {
		t.Error("the zero value is not the clock of this machine")
	}
}

// A difference above 5 minutes is told once.
func TestApartIsToldOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		ahead, told time.Duration
		loopback    bool
	}{
		"5 minutes":            {5 * time.Minute, 0, false},
		"more":                 {5*time.Minute + time.Second, 5*time.Minute + time.Second, false},
		"5 minutes behind":     {-5 * time.Minute, 0, false},
		"more behind":          {-5*time.Minute - time.Second, -5*time.Minute - time.Second, false},
		"a moved clock of one": {time.Hour, 0, true},
	} {
		api := &clock.API{Machine: fixed(now)}
		api.Observe(now.Add(tc.ahead), tc.loopback)
		if got := clock.Apart(api); got != tc.told {
			t.Errorf("%s: %s, want %s", name, got, tc.told)
		}
		api.Observe(now.Add(tc.ahead), tc.loopback)
		if got := clock.Apart(api); got != 0 {
			t.Errorf("%s: told again", name)
		}
	}
	if got := clock.Apart(clock.System{}); got != 0 {
		t.Errorf("a clock of its own is apart by %s", got)
	}
}
