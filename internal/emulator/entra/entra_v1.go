// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"net/url"
	"strconv"

	"github.com/mlws/terraform-provider-mlws/internal/emulator/api"
)

// entraTokenV1 is the older token endpoint, which Microsoft's articles on the
// REST API use: it takes a resource, and the newer one takes a scope.
func (l *Layer) entraTokenV1(c *api.Call) (*api.Reply, error) {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		form = url.Values{} // refused below, in the words of the endpoint
	}
	resource := form.Get("resource")
	form.Set("scope", resource+"/.default")
	c.Body = []byte(form.Encode())
	granted, err := l.entraToken(c)
	if err != nil {
		return nil, err
	}
	body := granted.Body.(map[string]any)
	expiry := l.Now().Add(accessTokenLifetime)
	body["resource"], body["expires_on"] = resource, strconv.FormatInt(expiry.Unix(), 10)
	// This endpoint gives numbers as text.
	body["expires_in"] = strconv.Itoa(int(accessTokenLifetime.Seconds()))
	body["ext_expires_in"] = body["expires_in"]
	return api.OK(body), nil
}
