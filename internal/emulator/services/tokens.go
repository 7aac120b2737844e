// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package services

import (
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// A service token should be refreshed after 12 hours and is valid for another
// 12: that the second distance is 12 hours is documented, the first is our choice.
const (
	tokenRefresh  = 12 * time.Hour
	tokenLifetime = tokenRefresh + 12*time.Hour
)

// serviceToken answers 201, with both times in epoch seconds.
func (l *Layer) serviceToken(c *api.Call) (*api.Reply, error) {
	svc, err := l.ownService(c)
	if err != nil {
		return nil, err
	}
	if err := RequireTokenAuth(svc); err != nil {
		return nil, err
	}
	token, times, err := l.HandOut(svc, c.Principal)
	if err != nil {
		return nil, err
	}
	return &api.Reply{Status: http.StatusCreated, Body: map[string]any{
		"accessToken": token, "tokenType": "Bearer", "refreshAfter": times.Refresh.Unix(), "expiryOn": times.Expires.Unix(),
	}}, nil
}

// RequireTokenAuth refuses a token of a service without token auth.
func RequireTokenAuth(svc *state.Service) error {
	if svc.Kind != "AKS" {
		return api.Invalid("TokenAuthenticationNotSupported", "computeType", "Token authentication is not supported on %s services.", svc.Kind)
	}
	if svc.Doc["aadAuthEnabled"] != true {
		return api.Invalid("TokenAuthenticationNotEnabled", "aadAuthEnabled",
			"Token authentication is not enabled on service %s. Set aadAuthEnabled to true to use tokens.", svc.Name)
	}
	return nil
}

// HandOut makes a token for a principal, and remembers its times.
func (l *Layer) HandOut(svc *state.Service, to *state.Principal) (token string, times state.HandedOut, err error) {
	now := l.Now()
	times = state.HandedOut{Principal: to.DisplayName, Issued: now, Refresh: now.Add(tokenRefresh), Expires: now.Add(tokenLifetime)}
	if token, err = l.mintServiceToken(svc, to.ObjectID, now); err == nil {
		svc.HandOut(times)
	}
	return token, times, err
}

func (l *Layer) mintServiceToken(svc *state.Service, subject string, now time.Time) (string, error) {
	return l.Sign(jwt.MapClaims{
		"iss": l.serviceIssuer(svc.Workspace), "aud": svc.ID(), "sub": subject, "sid": svc.Instance,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLifetime).Unix(), "jti": state.RandomText(16),
	})
}

// serviceIssuer names the workspace's region: that is where tokens come from.
func (l *Layer) serviceIssuer(w *state.Workspace) string {
	return "https://" + w.Location + ".api.azureml.ms/modelmanagement"
}

// AcceptsToken is the check of the scoring front end: ours, of this service, in time.
func (l *Layer) AcceptsToken(svc *state.Service, token string) bool {
	claims, err := l.Verify(token, l.serviceIssuer(svc.Workspace))
	if err != nil {
		return false
	}
	audiences, _ := claims.GetAudience()
	return len(audiences) == 1 && audiences[0] == svc.ID() && claims["sid"] == svc.Instance
}
