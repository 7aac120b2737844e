// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// Work says what has become of the work of a request that met a fault.
type Work int

// Answers.
const (
	Refused    Work = iota // it was not done, and the reply says so
	LostUndone             // it was not done, and no reply says so
	LostDone               // it was done, and no reply says so
	Accepted               // it was accepted, and what follows goes wrong
)

// Moment is what happens while a request of the operation runs.
type Moment int

// Moments.
const (
	Undisturbed Moment = iota
	Removed            // somebody else deletes the object
	Changed            // somebody else changes the object
	Interrupted        // Ctrl-C: SIGINT to Terraform and the provider
	ProviderKilled
	TerraformKilled
)

// Fault is a column of the matrix.
type Fault struct {
	Name string
	// Order is what the emulator is told; its operation is filled in.
	Order *emulator.Fault
	// OnReply says that it is the reply with JSON that is spoilt.
	OnReply bool
	// Lasting faults do not pass while the run lasts. Final ones do, but say that the
	// same request will not be answered otherwise.
	Lasting, Final bool
	Work           Work
	// Ends is how the operation ends that the request starts; empty if the fault is
	// about the request.
	Ends string
	// Moment is what happens while the request is under way.
	Moment Moment
	// Conflict is the kind of 409; empty is none.
	Conflict string
}

// How operations end.
const (
	EndsBadly = "badly"     // as Failed, Cancelled or TimedOut
	EndsNever = "never"     // before the time allowed has passed
	Forgotten = "forgotten" // 404 for each poll
)

// Kinds of 409.
const (
	Busy   = "busy"
	Exists = "exists"
)

// slow is longer than the provider waits for one reply (100 s).
const slow = 5 * time.Minute

// Faults are the columns of the matrix, in the order of the page.
func Faults() []Fault {
	order := func(kind emulator.FaultKind) *emulator.Fault { return &emulator.Fault{Kind: kind} }
	return []Fault{
		{Name: "429 with Retry-After", Order: &emulator.Fault{Kind: emulator.FaultThrottle, RetryAfter: 2 * time.Second}},
		{Name: "503 once", Order: order(emulator.FaultUnavailable), Work: LostUndone},
		{Name: "503 permanently", Order: order(emulator.FaultUnavailable), Work: LostUndone, Lasting: true},
		{Name: "reset before the work", Order: order(emulator.FaultResetBefore), Work: LostUndone},
		{Name: "reset after the work", Order: order(emulator.FaultResetAfter), Work: LostDone},
		{Name: "401 once", Order: &emulator.Fault{Kind: emulator.FaultError, Status: 401, Code: "Unauthorized", Message: "The access token is invalid."}, Final: true},
		{Name: "403", Order: &emulator.Fault{Kind: emulator.FaultError, Status: 403, Code: "AuthorizationFailed", Message: "The client does not have authorization."}, Lasting: true},
		{Name: "404 of the operation", Order: &emulator.Fault{Kind: emulator.FaultOperationRefused, Status: 404}, Work: Accepted, Ends: Forgotten},
		{Name: "404 of a gateway", Order: order(emulator.FaultNotFoundHTML), Work: LostUndone},
		{Name: "HTML 502", Order: order(emulator.FaultBadGateway), Work: LostUndone},
		{Name: "truncated JSON", Order: order(emulator.FaultTruncatedJSON), Work: LostDone, OnReply: true},
		{Name: "slower than the timeout", Order: &emulator.Fault{Kind: emulator.FaultSlowBody, Delay: slow}, Work: LostDone},
		{Name: "operation Failed", Order: order(emulator.FaultOperationFailed), Work: Accepted, Ends: EndsBadly},
		{Name: "operation Cancelled", Order: order(emulator.FaultOperationCancelled), Work: Accepted, Ends: EndsBadly},
		{Name: "operation TimedOut", Order: order(emulator.FaultOperationTimedOut), Work: Accepted, Ends: EndsBadly},
		{Name: "operation endless", Order: order(emulator.FaultOperationEndless), Work: Accepted, Ends: EndsNever},
		{Name: "409 busy", Order: order(emulator.FaultBusy), Conflict: Busy},
		{Name: "409 exists", Order: order(emulator.FaultExists), Conflict: Exists},
		{Name: "deleted by somebody else", Moment: Removed, Work: Accepted},
		{Name: "changed by somebody else", Moment: Changed, Work: Accepted},
		{Name: "SIGINT", Moment: Interrupted, Work: Accepted},
		{Name: "SIGKILL of the provider", Moment: ProviderKilled, Work: Accepted},
		{Name: "SIGKILL of Terraform", Moment: TerraformKilled, Work: Accepted},
	}
}

// Endless reports whether only the end of the time allowed ends the wait.
func (f Fault) Endless() bool { return f.Ends == EndsNever }
