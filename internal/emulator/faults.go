// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "github.com/mlws/terraform-provider-mlws/internal/emulator/faults"

// The orders for something to go wrong.
type (
	// Fault is one of them.
	Fault = faults.Fault
	// FaultKind names what goes wrong.
	FaultKind = faults.Kind
)

// Faults of the answer. Package faults tells what each does.
const (
	FaultThrottle             = faults.Throttle
	FaultInternalError        = faults.InternalError
	FaultUnavailable          = faults.Unavailable
	FaultBadGateway           = faults.BadGateway
	FaultGatewayTimeout       = faults.GatewayTimeout
	FaultNotFoundText         = faults.NotFoundText
	FaultNotFoundEmpty        = faults.NotFoundEmpty
	FaultNotFoundJSON         = faults.NotFoundJSON
	FaultNotFoundHTML         = faults.NotFoundHTML
	FaultError                = faults.Error
	FaultResetBefore          = faults.ResetBefore
	FaultResetAfter           = faults.ResetAfter
	FaultSlowBody             = faults.SlowBody
	FaultTruncatedJSON        = faults.TruncatedJSON
	FaultLargeReply           = faults.LargeReply
	FaultBusy                 = faults.Busy
	FaultExists               = faults.Exists
	FaultCapacity             = faults.Capacity
	FaultTokenOutage          = faults.TokenOutage
	FaultStaleKeys            = faults.StaleKeys
	FaultOverwriteChangesKeys = faults.OverwriteChangesKeys
	FaultOlderOperation       = faults.OlderOperation
)

// Faults of the operation that the call starts.
const (
	FaultOperationFailed    = faults.OperationFailed
	FaultOperationCancelled = faults.OperationCancelled
	FaultOperationTimedOut  = faults.OperationTimedOut
	FaultOperationEndless   = faults.OperationEndless
	FaultOperationRefused   = faults.OperationRefused
	FaultUnhealthyLater     = faults.UnhealthyLater
	FaultHealthyLater       = faults.HealthyLater
)

// FaultKinds are all that can be ordered.
func FaultKinds() []FaultKind { return faults.Kinds() }

// SubOperations are the steps of a deployment, in their order.
func SubOperations() []string { return faults.SubOperations() }

// Fault orders one. Faults are tried in the order in which they came. It panics
// if the order is one that the control API answers with 400: a fault with a
// misspelt name would let a test pass that tests nothing.
func (e *Emulator) Fault(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if found := e.faults.Check(f); len(found) > 0 {
		panic("emulator.Fault: " + found[0].Message)
	}
	e.faults.Place(f)
}

// ClearFaults takes back every order. Endless operations time out at once.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults.Clear()
}
