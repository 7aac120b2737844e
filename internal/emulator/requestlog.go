// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "github.com/mlws/terraform-provider-mlws/internal/emulator/requestlog"

// Request is one call that the emulator answered (or, with Status 0, cut off).
type Request = requestlog.Request

// Requests returns the calls since the start or the last ResetRequests, oldest
// first. The emulator keeps the last 20,000 or fewer.
func (e *Emulator) Requests() []Request { return e.log.All() }

// ResetRequests forgets the calls so far.
func (e *Emulator) ResetRequests() { e.log.Reset() }

// Count returns how many logged calls were of this operation.
func (e *Emulator) Count(operation string) int {
	n := 0
	for _, request := range e.Requests() {
		if request.Operation == operation {
			n++
		}
	}
	return n
}
