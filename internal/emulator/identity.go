// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (e *Emulator) identityRoutes() []api.Route {
	return []api.Route{
		{Method: "GET", Pattern: "/msi/token", Operation: "ManagedIdentityToken", Plane: api.PlaneEntra, Handle: e.appServiceIdentity},
		{Method: "GET", Pattern: "/metadata/identity/oauth2/token", Operation: "ManagedIdentityToken", Plane: api.PlaneEntra, Handle: e.instanceMetadataIdentity},
	}
}

// ManagedIdentityEndpoint is what IDENTITY_ENDPOINT is set to on App Service.
func (e *Emulator) ManagedIdentityEndpoint() string { return e.plainBase + "/msi/token" }

// IdentityHeader is what IDENTITY_HEADER is set to: without it the endpoint refuses.
func (e *Emulator) IdentityHeader() string { return e.identityHeader }

func (e *Emulator) appServiceIdentity(c *api.Call) (*api.Reply, error) {
	if c.Request.Header.Get("X-IDENTITY-HEADER") != e.identityHeader {
		return nil, refuse(http.StatusUnauthorized, "invalid_request", 50027, "The X-IDENTITY-HEADER header is missing or wrong.")
	}
	return e.identityToken(c)
}

func (e *Emulator) instanceMetadataIdentity(c *api.Call) (*api.Reply, error) {
	if !strings.EqualFold(c.Request.Header.Get("Metadata"), "true") {
		return nil, refuse(http.StatusBadRequest, "bad_request_102", 900144, "Required metadata header not specified.")
	}
	return e.identityToken(c)
}

// identityToken gives the seeded identity's token, or that of the client id asked for.
func (e *Emulator) identityToken(c *api.Call) (*api.Reply, error) {
	id := cmp.Or(c.Query("client_id"), e.store.ManagedIdentity)
	p := e.store.Principal(func(p *state.Principal) bool { return strings.EqualFold(p.ClientID, id) })
	if p == nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 700016, "Identity not found.")
	}
	resource := c.Query("resource")
	if !e.knownAudience(resource) {
		return nil, refuse(http.StatusBadRequest, "invalid_resource", 500011, "The resource principal named %s was not found.", resource)
	}
	token, err := e.accessToken(p, resource)
	if err != nil {
		return nil, err
	}
	c.Principal = p
	expires := strconv.FormatInt(e.Now().Add(accessTokenLifetime).Unix(), 10)
	return api.OK(map[string]any{
		"access_token": token, "expires_on": expires, "expires_in": strconv.Itoa(int(accessTokenLifetime.Seconds())),
		"resource": resource, "token_type": "Bearer", "client_id": p.ClientID,
	}), nil
}
