// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

const (
	accessTokenDescription  = "The token (a JWT). It is sent as `Authorization: Bearer {access_token}` when scoring."
	tokenTypeDescription    = "Type of the token: `Bearer`."
	refreshAfterDescription = "When to fetch a new token (RFC 3339, UTC). The token still works until `expiry_on`."
	expiryOnDescription     = "When the token stops working (RFC 3339, UTC)."
)

// token fetches one token. Reader on the workspace is enough for it.
func (s serviceRef) token(ctx context.Context) (azureml.Token, diag.Diagnostics) {
	var diags diag.Diagnostics
	token, err := s.workspace.CreateToken(ctx, s.id.Name)
	if err != nil {
		const summary = "Could not fetch a token"
		detail := diagnostics.Explain(s.String(), err)
		if looksLikeOutage(err) {
			detail += " " + s.regionAdvice(ctx)
		}
		diags.AddError(summary, detail)
	}
	return token, diags
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

// regionAdvice names the region: tokens are issued in the workspace's, wherever
// the cluster is, so that region's outage means no tokens.
func (s serviceRef) regionAdvice(ctx context.Context) string {
	region := "the workspace's region"
	if info, err := s.workspace.Info(ctx); err == nil && info.Location != "" {
		region += " (" + info.Location + ")"
	}
	return fmt.Sprintf("Tokens are issued in %s: while it is down there are none, even though the cluster may run elsewhere and still score. "+
		"Tokens already fetched work until they expire; key auth does not depend on that region.", region)
}
