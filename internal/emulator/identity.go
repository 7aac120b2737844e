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

func identityRoutes() []route {
	return []route{
		{method: "GET", pattern: "/msi/token", operation: "ManagedIdentityToken", plane: api.PlaneEntra, handle: appServiceIdentity},
		{method: "GET", pattern: "/metadata/identity/oauth2/token", operation: "ManagedIdentityToken", plane: api.PlaneEntra, handle: instanceMetadataIdentity},
	}
}

// ManagedIdentityEndpoint is what IDENTITY_ENDPOINT is set to on App Service.
func (e *Emulator) ManagedIdentityEndpoint() string { return e.plainBase + "/msi/token" }

// IdentityHeader is what IDENTITY_HEADER is set to: without it the endpoint refuses.
func (e *Emulator) IdentityHeader() string { return e.identityHeader }

func appServiceIdentity(c *call) (*api.Reply, error) {
	if c.request.Header.Get("X-IDENTITY-HEADER") != c.identityHeader {
		return nil, refuse(http.StatusUnauthorized, "invalid_request", 50027, "The X-IDENTITY-HEADER header is missing or wrong.")
	}
	return c.identityToken()
}

func instanceMetadataIdentity(c *call) (*api.Reply, error) {
	if !strings.EqualFold(c.request.Header.Get("Metadata"), "true") {
		return nil, refuse(http.StatusBadRequest, "bad_request_102", 900144, "Required metadata header not specified.")
	}
	return c.identityToken()
}

// identityToken gives the seeded identity's token, or that of the client id asked for.
func (c *call) identityToken() (*api.Reply, error) {
	id := cmp.Or(c.query("client_id"), c.store.ManagedIdentity)
	p := c.store.Principal(func(p *state.Principal) bool { return strings.EqualFold(p.ClientID, id) })
	if p == nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 700016, "Identity not found.")
	}
	resource := c.query("resource")
	if !c.knownAudience(resource) {
		return nil, refuse(http.StatusBadRequest, "invalid_resource", 500011, "The resource principal named %s was not found.", resource)
	}
	token, err := c.accessToken(p, resource)
	if err != nil {
		return nil, err
	}
	c.principal = p
	expires := strconv.FormatInt(c.Now().Add(accessTokenLifetime).Unix(), 10)
	return api.OK(map[string]any{
		"access_token": token, "expires_on": expires, "expires_in": strconv.Itoa(int(accessTokenLifetime.Seconds())),
		"resource": resource, "token_type": "Bearer", "client_id": p.ClientID,
	}), nil
}
