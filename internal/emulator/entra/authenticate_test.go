// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/entra"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// A token is accepted for an audience of the emulator, until it expires, of an application
// of the directory, and as a bearer token.
func TestAuthenticate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	principal := &state.Principal{ClientID: "app", ObjectID: "object"}
	layer := entra.New(entra.Dependencies{
		Now: func() time.Time { return now }, State: func() *state.State { return &state.State{Tenant: "tenant", Principals: []*state.Principal{principal}} },
		BaseURL: func() string { return "http://emulator" }, AuthorityURL: func() string { return "https://authority" },
	})
	for name, c := range map[string]struct {
		claims jwt.MapClaims
		scheme string
		status int
	}{
		"good":             {jwt.MapClaims{}, "Bearer ", 0},
		"the emulator":     {jwt.MapClaims{"aud": "http://emulator/"}, "Bearer ", 0},
		"other audience":   {jwt.MapClaims{"aud": "https://graph.microsoft.com"}, "Bearer ", 401},
		"expired":          {jwt.MapClaims{"exp": now.Unix()}, "Bearer ", 401},
		"other issuer":     {jwt.MapClaims{"iss": "https://authority/_federated"}, "Bearer ", 401},
		"other directory":  {jwt.MapClaims{"appid": "stranger"}, "Bearer ", 401},
		"not as a bearer":  {jwt.MapClaims{}, "Basic ", 401},
		"without a scheme": {jwt.MapClaims{}, "", 401},
	} {
		claims := jwt.MapClaims{
			"aud": "https://management.azure.com", "iss": "https://sts.windows.net/tenant/", "exp": now.Add(time.Minute).Unix(), "appid": "app",
		}
		for claim, value := range c.claims {
			claims[claim] = value
		}
		token, err := layer.Sign(claims)
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Header.Set("Authorization", c.scheme+token)
		found, err := layer.Authenticate(request, api.PlaneARM)
		refusal, _ := err.(*api.Error) //nolint:errorlint // it is returned as it is
		switch {
		case c.status == 0 && (err != nil || found != principal):
			t.Errorf("%s: %v", name, err)
		case c.status != 0 && (refusal == nil || refusal.Status != c.status || refusal.Header.Get("WWW-Authenticate") == ""):
			t.Errorf("%s: %v", name, err)
		}
	}
}
