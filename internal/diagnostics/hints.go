// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"errors"
	"regexp"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// Hint says what to do about an error of Azure.
type Hint struct {
	// Azure is a part of Azure's words: an error code, or a phrase if the cause is in
	// the text only. An ellipsis (…) stands for the domain of a name, as in nvidia.com/gpu.
	Azure  []string
	Advice string
}

const (
	fullCluster = "The AKS cluster has no space for the replicas: free or add nodes, or lower cpu_cores, memory_gb, gpu_cores or the number of replicas."
	failedBuild = "The image could not be built: check the packages of the environment (names, versions, and that they fit each other and the Python version), its base image, and that the workspace may pull from its registry."
)

var hints = []Hint{
	{[]string{"CrashLoopBackOff"}, "The container starts and dies again: an error in init() of the entry script, a package missing from the environment, or too little memory. Read the container log, try the code locally, then apply again."},
	{[]string{"EnvironmentBuildFailed", "ImageBuildFailed", "BuildEnvironmentFailed", "BuildImageFailed"}, failedBuild},
	{[]string{
		"Couldn't Schedule", "Unschedulable", "insufficient compute resource", "Insufficient …cpu", "Insufficient …memory", "Insufficient …gpu",
		"nodes are available", "not have enough resources", "didn't have available resources", "exceeded quota", "Too many pods",
	}, fullCluster},
	{[]string{"ComputeResourceNotCreated"}, "The AKS cluster is not attached to the workspace, or attaching it has not succeeded: check compute_name, and that its provisioning state is Succeeded."},
	{[]string{"KubernetesUnaccessible"}, "The workspace cannot reach the AKS cluster: check that the cluster runs, that its API server lets the workspace in, and that its credentials were not reset; detach and attach it again if they were."},
	{[]string{"ServiceModelConflict"}, "A service takes its models by id or inline, not both and not neither: list at least one registered model in model_ids."},
	{[]string{"ServiceExists"}, "Azure already has a deployment under this name: choose another name, or import or delete the existing one."},
	{[]string{"ServiceUnavailable"}, "The region has no capacity for a container group of this size now: try later, lower cpu_cores or memory_gb, or deploy to another location."},
	{[]string{"DeploymentTimedOut"}, "Azure stopped waiting for the containers to become ready. The service may still become healthy: read the container log, check that what the service asks for is free, then apply again."},
	{[]string{"AciDeploymentFailed"}, "The container group did not come up: read the container log for what the entry script said."},
}

// Hints returns the errors of Azure that the provider has advice for. The first that
// matches is shown: the cause stands before the code that wraps it.
func Hints() []Hint { return hints }

var hintPatterns = func() []*regexp.Regexp {
	patterns := make([]*regexp.Regexp, len(hints))
	for i, hint := range hints {
		quoted := make([]string, len(hint.Azure))
		for j, text := range hint.Azure {
			quoted[j] = strings.ReplaceAll(regexp.QuoteMeta(text), "…", `(?:\S{1,40}[/.])?`)
		}
		patterns[i] = regexp.MustCompile("(?i)" + strings.Join(quoted, "|"))
	}
	return patterns
}()

// hintFor returns the advice for a known error, or an empty string.
func hintFor(e azureml.ServiceError) string {
	texts := []string{e.Code, e.Message}
	for _, detail := range e.Details {
		texts = append(texts, detail.Code, detail.Message)
	}
	return hintIn(strings.Join(texts, "\n"))
}

// hintIn is hintFor for a text.
func hintIn(text string) string {
	for i, pattern := range hintPatterns {
		if pattern.MatchString(text) {
			return hints[i].Advice
		}
	}
	return ""
}

// IsFullCluster reports whether a deployment failed because the cluster has no space:
// its container was never started.
func IsFullCluster(err error) bool {
	var operation *azureml.OperationError
	var deployment *azureml.DeploymentError
	var cause *azureml.ServiceError
	if errors.As(err, &operation) {
		cause = operation.Operation.Error
	} else if errors.As(err, &deployment) {
		cause = deployment.Cause
	}
	return cause != nil && hintFor(*cause) == fullCluster
}
