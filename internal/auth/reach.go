// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"
)

// reach says in words why a host was not reached. It uses no text of the error
// but host names, as the rest may hold a URL with its query.
func reach(err error) string {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		redirect  redirectError
		timeout   net.Error
	)
	if proxy := DeadProxy(err); proxy != "" {
		return "the proxy " + proxy + " was not reached. Check HTTPS_PROXY (or https_proxy), or name the host in NO_PROXY if it needs no proxy"
	}
	switch {
	case errors.As(err, &dns):
		return "the host name " + dns.Name + " could not be resolved. Check the endpoint or environment, and the network"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused. Check the endpoint and its port, and proxies on the way"
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that this machine does not trust. If that is intended " +
			"(a proxy, a local authority), name the authority's certificate with endpoints.ca_certificate_file or SSL_CERT_FILE"
	case errors.As(err, &hostname):
		return "its certificate is for another host name. Check the endpoint"
	case errors.As(err, &invalid):
		return "its certificate is not valid. Check the clock of this machine, and the certificate"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "its answer was cut off on the way, again and again. Check proxies on the way"
	case errors.Is(err, errNotJSON):
		return "its answer is not one of a token endpoint. Check the endpoint, and proxies on the way, which may answer with a page of their own"
	case errors.Is(err, errTooLarge):
		return "its answer is larger than any of a token endpoint. Check the endpoint, and proxies on the way"
	case errors.As(err, &redirect):
		return "it answered with a redirect to " + orElse(redirect.host, "an address that is not one") +
			". No token endpoint does that, and the credential was not sent there. Check the endpoint, and proxies on the way, which may ask for a sign-in of their own"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "there was no answer in time. Check the endpoint, and proxies and firewalls on the way"
	}
	return "the connection failed. Check the endpoint, and proxies and firewalls on the way"
}

// DeadProxy returns the address of the proxy that could not be reached, or "" if
// err is another error.
func DeadProxy(err error) string {
	var outer *net.OpError
	if !errors.As(err, &outer) || outer.Op != "proxyconnect" {
		return ""
	}
	var (
		dial *net.OpError
		dns  *net.DNSError
	)
	switch {
	case errors.As(outer.Err, &dns):
		return dns.Name
	case errors.As(outer.Err, &dial) && dial.Addr != nil:
		return dial.Addr.String()
	}
	return "of this machine"
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
