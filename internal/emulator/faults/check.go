// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/onlineendpoint"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Description describes one kind: the operations that it can happen to (nil: all)
// and the members of an order that it takes beside those that all take.
type Description struct {
	Kind       Kind
	Operations []string
	Takes      []string
}

// Descriptions describe all kinds, in the order of Kinds.
func Descriptions() []Description { return slices.Clone(descriptions) }

var (
	startingOperations = []string{"CreateService", "DeleteService", "PatchService", "PutServiceResource", "RegenerateKeys"}
	deployments        = []string{"CreateService", "PatchService", "PutServiceResource"}
	// failingOperations are those of v1 and of v2, which has no steps and no health.
	failingOperations = slices.Concat(startingOperations, onlineendpoint.Starting())

	refusalMembers = []string{"delay", "retryAfter", "retryAfterDate", "status", "code", "message", "detailCode", "detailMessage"}
	gatewayMembers = []string{"delay"}
	failureMembers = []string{"code", "message", "detailCode", "detailMessage", "subOperation", "buildLog"}
)

var descriptions = []Description{
	{Kind: Throttle, Takes: refusalMembers},
	{Kind: InternalError, Takes: refusalMembers},
	{Kind: Unavailable, Takes: refusalMembers},
	{Kind: BadGateway, Takes: gatewayMembers},
	{Kind: GatewayTimeout, Takes: gatewayMembers},
	{Kind: NotFoundText, Takes: gatewayMembers},
	{Kind: NotFoundEmpty, Takes: gatewayMembers},
	{Kind: NotFoundJSON, Takes: gatewayMembers},
	{Kind: NotFoundHTML, Takes: gatewayMembers},
	{Kind: Error, Takes: refusalMembers},
	{Kind: ResetBefore},
	{Kind: ResetAfter},
	{Kind: SlowBody, Takes: []string{"delay"}},
	{Kind: TruncatedJSON},
	{Kind: LargeReply, Takes: []string{"size"}},
	{Kind: Busy, Takes: refusalMembers},
	{Kind: Exists, Takes: refusalMembers},
	{Kind: Capacity, Takes: refusalMembers},
	{Kind: TokenOutage, Operations: []string{"ServiceToken"}, Takes: refusalMembers},
	{Kind: StaleKeys, Operations: []string{"ListKeys", "ListOnlineEndpointKeys"}},
	{Kind: OverwriteChangesKeys, Operations: []string{"CreateService", "PutServiceResource"}},
	{Kind: OlderOperation, Operations: []string{"PatchService"}},
	{Kind: OperationFailed, Operations: failingOperations, Takes: failureMembers},
	{Kind: OperationCancelled, Operations: failingOperations, Takes: failureMembers},
	{Kind: OperationTimedOut, Operations: failingOperations, Takes: failureMembers},
	{Kind: OperationEndless, Operations: failingOperations, Takes: failureMembers},
	{Kind: OperationRefused, Operations: startingOperations, Takes: []string{"status", "code", "message", "detailCode", "detailMessage", "polls"}},
	{Kind: UnhealthyLater, Operations: deployments, Takes: []string{"delay"}},
	{Kind: HealthyLater, Operations: deployments, Takes: []string{"delay", "code", "message", "detailCode", "detailMessage"}},
}

// describe returns the description of the kind; its Kind is empty if there is no such fault.
func (k Kind) describe() Description {
	for _, described := range descriptions {
		if described.Kind == k {
			return described
		}
	}
	return Description{}
}

const (
	// largeReply is how long a large reply is by default; maxLargeReply bounds it. In bytes.
	largeReply    = 16 << 20
	maxLargeReply = 1 << 30
	maxBuildLog   = 1 << 20
)

// operationRefusals are the answers that a poll of an operation can get.
var operationRefusals = []string{"400", "401", "403", "404"}

