// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// userAgentPolicy sends its own text as the User-Agent.
type userAgentPolicy string

// Do implements policy.Policy.
func (p userAgentPolicy) Do(req *policy.Request) (*http.Response, error) {
	if p != "" {
		req.Raw().Header.Set("User-Agent", string(p))
	}
	return req.Next()
}
