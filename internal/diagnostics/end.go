// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"net/http"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// No source says how Azure will refuse v1 on the day that it switches it off. The
// errors below are how such a refusal would look. None of them changes a state.
const (
	endOfV1 = "Support for Azure Machine Learning v1 ended on 30 June 2026, and Azure may have switched it off."
	afterV1 = "The state is kept as it is. Look at a service in the portal, and read how to move to v2: " +
		"https://registry.terraform.io/providers/mlws/mlws/latest/docs/guides/migrating-off-v1."
)

// explainEnd explains a refusal of the API or of a kind of compute itself, not of
// one object; it is empty for other errors.
func explainEnd(e *azureml.ResponseError) string {
	switch {
	case !strings.Contains(strings.ToLower(e.Path), "/workspaces/"), e.StatusCode >= http.StatusInternalServerError:
		return ""
	case e.StatusCode == http.StatusGone:
		return join("Azure says that this API is gone (410).", reason(e.ServiceError), endOfV1, afterV1)
	case e.HasDetail("NotSupported"), e.HasDetail("InvalidResourceType"), refusesCompute(e):
		return join(status(e), reason(e.ServiceError), endOfV1, afterV1)
	}
	return ""
}

// refusesCompute reports a refusal of the kind of compute that v1 services on AKS
// run on: the text names it, as that of v2 does today (contract §19).
func refusesCompute(e *azureml.ResponseError) bool {
	return e.StatusCode == http.StatusBadRequest && strings.Contains(strings.ToLower(reason(e.ServiceError)), "akscompute")
}

// explainUndiscovered explains a failure of an API that the workspace, which exists,
// does not name any more.
func explainUndiscovered(e *azureml.UndiscoveredError) string {
	return join(sentence(e.Missing), capitalize(explain(e.Err)), endOfV1, afterV1)
}