// Check returns what is wrong with an order. Each message says what there is. The caller
// holds the lock.
func (o *Orders) Check(f Fault) []api.Detail {
	var found []api.Detail
	wrong := func(target, format string, args ...any) {
		found = append(found, api.Detail{Code: "InvalidValue", Message: fmt.Sprintf(format, args...), Target: target})
	}
	described := f.Kind.describe()
	if described.Kind == "" {
		wrong("kind", "kind is %q, and there is no such fault. The kinds are %s.", f.Kind, listed(Kinds()))
		return found
	}
	o.checkScope(f, wrong)
	if f.Times < 0 {
		wrong("times", "times is %d. Give the number of calls, or 0 for every call until the fault is cleared.", f.Times)
	}
	if f.Skip < 0 {
		wrong("skip", "skip is %d. Give the number of calls that pass first, 0 or more.", f.Skip)
	}
	if !(f.Probability >= 0 && f.Probability <= 1) {
		wrong("probability", "probability is %v. Give a number between 0 and 1; 0 is certain.", f.Probability)
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		wrong("status", "status is %d. Give one from 400 to 599.", f.Status)
	}
	if f.Kind == OperationRefused && !slices.Contains(operationRefusals, fmt.Sprint(f.Status)) {
		wrong("status", "status is %d. For %s, give one of %s.", f.Status, f.Kind, strings.Join(operationRefusals, ", "))
	}
	for _, duration := range []struct {
		name  string
		value time.Duration
	}{{"retryAfter", f.RetryAfter}, {"delay", f.Delay}} {
		if duration.value < 0 {
			wrong(duration.name, "%s is %s. Give a duration of 0 or more, such as \"1.5s\".", duration.name, duration.value)
		}
	}
	if f.SubOperation != "" && !slices.Contains(subOperations, f.SubOperation) {
		wrong("subOperation", "subOperation is %q. The steps of a deployment are %s.", f.SubOperation, strings.Join(subOperations, ", "))
	}
	if f.BuildLog != "" && f.SubOperation != state.StepBuildEnvironment && f.SubOperation != state.StepBuildImage {
		wrong("buildLog", "buildLog is the log of a step that builds. Set subOperation to %s or %s.", state.StepBuildEnvironment, state.StepBuildImage)
	}
	if len(f.BuildLog) > maxBuildLog {
		wrong("buildLog", "buildLog has %d bytes, more than %d.", len(f.BuildLog), maxBuildLog)
	}
	if f.DetailMessage != "" && f.DetailCode == "" {
		wrong("detailMessage", "detailMessage needs a detailCode.")
	}
	if f.Polls < 0 {
		wrong("polls", "polls is %d. Give the number of polls, or 0 for all of them.", f.Polls)
	}
	if f.Size < 0 || f.Size > maxLargeReply {
		wrong("size", "size is %d. Give a number of bytes up to %d.", f.Size, maxLargeReply)
	}
	for _, name := range f.given() {
		if !slices.Contains(described.Takes, name) {
			takes := "takes none of the members that only some kinds take"
			if len(described.Takes) > 0 {
				takes = "takes " + strings.Join(described.Takes, ", ")
			}
			wrong(name, "%s does nothing for %s, which %s.", name, f.Kind, takes)
		}
	}
	return found
}

// checkScope checks which calls the fault is about.
func (o *Orders) checkScope(f Fault, wrong func(string, string, ...any)) {
	names := o.Operations()
	switch {
	case f.Operation == "":
	case !slices.Contains(names, f.Operation):
		wrong("operation", "operation is %q, and there is no such operation. The operations are %s.", f.Operation, strings.Join(names, ", "))
		return
	case f.possible() != nil && !slices.Contains(f.possible(), f.Operation):
		wrong("operation", "operation is %s, and this fault happens to %s only.", f.Operation, strings.Join(f.possible(), ", "))
	}
	if f.OperationID != "" && (f.Operation != "GetOperation" || !o.State().HasOperation(f.OperationID)) {
		wrong("operationId", "operationId is %q. Give the id of an operation that exists, with the operation GetOperation.", f.OperationID)
	}
	if f.Service == "" {
		if f.ServiceToCome {
			wrong("serviceToCome", "serviceToCome needs the name of a service.")
		}
		return
	}
	named := o.State().ServiceNames()
	there := "There are no services"
	if len(named) > 0 {
		there = "The services are " + strings.Join(named, ", ")
	}
	switch {
	case f.Operation != "" && !o.AboutService(f.Operation):
		wrong("service", "service is %q, and %s is not about a service. Leave service out.", f.Service, f.Operation)
	case slices.Contains(named, f.Service):
	case !services.ValidName(f.Service):
		wrong("service", "service is %q, which no service can be named. %s.", f.Service, there)
	case f.Operation != "CreateService" && !f.ServiceToCome:
		wrong("service", "service is %q, and there is no such service. %s. For one that is created later, set serviceToCome to true.", f.Service, there)
	}
}

// given names the members of the order that only some kinds take and that are set.
func (f *Fault) given() []string {
	var names []string
	for _, member := range []struct {
		name string
		set  bool
	}{
		{"retryAfter", f.RetryAfter != 0},
		{"retryAfterDate", f.RetryAfterDate},
		{"delay", f.Delay != 0},
		{"status", f.Status != 0},
		{"code", f.Code != ""},
		{"message", f.Message != ""},
		{"detailCode", f.DetailCode != ""},
		{"detailMessage", f.DetailMessage != ""},
		{"subOperation", f.SubOperation != ""},
		{"buildLog", f.BuildLog != ""},
		{"polls", f.Polls != 0},
		{"size", f.Size != 0},
	} {
		if member.set {
			names = append(names, member.name)
		}
	}
	return names
}

func listed(kinds []Kind) string {
	var names []string
	for _, kind := range kinds {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}
