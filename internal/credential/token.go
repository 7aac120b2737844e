// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package credential

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/mlws/terraform-provider-mlws/internal/azureml"
	"github.com/mlws/terraform-provider-mlws/internal/diagnostics"
)

const (
	accessTokenDescription  = "The token (a JWT). It is sent as `Authorization: Bearer {access_token}` when scoring."
	tokenTypeDescription    = "The type of the token: `Bearer`."
	refreshAfterDescription = "When to fetch a new token (RFC 3339, UTC). The token still works until `expiry_on`."
	expiryOnDescription     = "When the token stops working (RFC 3339, UTC)."
)

// token fetches one token. Reader on the workspace is enough for it.
func (s serviceRef) token(ctx context.Context) (azureml.Token, diag.Diagnostics) {
	var diags diag.Diagnostics
	token, err := s.workspace.CreateToken(ctx, s.id.Name)
	if err != nil {
		diags.AddError("Could not fetch a token", diagnostics.ExplainToken(ctx, s.workspace, s.String(), err))
	}
	return token, diags
}
