// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"fmt"
	"net"
	"net/url"
)

// CheckURL refuses an endpoint that credentials must not be sent to: it has to be
// an absolute https URL, or an http URL of this very machine (an emulator, a
// sidecar). User names, queries and fragments are refused as well. The error
// completes a sentence that begins with the name of the argument.
func CheckURL(raw string) error {
	u, err := parseURL(raw)
	if err != nil {
		return err
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("must not have a query or a fragment")
	}
	return nil
}

// parseURL is CheckURL for a URL with a query. The query may contain a secret, so the
// error does not repeat the URL.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("must be an absolute URL such as https://management.azure.com")
	}
	if u.User != nil {
		return nil, fmt.Errorf("must not hold a user name or password")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return nil, fmt.Errorf("must be https: credentials would travel in clear text to %s. "+
			"Plain http is accepted for this machine only (localhost, 127.0.0.1, [::1])", u.Host)
	}
	return u, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
