// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// ExplainToken is Explain for a token that could not be fetched. If that
// looks like an outage, it names the region that tokens come from: the
// workspace's, wherever the cluster is.
func ExplainToken(ctx context.Context, api *azureml.Workspace, object string, err error) string {
	text := Explain(object, err)
	if !looksLikeOutage(err) {
		return text
	}
	region := "the workspace's region"
	if info, err := api.Info(ctx); err == nil && info.Location != "" {
		region += " (" + name(info.Location) + ")"
	}
	return text + fmt.Sprintf(" Tokens are issued in %s: while it is down there are none, even though the cluster may run elsewhere and still score. "+
		"Tokens already fetched work until they expire; key auth does not depend on that region.", region)
}

// looksLikeOutage tells a service that cannot answer from one that refuses.
func looksLikeOutage(err error) bool {
	var response *azureml.ResponseError
	var connection *azureml.ConnectionError
	if errors.As(err, &response) {
		return response.StatusCode >= http.StatusInternalServerError
	}
	return errors.As(err, &connection) || errors.Is(err, context.DeadlineExceeded)
}
