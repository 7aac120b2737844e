// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package faults lets things go wrong as they were ordered: it keeps the orders and checks
// them, and changes replies and operations as they say.
package faults

import (
	"cmp"
	"slices"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Kind names what goes wrong.
type Kind string

// Faults of the answer.
const (
	Throttle             Kind = "throttle"                    // 429 with Retry-After
	InternalError        Kind = "internalError"               // 500
	Unavailable          Kind = "unavailable"                 // 503, with Retry-After if RetryAfter is set
	BadGateway           Kind = "badGateway"                  // 502 with an HTML body
	GatewayTimeout       Kind = "gatewayTimeout"              // 504 with an HTML body
	NotFoundText         Kind = "notFoundText"                // a gateway's 404: plain text
	NotFoundEmpty        Kind = "notFoundEmpty"               // a gateway's 404: no body
	NotFoundJSON         Kind = "notFoundJSON"                // a gateway's 404: JSON without the API's code
	NotFoundHTML         Kind = "notFoundHTML"                // a gateway's 404: an HTML page
	Error                Kind = "error"                       // Status, Code and Message as given
	ResetBefore          Kind = "resetBefore"                 // connection reset, nothing done
	ResetAfter           Kind = "resetAfter"                  // everything done, then connection reset
	SlowBody             Kind = "slowBody"                    // the second half of the body comes after Delay
	TruncatedJSON        Kind = "truncatedJSON"               // half of the body, as if it were whole
	LargeReply           Kind = "largeReply"                  // the body is Size bytes long: spaces behind its first byte
	Busy                 Kind = "busy"                        // 409, an operation is in progress
	Exists               Kind = "exists"                      // 409 ServiceExists
	Capacity             Kind = "capacity"                    // 409 ServiceUnavailable: the region has no capacity
	TokenOutage          Kind = "tokenOutage"                 // ServiceToken: the workspace's region is down
	StaleKeys            Kind = api.FaultStaleKeys            // ListKeys: the keys before the last regenerate
	OverwriteChangesKeys Kind = api.FaultOverwriteChangesKeys // CreateService with overwrite: new keys
	OlderOperation       Kind = api.FaultOlderOperation       // PatchService: 200 that names the operation before this one
)

// Faults of the operation that the call starts. Failed, Cancelled, TimedOut and
// Endless end in the step SubOperation if it is set.
const (
	OperationFailed    Kind = "operationFailed"
	OperationCancelled Kind = "operationCancelled"
	OperationTimedOut  Kind = "operationTimedOut"
	OperationEndless   Kind = "operationEndless" // until Clear, which times it out
	OperationRefused   Kind = "operationRefused" // its first Polls polls are answered with Status: 400, 401, 403 or 404
	UnhealthyLater     Kind = "unhealthyLater"   // succeeds; the service is Unhealthy Delay later
	HealthyLater       Kind = "healthyLater"     // times out; the service is Healthy Delay later
)

// Kinds are all that can be ordered.
func Kinds() []Kind {
	var all []Kind
	for _, described := range descriptions {
		all = append(all, described.Kind)
	}
	return all
}

// SubOperations are the steps of a deployment, in their order.
func SubOperations() []string { return slices.Clone(subOperations) }

var subOperations = []string{state.StepBuildEnvironment, state.StepBuildImage, state.StepDeployService}

// Fault is an order for something to go wrong.
type Fault struct {
	// Operation is the name in the request log, such as "CreateService"; empty
	// is every operation that the kind makes sense for, sign-in included. The
	// control API has no faults.
	Operation string `json:"operation"`
	// Service limits the fault to calls about the service of this name; empty is
	// any. It has to exist, unless the operation is CreateService or
	// ServiceToCome is set.
	Service       string `json:"service"`
	ServiceToCome bool   `json:"serviceToCome,omitempty"`
	// OperationID limits a fault of GetOperation to the polls of one operation.
	OperationID string `json:"operationId,omitempty"`
	Kind        Kind   `json:"kind"`
	// Times is how often it happens; 0 is every time until Clear. Skip
	// lets the first matching calls pass. Probability, between 0 and 1, makes a
	// matching call's fate a matter of chance; 0 is certain.
	Times       int     `json:"times"`
	Skip        int     `json:"skip"`
	Probability float64 `json:"probability"`
	// RetryAfter is sent with throttle (0 sends "0") and the other refusals, in
	// seconds or, with RetryAfterDate, as the HTTP date that far ahead of the
	// reply's Date, which is the emulator's clock.
	RetryAfter     time.Duration `json:"-"`
	RetryAfterDate bool          `json:"retryAfterDate"`
	// Delay holds back a refusal, a gateway's answer, or the second half of a slow
	// body; for unhealthyLater and healthyLater it counts from the operation's end.
	Delay time.Duration `json:"-"`
	// Status (400 to 599), Code and Message replace what the kind would say.
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
	// DetailCode and DetailMessage replace the details of what the kind would
	// say by one: the API names the cause of a refusal there.
	DetailCode    string `json:"detailCode,omitempty"`
	DetailMessage string `json:"detailMessage,omitempty"`
	// SubOperation is the step that the operation ends in: BuildEnvironment,
	// BuildImage or DeployService. An operation that ends in one of the first two
	// has an operationLog, the address of BuildLog.
	SubOperation string `json:"subOperation,omitempty"`
	BuildLog     string `json:"buildLog,omitempty"`
	Polls        int    `json:"polls,omitempty"` // for operationRefused; 0 is all polls until Clear
	Size         int    `json:"size,omitempty"`  // for largeReply, in bytes; 0 is 16 MiB
}

// speak has an error say what was ordered instead of what its kind would say.
func (f *Fault) speak(failure *api.Error) {
	failure.Code, failure.Message = cmp.Or(f.Code, failure.Code), cmp.Or(f.Message, failure.Message)
	if f.DetailCode != "" {
		failure.Details = []api.Detail{{Code: f.DetailCode, Message: f.DetailMessage}}
	}
}
