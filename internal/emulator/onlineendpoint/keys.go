// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package onlineendpoint

import (
	"cmp"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

// Auth modes of endpoints.
const (
	authKey      = "Key"
	authAMLToken = "AMLToken"
	authAADToken = "AADToken"
)

// A token should be refreshed after 12 hours and is valid for another 12, as those of
// v1: no source has the distances of v2.
const (
	tokenRefresh  = 12 * time.Hour
	tokenLifetime = tokenRefresh + 12*time.Hour
)

// newKey has the length of the keys of v1. Those of v2 are as opaque.
func newKey() string { return state.RandomText(32) }

// requireMode refuses a call about a credential that the endpoint does not take. The
// sources name no status for it: 400 is our choice.
func requireMode(e *state.OnlineEndpoint, mode, credential string) error {
	if given := text(properties(e.Doc), "authMode"); given != mode {
		return api.Invalid("InvalidAuthMode", "properties.authMode", "Endpoint %s has the auth mode %s, and %s are for the auth mode %s.", e.Name, given, credential, mode)
	}
	return nil
}

func (l *Layer) listKeys(c *api.Call) (*api.Reply, error) {
	e, err := l.endpoint(c)
	if err != nil {
		return nil, err
	}
	if err := requireMode(e, authKey, "keys"); err != nil {
		return nil, err
	}
	primary, secondary := e.Primary, e.Secondary
	if c.Fault == "staleKeys" {
		primary, secondary = cmp.Or(e.FormerPrimary, primary), cmp.Or(e.FormerSecondary, secondary)
	}
	return api.OK(map[string]any{"primaryKey": primary, "secondaryKey": secondary}), nil
}

// regenerateKeys replaces one slot, by keyValue if the caller gives one: at the end of
// its operation (202), or at once (200). Both are in the description.
func (l *Layer) regenerateKeys(c *api.Call) (*api.Reply, error) {
	e, err := l.endpoint(c)
	if err != nil {
		return nil, err
	}
	given, err := body(c, regenerateFields, "")
	if err != nil {
		return nil, err
	}
	if err := requireMode(e, authKey, "keys"); err != nil {
		return nil, err
	}
	if err := busy(c.Workspace, e); err != nil {
		return nil, err
	}
	effect := state.OnlineEffect{SetsKey: true, Primary: text(given, "keyType") == "Primary", Key: cmp.Or(text(given, "keyValue"), newKey())}
	if l.RegenerateStatus() == http.StatusOK {
		e.SetKey(effect.Primary, effect.Key)
		return api.OK(nil), nil
	}
	return l.accepted(c, l.begin(c.Workspace, e, "", effect)), nil
}

// token issues a token of the endpoint, with both times in epoch seconds.
func (l *Layer) token(c *api.Call) (*api.Reply, error) {
	e, err := l.endpoint(c)
	if err != nil {
		return nil, err
	}
	if err := requireMode(e, authAMLToken, "tokens"); err != nil {
		return nil, err
	}
	now := l.Now()
	token, err := l.Sign(jwt.MapClaims{
		"iss": issuer(c.Workspace), "aud": endpointID(c.Workspace, e), "sub": c.Principal.ObjectID, "sid": e.Instance,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLifetime).Unix(), "jti": state.RandomText(16),
	})
	if err != nil {
		return nil, err
	}
	return api.OK(map[string]any{
		"accessToken": token, "tokenType": "Bearer",
		"refreshAfterTimeUtc": now.Add(tokenRefresh).Unix(), "expiryTimeUtc": now.Add(tokenLifetime).Unix(),
	}), nil
}

// issuer names the service that tokens of endpoints come from.
func issuer(w *state.Workspace) string {
	return "https://" + w.Location + ".api.azureml.ms/onlineendpoints"
}
