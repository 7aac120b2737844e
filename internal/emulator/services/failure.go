// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"errors"
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/pyrunner"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// failureOf is the outcome of a deployment if its script did not come up. The
// texts are those that users have quoted.
func failureOf(err error, svc *state.Service) (outcome string, failure *api.Error) {
	if errors.Is(err, pyrunner.ErrInitTimeout) {
		return state.TimedOut, TimedOut(svc)
	}
	const crashed = "Your container application crashed. This may be caused by errors in your scoring file's init() function."
	failure = DeploymentFailure(svc)
	failure.Details = []api.Detail{{Code: "CrashLoopBackOff", Message: crashed}}
	var script *pyrunner.InitError
	if !errors.As(err, &script) {
		why := "The container could not be made: " + err.Error()
		failure.Message, failure.Details = strings.Replace(failure.Message, crashed, why, 1), []api.Detail{{Code: "ImageBuildFailed", Message: why}}
	}
	return state.Failed, failure
}

// DeploymentFailure has the texts that users have quoted.
func DeploymentFailure(svc *state.Service) *api.Error {
	if svc.Kind == "AKS" {
		return &api.Error{
			Status: http.StatusBadRequest, Code: "KubernetesDeploymentFailed", Message: "Kubernetes Deployment failed",
			Details: []api.Detail{{Code: "Unschedulable", Message: "Couldn't Schedule because the kubernetes cluster didn't have available resources after trying for 00:05:00"}},
		}
	}
	return &api.Error{
		Status: http.StatusBadRequest, Code: "AciDeploymentFailed",
		Message: "Aci Deployment failed with exception: Your container application crashed. This may be caused by errors in your scoring file's init() function.",
		Details: []api.Detail{{Code: "CrashLoopBackOff", Message: "Your container application crashed. This may be caused by errors in your scoring file's init() function."}},
	}
}

// TimedOut is the error of a deployment that did not end in its time.
func TimedOut(svc *state.Service) *api.Error {
	return &api.Error{
		Status: http.StatusGatewayTimeout, Code: "DeploymentTimedOut",
		Message: "The deployment operation polling has TimedOut. The service creation is taking longer than our normal time. We are still trying to achieve the desired state for the web service " +
			svc.Name + ". Please check the webservice state for the current webservice health. You can run print(service.state) from the python SDK to retrieve the current state of the webservice. (pollTimeout 00:20:00)",
	}
}

// BuildFailure is the error of an image that could not be built. Its texts are
// our own: no source quotes them.
func BuildFailure(op *state.Operation) *api.Error {
	text := "The image of service " + op.Service.Name + " could not be built. The log at operationLog says why."
	return &api.Error{Status: http.StatusBadRequest, Code: "ImageBuildFailed", Message: text, Details: []api.Detail{{Code: op.EndsIn + "Failed", Message: text}}}
}
