// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/operations"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/services"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Spoil changes the fate of an operation that has just begun. It fails if the build log
// cannot be stored. The caller holds the lock.
func (o *Orders) Spoil(f *Fault, begun operations.Operation) error {
	op, ours := begun.(services.Operation)
	if !ours {
		f.spoilProgress(begun.Progress())
		return nil
	}
	var failure *api.Error
	switch f.Kind {
	case OperationRefused:
		polls := *f
		polls.Operation, polls.OperationID, polls.Service = "GetOperation", op.ID, ""
		polls.Times, polls.Skip, polls.Probability = f.Polls, 0, 0
		o.Place(polls)
		return nil
	case OperationFailed:
		op.Outcome, failure = state.Failed, services.DeploymentFailure(op.Service)
	case OperationCancelled:
		op.Outcome = state.Cancelled
		failure = &api.Error{Status: http.StatusBadRequest, Code: "OperationCancelled", Message: "The operation was cancelled."}
	case OperationTimedOut:
		op.Outcome, failure = state.TimedOut, services.TimedOut(op.Service)
	case OperationEndless:
		op.Endless, op.Outcome, failure = true, state.TimedOut, services.TimedOut(op.Service)
	case UnhealthyLater:
		op.GetsSick, op.SickAfter = true, f.Delay
	case HealthyLater:
		op.Outcome, failure = state.TimedOut, services.TimedOut(op.Service)
		op.GetsWell, op.WellAfter = true, f.Delay
	}
	if f.SubOperation != "" {
		op.EndsIn = f.SubOperation
		if services.BuildsImage(op.Operation) {
			if err := o.StoreLog(services.BuildLogBlob(op.Operation), []byte(cmp.Or(f.BuildLog, defaultBuildLog))); err != nil {
				return fmt.Errorf("store the build log: %w", err)
			}
		}
		if failure != nil && op.Outcome == state.Failed && services.BuildsImage(op.Operation) {
			failure = services.BuildFailure(op.Operation)
		}
	}
	if failure != nil {
		f.speak(failure)
		op.Failure = failure.Failure()
	}
	return nil
}

// spoilProgress changes the fate of an operation of v2, which knows no steps.
func (f *Fault) spoilProgress(p *state.Progress) {
	failure := &api.Error{Status: http.StatusBadRequest, Code: "OperationFailed", Message: "The operation failed."}
	switch f.Kind {
	case OperationFailed:
		p.Outcome = state.Failed
	case OperationCancelled:
		p.Outcome = state.Cancelled
		failure.Code, failure.Message = "OperationCancelled", "The operation was cancelled."
	case OperationTimedOut, OperationEndless:
		p.Outcome, p.Endless = state.TimedOut, f.Kind == OperationEndless
		failure.Status, failure.Code, failure.Message = http.StatusGatewayTimeout, "OperationTimedOut", "The operation did not end in its time."
	default:
		return
	}
	f.speak(failure)
	p.Failure = failure.Failure()
}

// defaultBuildLog is the end of a log of conda, when a package does not exist.
const defaultBuildLog = "Step 8/15 : RUN conda env create -p /azureml-envs/azureml_inference -f azureml-environment-setup/mutated_conda_dependencies.yml\n" +
	"Collecting package metadata (repodata.json): ...working... done\nSolving environment: ...working... failed\n\n" +
	"ResolvePackageNotFound: \n  - scikit-learn=9.9\n\n" +
	"The command '/bin/sh -c conda env create' returned a non-zero code: 1\n"
