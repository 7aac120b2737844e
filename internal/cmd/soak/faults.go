// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator"
)

// requests are the calls that meet faults, reads and changes alike.
var requests = []string{
	"CreateService", "PatchService", "DeleteService", "RegenerateKeys", "GetService", "GetOperation", "ListKeys",
	"RegisterModel", "GetModel", "ListModels", "DeleteModel", "CreateArtifacts", "CreateAsset", "PutBlob",
}

// changes are those that start an operation.
var changes = requests[:4]

// anyRequest are the faults that every request may meet.
var anyRequest = []emulator.Fault{
	{Kind: emulator.FaultThrottle, RetryAfter: time.Second},
	{Kind: emulator.FaultUnavailable},
	{Kind: emulator.FaultBadGateway},
	{Kind: emulator.FaultResetBefore},
	{Kind: emulator.FaultResetAfter},
	{Kind: emulator.FaultTruncatedJSON},
	{Kind: emulator.FaultNotFoundHTML},
	{Kind: emulator.FaultError, Status: 403, Code: "AuthorizationFailed", Message: "The client does not have authorization."},
}

// anyChange are those that only what starts an operation meets.
var anyChange = []emulator.Fault{
	{Kind: emulator.FaultBusy},
	{Kind: emulator.FaultOperationFailed},
	{Kind: emulator.FaultOperationCancelled},
	{Kind: emulator.FaultOperationTimedOut},
	{Kind: emulator.FaultOperationRefused, Status: 404},
}

// disturb orders up to three faults. Many meet nothing, since their request is not sent.
func (s *soak) disturb() {
	s.emulator.ResetRequests()
	for range s.random.IntN(4) {
		fault, operations := pick(s.random.IntN, anyRequest), requests
		if s.random.IntN(3) == 0 {
			fault, operations = pick(s.random.IntN, anyChange), changes
		}
		fault.Operation = pick(s.random.IntN, operations)
		fault.Times, fault.Skip = 1+s.random.IntN(2), s.random.IntN(2)
		s.emulator.Fault(fault)
	}
}

func pick[T any](draw func(int) int, from []T) T { return from[draw(len(from))] }

// endFaults takes the orders back, and counts those that were met.
func (s *soak) endFaults() {
	s.emulator.ClearFaults()
	for _, request := range s.emulator.Requests() {
		if request.Fault != "" {
			s.faults++
		}
	}
}
