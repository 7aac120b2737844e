// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package diagnostics

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/mlws/terraform-provider-mlws/internal/auth"
	"github.com/mlws/terraform-provider-mlws/internal/azureml"
)

// explainNetwork says why no answer was received; empty for other errors.
func explainNetwork(err error) string {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		timeout   net.Error
	)
	where := host(err)
	if proxy := auth.DeadProxy(err); proxy != "" {
		return fmt.Sprintf("the proxy %s was not reached. Check HTTPS_PROXY (or https_proxy), or name the host in NO_PROXY if it needs no proxy.", name(proxy))
	}
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("the host %s could not be resolved. Check the endpoint (or environment), the network and DNS; a workspace with a private endpoint resolves only inside its virtual network.", name(dns.Name))
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("%s refused the connection. Check the endpoint and its port, and that a proxy or firewall lets this machine through.", where)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return fmt.Sprintf("%s closed the connection before it answered. Check proxies and firewalls on the way, then run again.", where)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("%s cannot be reached from this network. Check the endpoint, the VPN and the routes.", where)
	case errors.As(err, &authority):
		return fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not trust. If a proxy or a local authority is intended, name its certificate with endpoints.ca_certificate_file or SSL_CERT_FILE.", where)
	case errors.As(err, &hostname):
		return fmt.Sprintf("the certificate of %s is for another host name. Check the endpoint.", where)
	case errors.As(err, &invalid):
		return fmt.Sprintf("the certificate of %s is not valid (expired, or not yet valid). Check the clock of this machine, and the certificate.", where)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Sprintf("%s did not answer in TLS. Check whether the endpoint is meant to be http or https.", where)
	case errors.As(err, &timeout) && timeout.Timeout() && where != unnamedHost:
		return fmt.Sprintf("%s did not answer in time. Check the endpoint and the network, then run again.", where)
	}
	return ""
}

const unnamedHost = "the host"

// host names the host of a failed request, without path and query, which may
// carry a signature.
func host(err error) string {
	var connection *azureml.ConnectionError
	if errors.As(err, &connection) && connection.Host != "" {
		return connection.Host
	}
	var request *url.Error
	if errors.As(err, &request) {
		if u, parseErr := url.Parse(request.URL); parseErr == nil && u.Host != "" {
			return u.Host
		}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return unnamedHost
}

// explainNoToken is for a token that was not obtained for a reason which is not
// the sign-in's own *auth.Error.
func explainNoToken(err error) string {
	var authentication *azureml.AuthenticationError
	if !errors.As(err, &authentication) {
		return ""
	}
	if text := explainNetwork(err); text != "" {
		return "no access token could be obtained: " + text
	}
	return join(sentence(authentication.Error()), "Check the credential of the provider block and the ARM_ variables of the environment.")
}
