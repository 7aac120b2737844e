// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"net/http"
	"strings"
)

// IsNotFound reports a 404 for the object that was asked for. A 404 that is
// about the workspace or what contains it, and a gateway's HTML page, are not
// evidence that the object is gone.
func IsNotFound(err error) bool {
	var e *ResponseError
	if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound || e.html {
		return false
	}
	switch strings.ToLower(e.Code) {
	case "workspacenotfound", "parentresourcenotfound", "resourcegroupnotfound", "subscriptionnotfound":
		return false
	}
	return true
}
