// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package azureml

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mlws/terraform-provider-mlws/internal/azureml/attempt"
	"github.com/mlws/terraform-provider-mlws/internal/azureml/wire"
	"github.com/mlws/terraform-provider-mlws/internal/redact"
)

// Token is a short-lived token of an AKS service. It prints masked.
type Token struct {
	redact.Hidden

	AccessToken, TokenType string
	// RefreshAfter is when to fetch the next one; ExpiryOn is when this one ends.
	RefreshAfter, ExpiryOn time.Time
}

// CreateToken fetches a token. The service must be on AKS with token auth on.
// A reply that lacks a field, or has times that are not epoch seconds, is an
// *InvalidReplyError that names the field.
func (w *Workspace) CreateToken(ctx context.Context, service string) (Token, error) {
	post, err := w.serviceCall(ctx, http.MethodPost, service, "/token")
	if err != nil {
		return Token{}, err
	}
	r, err := attempt.Run(ctx, w.client, w.repeat(service, post))
	if err != nil {
		return Token{}, err
	}
	// Answered with 201; a 200 with the same body is as good.
	var body map[string]json.RawMessage
	if err := r.Decode(&body); err != nil {
		return Token{}, err
	}
	token := Token{AccessToken: wire.Text(body["accessToken"]), TokenType: wire.Text(body["tokenType"])}
	w.client.Hide(token.AccessToken)
	switch {
	case token.AccessToken == "":
		return Token{}, r.Invalid("it has no accessToken")
	case token.TokenType == "":
		return Token{}, r.Invalid("it has no tokenType")
	}
	if token.RefreshAfter, err = epochSeconds(body["refreshAfter"]); err != nil {
		return Token{}, r.Invalid("its refreshAfter " + err.Error())
	}
	if token.ExpiryOn, err = epochSeconds(body["expiryOn"]); err != nil {
		return Token{}, r.Invalid("its expiryOn " + err.Error())
	}
	return token, nil
}

// maxEpochSeconds is in the year 5138. A larger value counts milliseconds.
const maxEpochSeconds = 100_000_000_000

// epochSeconds reads a time of the wire. A value that is not one is refused
// rather than turned into a date: a token that seems never to expire is worse
// than none.
func epochSeconds(data []byte) (time.Time, error) {
	text := wire.Text(data)
	if text == "" {
		return time.Time{}, errors.New("is missing or not a number")
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, errors.New("is not a whole number of seconds since 1970")
	case seconds <= 0:
		return time.Time{}, fmt.Errorf("is %d, which is not a time", seconds)
	case seconds > maxEpochSeconds:
		return time.Time{}, fmt.Errorf("is %d, which looks like milliseconds instead of seconds since 1970", seconds)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
