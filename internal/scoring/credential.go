// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package scoring

import (
	"context"

	"github.com/mlws/terraform-provider-mlws/internal/authmode"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// Credential is what a service lets a scoring call in with. It prints as what
// kind it is, and never its value.
type Credential struct {
	kind   authmode.Credential
	bearer string
	others []string // secrets that came along
}

// String says what is sent, as it reads in the middle of a sentence.
func (c Credential) String() string {
	switch c.kind {
	case authmode.KeyCredential:
		return "the Primary key"
	case authmode.TokenCredential:
		return "a token"
	default:
		return "no credential"
	}
}

// GoString keeps the value out of %#v too.
func (c Credential) GoString() string { return c.String() }

// Secrets are the values that must be shown nowhere.
func (c Credential) Secrets() []string {
	if c.bearer == "" {
		return c.others
	}
	return append([]string{c.bearer}, c.others...)
}

// CredentialOf fetches what the live service asks for: its Primary key, a
// token, or nothing. The error is the API client's.
func CredentialOf(ctx context.Context, api *azureml.Workspace, service *azureml.Service) (Credential, error) {
	credential := Credential{kind: KindFor(service)}
	switch credential.kind {
	case authmode.KeyCredential:
		keys, err := api.ListKeys(ctx, service.Name)
		if err != nil {
			return credential, err
		}
		credential.bearer, credential.others = keys.Primary, []string{keys.Secondary}
	case authmode.TokenCredential:
		token, err := api.CreateToken(ctx, service.Name)
		if err != nil {
			return credential, err
		}
		credential.bearer = token.AccessToken
	case authmode.NoCredential:
	}
	return credential, nil
}

// KindFor returns the kind of credential that a live service asks for.
func KindFor(service *azureml.Service) authmode.Credential {
	mode := authmode.Mode{Auth: isTrue(service.AuthEnabled), Token: isTrue(service.AADAuthEnabled)}
	return mode.Credential(authmode.Compute(service.ComputeType))
}

// isTrue reads a flag that ACI services do not have.
func isTrue(flag *bool) bool { return flag != nil && *flag }
