// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package acctest

// Power is what the emulator lets a test do and a workspace does not. A test, or
// a row of a table, that needs one does not run against a real workspace.
type Power string

// The powers, as the end of a sentence that begins with "it".
const (
	// Faults are refusals, outages, and forms of reply that are ordered.
	Faults Power = "orders faults or forms of reply"
	// Log is for a test that has nothing to assert but the requests.
	Log Power = "is about the requests that are sent, which only the emulator's log shows"
	// Moments are those between two requests, at which something is killed or interrupted.
	Moments Power = "acts at the moment of a request, which only the emulator's log tells"
	// Pace is how long operations take.
	Pace Power = "sets how long operations take"
	// Clock is for schedules that are weeks away.
	Clock Power = "moves the clock of the workspace"
	// Edits are made by nobody who goes through the API.
	Edits Power = "changes what the workspace holds in ways that the API does not offer"
	// Roles are principals, secrets and tenants other than those of the environment.
	Roles Power = "signs in as principals that only the emulator knows"
	// Seed is what the emulator has, or takes for there, and few workspaces do.
	Seed Power = "names workspaces, clusters, nodes, networks, vaults, images or files that only the emulator has"
)

// Runs reports whether the test may use this power; none can always be used.
func (e *Env) Runs(needs Power) bool { return needs == "" || e.Emulator != nil }
