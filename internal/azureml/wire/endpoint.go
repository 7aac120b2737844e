// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// checkEndpoint returns a base URL without a trailing slash. The URL may carry
// a path prefix. http is for loopback only, since requests carry a token.
func checkEndpoint(raw string) (string, error) {
	if raw == "" {
		return "", errors.New("is empty")
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q is not an absolute URL", raw)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("at %s must not carry a user, a query or a fragment", u.Host)
	}
	if !IsSecure(u) {
		return "", fmt.Errorf("%q must be https; http is accepted on loopback only", raw)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// IsSecure reports whether a token may be sent to u.
func IsSecure(u *url.URL) bool {
	switch strings.ToLower(u.Scheme) {
	case "https":
		return true
	case "http":
		return isLoopback(u)
	}
	return false
}

func isLoopback(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// EscapeSegment percent-encodes one path segment as the API's generated client
// does ("m:1" travels as "m%3A1").
func EscapeSegment(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// EscapePath percent-encodes the segments of a resource id.
func EscapePath(id string) string {
	segments := strings.Split(id, "/")
	for i, s := range segments {
		segments[i] = EscapeSegment(s)
	}
	return strings.Join(segments, "/")
}

// NameSegment is a name as a path segment. The names that would address
// something else ("" the whole collection) are refused.
func NameSegment(kind, name string) (string, error) {
	if name == "" || name == "." || name == ".." {
		return "", fmt.Errorf("%q is not the name of a %s", name, kind)
	}
	return EscapeSegment(name), nil
}
