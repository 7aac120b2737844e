// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// securePolicy refuses to send anything over plain http to a host that is not
// loopback, wherever the URL came from. It stands before the bearer policy.
type securePolicy struct{}

// Do implements policy.Policy.
func (securePolicy) Do(req *policy.Request) (*http.Response, error) {
	if u := req.Raw().URL; !IsSecure(u) {
		return nil, &InsecureEndpointError{Endpoint: u.Scheme + "://" + u.Host}
	}
	return req.Next()
}
