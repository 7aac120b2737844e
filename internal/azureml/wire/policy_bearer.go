// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// newBearerPolicy authorises requests with tokens of the credential. http is
// left to securePolicy, which knows loopback from the rest.
func newBearerPolicy(cfg Config, known *secrets) policy.Policy {
	return runtime.NewBearerTokenPolicy(namedCredential{cfg.Credential, known}, []string{cfg.TokenScope},
		&policy.BearerTokenOptions{InsecureAllowCredentialWithHTTP: true})
}

// namedCredential gives the failures of a credential a type, so that "no token"
// is never taken for "no connection to the service".
type namedCredential struct {
	credential azcore.TokenCredential
	secrets    *secrets
}

// GetToken implements azcore.TokenCredential.
func (c namedCredential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.credential.GetToken(ctx, o)
	if err != nil {
		return token, &AuthenticationError{Err: err}
	}
	c.secrets.add(token.Token)
	return token, nil
}
