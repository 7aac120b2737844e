// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"errors"
	"net/url"

	"github.com/mlws/terraform-provider-mlws/internal/reach"
)

// unreached says in words why a host gave no usable answer, without the last full
// stop. It uses no text of the error but host names, as the rest may hold a URL with
// its query.
func unreached(err error) string {
	var redirect redirectError
	switch {
	case errors.Is(err, errNotJSON):
		return "its answer is not one of a token endpoint. Check the endpoint, and proxies on the way, which may answer with a page of their own"
	case errors.Is(err, errTooLarge):
		return "its answer is larger than any of a token endpoint. Check the endpoint, and proxies on the way"
	case errors.As(err, &redirect):
		return "it answered with a redirect to " + orElse(redirect.host, "an address that is not one") +
			". No token endpoint does that, and the credential was not sent there. Check the endpoint, and proxies on the way, which may ask for a sign-in of their own"
	}
	return orElse(reach.Why(err, ""), "the connection failed. Check the endpoint, and proxies and firewalls on the way")
}

// hostOf names the host of an error that transport noted.
func hostOf(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if u, parseErr := url.Parse(failed.URL); parseErr == nil {
			return u.Host
		}
	}
	return ""
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
