// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

// Package reach says why a host did not answer, and what to do. Sign-in and API use
// the same list.
package reach

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// Why says in one or two sentences why a host was not reached, without the last full
// stop; "" for an error that is not of the network. The host is the subject of the
// sentence; "" writes "it". Of the error it uses the names of hosts only, since the
// rest may hold a URL with its query.
func Why(err error, host string) string {
	subject, certificate := host, "the certificate of "+host
	if host == "" {
		subject, certificate = "it", "its certificate"
	}
	var (
		proxy     *ProxyError
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		timeout   net.Error
	)
	if dead := deadProxy(err); dead != "" {
		return "the proxy " + dead + " was not reached. Check HTTPS_PROXY (or https_proxy), or name the host in NO_PROXY if it needs no proxy"
	}
	switch {
	case errors.As(err, &proxy):
		return proxy.why()
	case errors.As(err, &dns):
		return "the host " + dns.Name + " could not be resolved. Check the endpoint (or environment), the network and DNS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return subject + " refused the connection. Check the endpoint and its port, and that a proxy or firewall lets this machine through"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return subject + " closed the connection before it answered. Check proxies and firewalls on the way, then run again"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return subject + " cannot be reached from this network. Check the endpoint, the VPN and the routes"
	case errors.As(err, &authority):
		text := certificate + " is signed by an authority that this machine does not trust. If a proxy or a local authority is intended, " +
			"name its certificate with endpoints.ca_certificate_file or SSL_CERT_FILE"
		if authority.Cert != nil && strings.Contains(authority.Cert.Issuer.CommonName, "mlws emulator") {
			text += ". It is the certificate of an emulator: run the export lines that it printed when it was started"
		}
		return text
	case errors.As(err, &hostname):
		return certificate + " is for another host name. Check the endpoint"
	case errors.As(err, &invalid):
		return certificate + " is not valid (expired, or not yet valid). Check the clock of this machine, and the certificate"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return subject + " did not answer in TLS. Check whether the endpoint is meant to be http or https"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was cut off on the way. Check proxies on the way, then run again"
	case errors.As(err, &timeout) && timeout.Timeout():
		return subject + " did not answer in time. Check the endpoint, and proxies and firewalls on the way, then run again"
	}
	return ""
}

// deadProxy returns the address of the proxy that could not be reached, or "".
func deadProxy(err error) string {
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

// ProxyError is a proxy that did not let a connection through.
type ProxyError struct {
	Proxy  string // host and port
	Status int
}

// Error names the proxy and its status.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s answered with %d", e.Proxy, e.Status)
}

// NonRetriable tells azcore's retry policy that another try cannot help.
func (e *ProxyError) NonRetriable() {}

func (e *ProxyError) why() string {
	advice := "Ask who runs the proxy to let the host through, or name the host in NO_PROXY if it needs no proxy"
	if e.Status == http.StatusProxyAuthRequired {
		advice = "It asks for a user name and a password: write them into HTTPS_PROXY, as in http://user:password@host:port"
	}
	return fmt.Sprintf("the proxy %s (of HTTPS_PROXY) did not let the connection through (%d %s). %s", e.Proxy, e.Status, http.StatusText(e.Status), advice)
}

// CheckProxy is the OnProxyConnectResponse of an http.Transport: without it, the
// answer of a proxy is an error that names neither the proxy nor its status.
func CheckProxy(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Status: answer.StatusCode}
}
