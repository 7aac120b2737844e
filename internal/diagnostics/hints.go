// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// hints says what to do about an error code, or, if the service gives the
// cause in its text only, about a phrase. They are matched in this order, so
// that the specific cause wins over the code that wraps it.
var hints = []struct{ match, advice string }{
	{"CrashLoopBackOff", "The container starts and dies again: an error in init() of the entry script, a package missing from the environment, or too little memory. Read the container log, try the code locally, then apply again."},
	{"Couldn't Schedule", "The AKS cluster has no space for the replicas: free or add nodes, or lower cpu_cores, memory_gb, gpu_cores or the number of replicas."},
	{"ComputeResourceNotCreated", "The AKS cluster is not attached to the workspace, or attaching it has not succeeded: check compute_name, and that its provisioning state is Succeeded."},
	{"KubernetesUnaccessible", "The workspace cannot reach the AKS cluster: check that the cluster runs, that its API server lets the workspace in, and that its credentials were not reset; detach and attach it again if they were."},
	{"ServiceModelConflict", "A service takes its models by id or inline, not both and not neither: list at least one registered model in model_ids."},
	{"ServiceExists", "Azure already has a deployment under this name: choose another name, or import or delete the existing one."},
	{"ServiceUnavailable", "The region has no capacity for a container group of this size now: try later, lower cpu_cores or memory_gb, or deploy to another location."},
	{"DeploymentTimedOut", "The service gave up waiting for the replicas to become ready (20 minutes on AKS); it may still become healthy. Look at the container log and the cluster's free capacity, then apply again."},
	{"AciDeploymentFailed", "The container group did not come up: read the container log for what the entry script said."},
}

// hintFor returns the advice for a known error, or an empty string.
func hintFor(e azureml.ServiceError) string {
	texts := []string{e.Code, e.Message}
	for _, detail := range e.Details {
		texts = append(texts, detail.Code, detail.Message)
	}
	all := strings.ToLower(strings.Join(texts, "\n"))
	for _, hint := range hints {
		if strings.Contains(all, strings.ToLower(hint.match)) {
			return hint.advice
		}
	}
	return ""
}
