// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/hashicorp/terraform-plugin-framework/function"
)

type tokenExpiry struct{}

// NewTokenExpiry returns the function token_expiry(jwt).
func NewTokenExpiry() function.Function { return tokenExpiry{} }

func (tokenExpiry) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "token_expiry"
}

func (tokenExpiry) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Read the expiry time of a token",
		MarkdownDescription: "Returns the `exp` claim of a JSON Web Token as an RFC 3339 time in UTC. The signature is not checked. " +
			"The result is sensitive where the token is; `nonsensitive` is safe on it.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "jwt",
				MarkdownDescription: "The token, without `Bearer`.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (tokenExpiry) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var token string
	if resp.Error = req.Arguments.Get(ctx, &token); resp.Error != nil {
		return
	}
	expiry, err := expiryOf(token)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, expiry.Format(time.RFC3339))
}

// The bounds of a believable expiry time. A value in milliseconds lies beyond
// the last one, and 0 and -1 before the first.
var (
	firstExpiry = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	lastExpiry  = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
)

// expiryOf returns the exp claim in UTC. Its errors never contain a part of
// the token, so the parser's own errors, which quote it, are not wrapped.
func expiryOf(token string) (time.Time, error) {
	claims := jwt.MapClaims{}
	_, _, err := jwt.NewParser(jwt.WithJSONNumber()).ParseUnverified(token, claims)
	// An unknown signing algorithm does not matter: the claims were read before it.
	if err != nil && !errors.Is(err, jwt.ErrTokenUnverifiable) {
		return time.Time{}, errors.New("The value is not a JSON Web Token (three base64url segments separated by dots). " +
			"Pass the token alone, without \"Bearer\". A service key is not a token and does not expire.")
	}
	exp, err := claims.GetExpirationTime()
	if err != nil {
		return time.Time{}, errors.New("The exp claim of the token is not a number of seconds.")
	}
	if exp == nil {
		return time.Time{}, errors.New("The token has no exp claim: it does not say when it expires.")
	}
	expiry := exp.UTC()
	if expiry.Before(firstExpiry) || expiry.After(lastExpiry) {
		return time.Time{}, fmt.Errorf("The exp claim of the token (%d) is not a believable time in seconds since 1970.", expiry.Unix())
	}
	return expiry, nil
}
