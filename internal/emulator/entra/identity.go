// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
	"github.com/mlws/terraform-provider-mlws/internal/emulator/state"
)

func (l *Layer) appServiceIdentity(c *api.Call) (*api.Reply, error) {
	if c.Request.Header.Get("X-IDENTITY-HEADER") != l.identityHeader {
		return nil, refuse(http.StatusUnauthorized, "invalid_request", 50027, "The X-IDENTITY-HEADER header is missing or wrong.")
	}
	return l.identityToken(c)
}

func (l *Layer) instanceMetadataIdentity(c *api.Call) (*api.Reply, error) {
	if !strings.EqualFold(c.Request.Header.Get("Metadata"), "true") {
		return nil, refuse(http.StatusBadRequest, "bad_request_102", 900144, "Required metadata header not specified.")
	}
	return l.identityToken(c)
}

// identityToken gives the seeded identity's token, or that of the client id asked for.
func (l *Layer) identityToken(c *api.Call) (*api.Reply, error) {
	id := cmp.Or(c.Query("client_id"), l.State().ManagedIdentity)
	p := l.State().Principal(func(p *state.Principal) bool { return strings.EqualFold(p.ClientID, id) })
	if p == nil {
		return nil, refuse(http.StatusBadRequest, "invalid_request", 700016, "Identity not found.")
	}
	resource := c.Query("resource")
	if !l.issuedFor(resource) {
		return nil, refuse(http.StatusBadRequest, "invalid_resource", 500011, "The resource principal named %s was not found.", resource)
	}
	token, err := l.accessToken(p, resource)
	if err != nil {
		return nil, err
	}
	c.Principal = p
	expires := strconv.FormatInt(l.Now().Add(accessTokenLifetime).Unix(), 10)
	return api.OK(map[string]any{
		"access_token": token, "expires_on": expires, "expires_in": strconv.Itoa(int(accessTokenLifetime.Seconds())),
		"resource": resource, "token_type": "Bearer", "client_id": p.ClientID,
	}), nil
}
