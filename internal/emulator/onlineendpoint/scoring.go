// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"path"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// scoringPath is the part of a scoring URL that names the endpoint. It sits below one
// path per host name that Azure would give out: the endpoint's own on managed compute,
// and the cluster's on Kubernetes.
func scoringPath(w *state.Workspace, e *state.OnlineEndpoint) string {
	if compute := text(properties(e.Doc), "compute"); compute != "" {
		return "/kubernetes/" + path.Base(compute) + "-" + state.Fingerprint(compute) + "/api/v1/endpoint/" + e.Name
	}
	return "/inference/" + e.Name + "." + place(w.Location)
}
